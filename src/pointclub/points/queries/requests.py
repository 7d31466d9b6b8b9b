"""Requests that wait for a second person, and those decided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class RequestStory:
    """What two people agreed on: the reason, who asked and who decided; accounts where points were transferred."""

    request_id: UUID
    kind: str
    reason: str
    requested_by: str
    decided_by: str
    decided_at: dt.datetime | None
    from_account_id: UUID | None
    to_account_id: UUID | None


def tell_requests(request_ids: Collection[UUID]) -> dict[UUID, RequestStory]:
    """Return the story of each that is a request; others are left out."""
    return {
        request.id: RequestStory(
            request_id=request.id,
            kind=request.kind,
            reason=request.reason,
            requested_by=request.requested_by,
            decided_by=request.decided_by,
            decided_at=request.decided_at,
            from_account_id=request.account_id if request.kind == ChangeRequest.Kind.TRANSFER else None,
            to_account_id=request.to_account_id,
        )
        for request in ChangeRequest.objects.filter(id__in=list(request_ids))
    }
