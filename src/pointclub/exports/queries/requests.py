"""Reading what was asked for."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db.models import Sum

from pointclub.exports.models import ExportDownload, ExportRequest
from pointclub.foundation.periods import start_of_day
from pointclub.foundation.refusals import NotFoundError


class UnknownExportError(NotFoundError):
    """There is no such export."""

    code = "unknown_export"


def get_export(request_id: UUID) -> ExportRequest:
    """Return the request.

    Raises:
        UnknownExportError: there is none of that id.
    """
    request = ExportRequest.objects.filter(id=request_id).first()
    if request is None:
        message = f"There is no export {request_id}."
        raise UnknownExportError(message)
    return request


def list_exports(*, most: int = 200) -> list[ExportRequest]:
    """Return the requests, those that wait first, then the latest; `most` at most."""
    waiting = ExportRequest.objects.filter(state=ExportRequest.State.REQUESTED).order_by("requested_at", "id")
    others = ExportRequest.objects.exclude(state=ExportRequest.State.REQUESTED).order_by("-requested_at", "-id")
    return [*waiting[:most], *others[:most]][:most]


def list_downloads(request_id: UUID) -> list[ExportDownload]:
    """Return who fetched the file, the latest first."""
    return list(ExportDownload.objects.filter(request_id=request_id).order_by("-downloaded_at", "-id"))


def count_exported_alone(actor: str, *, on: dt.date) -> int:
    """Return how many people's data somebody asked for that day without a second person."""
    alone = ExportRequest.objects.filter(
        requested_by=actor,
        state=ExportRequest.State.RECORDED,
        requested_at__gte=start_of_day(on),
        requested_at__lt=start_of_day(on + dt.timedelta(days=1)),
    )
    return alone.aggregate(people=Sum("people"))["people"] or 0
