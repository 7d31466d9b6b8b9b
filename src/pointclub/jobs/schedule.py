"""What the worker's clock starts. Each run makes up for whatever was missed, so one that never came is no loss.

The times are written in UTC, in which procrastinate reads them whatever the machine's zone; Japan is nine hours ahead
all year. Nothing here holds a lock while it runs: a worker that is killed leaves its job as if it were still at it,
and a lock would then keep every later night waiting. Two runs at once share the work instead.
"""

import logging

from django.conf import settings
from django.db import connections
from procrastinate.contrib.django import app

from pointclub.earning import services as earning
from pointclub.exports import services as exports
from pointclub.foundation import actors, clock
from pointclub.foundation.periods import tokyo_day
from pointclub.foundation.refusals import Refusal
from pointclub.jobs import extensions, mailings, nights, post, reminders, runs, uploads
from pointclub.jobs.roots import nightly
from pointclub.notices import services as notices

_log = logging.getLogger(__name__)


CRON = {"lapse": "5 15 * * *", "update": "0 16 * * *", "missed": "*/15 * * * *"}  # 00:05 and 01:00 in Japan
RUNS_CRON = {"checks": "0 17 * * *", "asked": "*/5 * * * *"}  # 02:00 in Japan; what nobody rang for
# Every hour, so that a worker that was down at midnight is soon made up for.
EXPORTS_CRON = "2 * * * *"
KEYS_CRON = "30 18 * * *"  # 03:30 in Japan
JOBS_CRON = "15 19 * * *"  # 04:15 in Japan
REMINDERS_CRON = "0 0 * * *"  # 09:00 in Japan: nobody's telephone rings at night for it
MAILS_AT_A_TIME = 100
CRON_OF_ROOTS = {"root": "0 17 * * *", "missed_root": "*/15 * * * *"}  # 02:00 in Japan


@app.task(name="run_due_nights", queueing_lock="run_due_nights")
def run_due_nights(timestamp: int) -> None:  # noqa: ARG001 -- The scheduler says for when; what is due by now counts.
    """Run the lapse or the update if it is their time, and whatever was missed before."""
    try:
        for done in nights.run_missed(now=clock.now()):
            if done.is_waiting:
                _log.warning("The %s of %s waits: points management is suspended.", done.job, done.night)
    finally:
        # The thread that this ran in may never run again, and nobody else can close its connection.
        connections.close_all()


@app.task(name="carry_out_runs", queueing_lock="carry_out_runs")
def carry_out_runs(timestamp: int) -> None:  # noqa: ARG001 -- What was asked for counts, whoever rang.
    """Ask for the night's checks if it is their time, and carry out every run that waits."""
    try:
        runs.ask_for_checks_of_the_night(now=clock.now())
        runs.carry_out_all(read_clock=clock.now)
    finally:
        connections.close_all()


@app.task(name="seal_due_root", queueing_lock="seal_due_root")
def seal_due_root(timestamp: int) -> None:  # noqa: ARG001 -- Likewise.
    """Seal the books of the day if it is time and nobody has."""
    try:
        nightly.seal_if_due(now=clock.now(), environment=settings.ENVIRONMENT)
    except Refusal as refusal:
        _log.error("The books were not sealed: %s", refusal.message)
    finally:
        connections.close_all()


@app.task(name="take_in_uploads", queueing_lock="take_in_uploads")
def take_in_uploads(timestamp: int) -> None:  # noqa: ARG001 -- What was handed in counts, whoever rang.
    """Take in the files that staff handed in, and try again those that were held."""
    try:
        uploads.take_in_all(read_clock=clock.now)
    finally:
        connections.close_all()


@app.task(name="carry_out_extensions", queueing_lock="carry_out_extensions")
def carry_out_extensions(timestamp: int) -> None:  # noqa: ARG001 -- What was approved counts, whoever rang.
    """Carry out the extensions that were approved, account by account; one that was cut short goes on."""
    try:
        extensions.carry_out_approved(now=clock.now())
    finally:
        connections.close_all()


@app.task(name="delete_expired_exports", queueing_lock="delete_expired_exports")
def delete_expired_exports(timestamp: int) -> None:  # noqa: ARG001 -- The scheduler says for when; today counts.
    """Delete the lists of people's data whose day is over."""
    try:
        now = clock.now()
        exports.delete_expired_exports(on=tokyo_day(now), at=now, actor=actors.system("exports"))
    finally:
        connections.close_all()


@app.task(name="forget_request_keys", queueing_lock="forget_request_keys")
def forget_request_keys(timestamp: int) -> None:  # noqa: ARG001 -- The scheduler says for when; today counts.
    """Forget the Idempotency-Keys that have been kept long enough."""
    try:
        for _ in earning.forget_request_keys(at=clock.now(), actor=actors.system("request-keys")):
            pass
    finally:
        connections.close_all()


@app.task(name=notices.TASK, queue=notices.QUEUE)
def send_notices(timestamp: int) -> None:  # noqa: ARG001 -- What waits counts, whoever rang.
    """Send the mail that is due, some at a time, so that a worker that is told to stop soon can."""
    try:
        if post.send_all(read_clock=clock.now, most=MAILS_AT_A_TIME).total() == MAILS_AT_A_TIME:
            send_notices.defer(timestamp=0)
    finally:
        connections.close_all()


@app.task(name="forget_old_jobs", queueing_lock="forget_old_jobs")
def forget_old_jobs(timestamp: int) -> None:  # noqa: ARG001 -- The scheduler says for when; the present counts.
    """Have the jobs forgotten that were done some days ago; those that failed stay."""
    app.configure_task("builtin:procrastinate.builtin_tasks.remove_old_jobs").defer(max_hours=72)


app.periodic(cron=JOBS_CRON, periodic_id="jobs")(forget_old_jobs)
# What was put off, and what a killed worker left.
app.periodic(cron="* * * * *", periodic_id="notices")(send_notices)


@app.task(name="remind_of_lapses", queueing_lock="remind_of_lapses")
def remind_of_lapses(timestamp: int) -> None:  # noqa: ARG001 -- The scheduler says for when; today counts.
    """Tell members of points before they lapse."""
    try:
        for _ in reminders.remind_all(at=clock.now()):
            pass
    finally:
        connections.close_all()


@app.task(name="carry_on_mailings", queueing_lock="carry_on_mailings")
def carry_on_mailings(timestamp: int) -> None:  # noqa: ARG001 -- What was approved counts, whoever rang.
    """Hand advertising that was approved to the outbox."""
    try:
        mailings.carry_on_all(read_clock=clock.now)
    finally:
        connections.close_all()


app.periodic(cron="* * * * *", periodic_id="mailings")(carry_on_mailings)
app.periodic(cron=REMINDERS_CRON, periodic_id="reminders")(remind_of_lapses)
app.periodic(cron=EXPORTS_CRON, periodic_id="exports")(delete_expired_exports)
app.periodic(cron=KEYS_CRON, periodic_id="request_keys")(forget_request_keys)
for _name, _cron in CRON_OF_ROOTS.items():
    app.periodic(cron=_cron, periodic_id=_name)(seal_due_root)
for _name, _cron in CRON.items():
    app.periodic(cron=_cron, periodic_id=_name)(run_due_nights)
for _name, _cron in RUNS_CRON.items():
    app.periodic(cron=_cron, periodic_id=_name)(carry_out_runs)
app.periodic(cron="*/5 * * * *", periodic_id="extensions")(carry_out_extensions)
app.periodic(cron="*/5 * * * *", periodic_id="uploads")(take_in_uploads)
