"""Whose redemption is blocked."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from pointclub.membership.models import RedemptionBlock


def find_block(membership_id: UUID) -> RedemptionBlock | None:
    """Return the block that is on, if there is one."""
    return RedemptionBlock.objects.filter(membership_id=membership_id, lifted_at__isnull=True).first()


def list_blocks(membership_id: UUID) -> list[RedemptionBlock]:
    """Return all blocks of a membership, the latest first."""
    return list(RedemptionBlock.objects.filter(membership_id=membership_id).order_by("-blocked_at", "-id"))


def blocked_memberships(membership_ids: Iterable[UUID]) -> set[UUID]:
    """Return which of them are blocked."""
    blocks = RedemptionBlock.objects.filter(membership_id__in=set(membership_ids), lifted_at__isnull=True)
    return set(blocks.values_list("membership_id", flat=True))
