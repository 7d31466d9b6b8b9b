"""Requests that wait for a second person, and those decided."""

from __future__ import annotations

from uuid import UUID

from pointclub.foundation.refusals import NotFoundError
from pointclub.points.models import ChangeRequest


class NoSuchRequestError(NotFoundError):
    """There is no such request."""

    code = "unknown_request"


def get_request(request_id: UUID) -> ChangeRequest:
    """Return the request.

    Raises:
        NoSuchRequestError: there is none of that id.
    """
    request = ChangeRequest.objects.filter(id=request_id).first()
    if request is None:
        message = f"There is no request {request_id}."
        raise NoSuchRequestError(message)
    return request


def list_requests(kind: ChangeRequest.Kind | None = None) -> list[ChangeRequest]:
    """Return the requests, those that wait first, then the latest decided."""
    requests = ChangeRequest.objects.all() if kind is None else ChangeRequest.objects.filter(kind=kind)
    return sorted(
        requests,
        key=lambda request: (request.state != ChangeRequest.State.REQUESTED, -request.requested_at.timestamp()),
    )
