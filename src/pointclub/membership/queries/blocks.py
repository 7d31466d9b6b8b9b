"""Whose redemption is blocked."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from pointclub.foundation.postgresql.prepared import Question, ask
from pointclub.membership.models import RedemptionBlock

_IS_STOPPED = """
SELECT 1 FROM membership_redemption_block WHERE membership_id = %s AND lifted_at IS NULL
UNION ALL
SELECT 1 FROM membership_revocation_request WHERE membership_id = %s AND decided_at IS NULL
"""


def find_block(membership_id: UUID) -> RedemptionBlock | None:
    """Return the block that is on, if there is one."""
    return RedemptionBlock.objects.filter(membership_id=membership_id, lifted_at__isnull=True).first()


def is_redemption_stopped(membership_id: UUID) -> bool:
    """Tell whether nobody may use the membership's points: a block is on, or a revocation waits."""
    return ask(stop_question(membership_id))


def stop_question(membership_id: UUID) -> Question[bool]:
    """Return what :func:`is_redemption_stopped` asks, to be asked ahead."""
    return Question(_IS_STOPPED, (membership_id, membership_id), bool)


def list_blocks(membership_id: UUID) -> list[RedemptionBlock]:
    """Return all blocks of a membership, the latest first."""
    return list(RedemptionBlock.objects.filter(membership_id=membership_id).order_by("-blocked_at", "-id"))


def blocked_memberships(membership_ids: Iterable[UUID]) -> set[UUID]:
    """Return which of them are blocked."""
    blocks = RedemptionBlock.objects.filter(membership_id__in=set(membership_ids), lifted_at__isnull=True)
    return set(blocks.values_list("membership_id", flat=True))
