"""What the worker's clock starts. Each run makes up for whatever was missed, so one that never came is no loss.

The times are written in UTC, in which procrastinate reads them whatever the machine's zone; Japan is nine hours ahead
all year. Nothing here holds a lock while it runs: a worker that is killed leaves its job as if it were still at it,
and a lock would then keep every later night waiting. Two runs at once share the work instead.
"""

import logging

from django.conf import settings
from django.db import connections
from procrastinate.contrib.django import app

from pointclub.foundation import clock
from pointclub.foundation.refusals import Refusal
from pointclub.jobs import nights
from pointclub.jobs.roots import nightly

_log = logging.getLogger(__name__)


CRON = {"lapse": "5 15 * * *", "update": "0 16 * * *", "missed": "*/15 * * * *"}  # 00:05 and 01:00 in Japan
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


@app.task(name="seal_due_root", queueing_lock="seal_due_root")
def seal_due_root(timestamp: int) -> None:  # noqa: ARG001 -- Likewise.
    """Seal the books of the day if it is time and nobody has."""
    try:
        nightly.seal_if_due(now=clock.now(), environment=settings.ENVIRONMENT)
    except Refusal as refusal:
        _log.error("The books were not sealed: %s", refusal.message)
    finally:
        connections.close_all()


for _name, _cron in CRON_OF_ROOTS.items():
    app.periodic(cron=_cron, periodic_id=_name)(seal_due_root)
for _name, _cron in CRON.items():
    app.periodic(cron=_cron, periodic_id=_name)(run_due_nights)
