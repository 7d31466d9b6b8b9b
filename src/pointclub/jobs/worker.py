"""The process that does due jobs: `python -m pointclub.jobs.worker`, started by `pointclub serve` and `worker`."""

import sys
from collections.abc import Sequence

from pointclub.config import safety
from pointclub.jobs.cli import set_up_django


def run_worker(*, wait: bool = True, queues: Sequence[str] | None = None) -> None:
    """Do jobs until told to stop, finishing those at hand; without `wait` only until none is due.

    With `queues` only those that wait there: mail has a worker that no long work keeps.
    """
    set_up_django()
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.django_connector import DjangoConnector

    safety.refuse_unsafe_start()
    connector = app.connector
    if not isinstance(connector, DjangoConnector):
        message = "The worker takes its connection from Django's."
        raise TypeError(message)
    with app.replace_connector(connector.get_worker_connector()) as worker_app:
        worker_app.run_worker(name="pointclub", wait=wait, queues=queues, shutdown_graceful_timeout=15)


if __name__ == "__main__":
    run_worker(queues=sys.argv[1:] or None)
