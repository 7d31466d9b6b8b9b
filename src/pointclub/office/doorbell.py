"""Ringing for the worker. What is to be done stands in a row elsewhere; a bell that nobody hears costs minutes only."""

from __future__ import annotations

import contextlib

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

EXTENSIONS = "carry_out_extensions"
RUNS = "carry_out_runs"
UPLOADS = "take_in_uploads"


def ring(task: str) -> None:
    """Queue the task by its name, unless it waits already."""
    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
        app.configure_task(task, queueing_lock=task).defer(timestamp=0)
