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
    return describe_grants_of([account_id], source_ids)


def describe_grants_of(account_ids: Collection[UUID], source_ids: Collection[UUID]) -> dict[UUID, GrantStory]:
    """Return the same for several accounts, such as those of a member who came back."""
    of_accruals = AccrualPart.objects.filter(account_id__in=account_ids, id__in=list(source_ids))
    parts = list(of_accruals.values_list("id", "accrual_id", "campaign_id"))
    found = Accrual.objects.filter(account_id__in=account_ids, id__in={accrual_id for _, accrual_id, _ in parts})
    facts = found.values_list("id", "merchant_id", "sold_on", "receipt_number", "member_id")
    accruals = {accrual_id: (merchant, day, number, member) for accrual_id, merchant, day, number, member in facts}
    names = merchants.merchant_names(merchant_id for merchant_id, *_ in accruals.values())
    earners = membership.describe_members(member_id for *_, member_id in accruals.values())
    ran = Campaign.objects.filter(id__in={campaign_id for *_, campaign_id in parts if campaign_id})
    campaigns: dict[UUID | None, str] = dict(ran.values_list("id", "name"))
    stories: dict[UUID, GrantStory] = {}
    for part_id, accrual_id, campaign_id in parts:
        merchant_id, sold_on, receipt_number, member_id = accruals[accrual_id]
        member_number, is_family = earners[member_id]
        stories[part_id] = GrantStory(
            names[merchant_id], sold_on, receipt_number, member_number, is_family, campaigns.get(campaign_id)
        )
    return stories
