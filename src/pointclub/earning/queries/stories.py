"""What is pending, and what stands behind a grant."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, Sum

from pointclub.earning.models import Accrual, AccrualPart, Campaign
from pointclub.membership import queries as membership
from pointclub.merchants import queries as merchants


@dataclass(frozen=True, slots=True)
class GrantStory:
    """Where a grant's points came from, in the words of the member's statement."""

    merchant_name: str
    sold_on: dt.date
    receipt_number: str
    member_number: str
    member_is_family: bool
    campaign_name: str | None


@dataclass(frozen=True, slots=True)
class PendingGrant:
    """Points that wait for the balance update."""

    receipt_number: str
    sold_on: dt.date
    points: int
    campaign_code: str


def pending_points(account_id: UUID) -> int:
    """Return the points that wait for the next balance update; they are in no balance yet (ACC-5)."""
    pending = AccrualPart.objects.filter(account_id=account_id, posted_on__isnull=True, points__gt=0)
    return pending.aggregate(points=Sum("points"))["points"] or 0


def list_pending(account_id: UUID) -> list[PendingGrant]:
    """Return what waits for the next balance update, in the order of arrival."""
    parts = list(AccrualPart.objects.filter(account_id=account_id, posted_on__isnull=True, points__gt=0).order_by("id"))
    accruals = Accrual.objects.filter(account_id=account_id, id__in={part.accrual_id for part in parts})
    receipts = dict(accruals.values_list("id", "receipt_number"))
    return [PendingGrant(receipts[part.accrual_id], part.sold_on, part.points, part.campaign_code) for part in parts]


def sources_of_member(account_id: UUID, member_id: UUID) -> QuerySet[AccrualPart]:
    """Return a query for the sources that one member of the family earned: not asked here, but part of others."""
    earned = Accrual.objects.filter(account_id=account_id, id=OuterRef("accrual_id"), member_id=member_id)
    return AccrualPart.objects.filter(Exists(earned), account_id=account_id)


def describe_grants(account_id: UUID, source_ids: Collection[UUID]) -> dict[UUID, GrantStory]:
    """Return the story of each source that is part of an accrual; others are left out."""
    parts = list(AccrualPart.objects.filter(account_id=account_id, id__in=list(source_ids)))
    accruals = {
        accrual.id: accrual
        for accrual in Accrual.objects.filter(account_id=account_id, id__in={part.accrual_id for part in parts})
    }
    names = merchants.merchant_names(accrual.merchant_id for accrual in accruals.values())
    earners = membership.describe_members(accrual.member_id for accrual in accruals.values())
    campaigns = dict(
        Campaign.objects.filter(id__in={part.campaign_id for part in parts if part.campaign_id}).values_list(
            "id", "name"
        )
    )
    stories: dict[UUID, GrantStory] = {}
    for part in parts:
        accrual = accruals[part.accrual_id]
        number, is_family = earners[accrual.member_id]
        campaign_name = campaigns.get(part.campaign_id) if part.campaign_id else None
        stories[part.id] = GrantStory(
            names[accrual.merchant_id], accrual.sold_on, accrual.receipt_number, number, is_family, campaign_name
        )
    return stories
