"""The worker lives on the application's rights."""

from concurrent.futures import ThreadPoolExecutor

from django.db import connections
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from pointclub.jobs import worker
from tests.harness.databases import FreshDatabase


def work() -> None:
    try:
        worker.run_worker(wait=False)
    finally:
        connections.close_all()


def test_job_is_taken_and_done_as_the_application(fresh_database: FreshDatabase) -> None:
    task = "builtin:procrastinate.builtin_tasks.remove_old_jobs"
    app.configure_task(task).defer(max_hours=1)

    # In a thread of its own: browser tests leave an event loop running in this one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(work).result()

    # The worker's own clock may have brought a nightly run besides.
    jobs = ProcrastinateJob.objects.filter(task_name=task)
    assert list(jobs.values_list("status", flat=True)) == ["succeeded"]
