"""Questions about runs."""

from __future__ import annotations

from uuid import UUID

from pointclub.foundation.refusals import NotFoundError
from pointclub.runs.models import Run


class UnknownRunError(NotFoundError):
    """There is no such run."""

    code = "unknown_run"


def get_run(run_id: UUID) -> Run:
    """Return one run.

    Raises:
        UnknownRunError: there is none of that id.
    """
    run = Run.objects.filter(id=run_id).first()
    if run is None:
        message = f"There is no run {run_id}."
        raise UnknownRunError(message)
    return run


def list_runs(*, limit: int) -> list[Run]:
    """Return so many runs, those asked for last before the others."""
    return list(Run.objects.order_by("-asked_at", "-id")[:limit])
