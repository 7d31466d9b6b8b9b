"""Revocations that were asked for; those that wait freeze their membership (END-4)."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from pointclub.foundation.refusals import NotFoundError
from pointclub.membership.models import Membership, RevocationRequest


class UnknownRevocationError(NotFoundError):
    """There is no such request."""

    code = "unknown_request"


def get_revocation(request_id: UUID) -> RevocationRequest:
    """Return the request, with its membership.

    Raises:
        UnknownRevocationError: there is none of that id.
    """
    request = find_revocation(request_id)
    if request is None:
        message = f"There is no request {request_id}."
        raise UnknownRevocationError(message)
    return request


def find_revocation(request_id: UUID) -> RevocationRequest | None:
    """Return the request, with its membership, if there is one of that id."""
    return RevocationRequest.objects.select_related("membership").filter(id=request_id).first()


def list_revocations() -> list[RevocationRequest]:
    """Return the requests with their memberships, those that wait first, then the latest asked for."""
    requests = RevocationRequest.objects.select_related("membership")
    return sorted(
        requests, key=lambda request: (request.decided_at is not None, -request.requested_at.timestamp(), request.id)
    )


def find_waiting_revocation(membership_id: UUID) -> RevocationRequest | None:
    """Return the request that waits for a decision, and freezes the membership until then."""
    return RevocationRequest.objects.filter(membership_id=membership_id, decided_at__isnull=True).first()


def frozen_memberships(membership_ids: Iterable[UUID]) -> set[UUID]:
    """Return for which of them a revocation waits."""
    waiting = RevocationRequest.objects.filter(membership_id__in=set(membership_ids), decided_at__isnull=True)
    return set(waiting.values_list("membership_id", flat=True))


def is_hand_over_stopped(account_id: UUID) -> bool:
    """Tell whether nothing more is handed over for the account: a revocation waits, or was carried out."""
    of_account = Membership.objects.filter(account_id=account_id)
    return (
        of_account.filter(end_reason=Membership.EndReason.REVOKED).exists()
        or RevocationRequest.objects.filter(membership__account_id=account_id, decided_at__isnull=True).exists()
    )
