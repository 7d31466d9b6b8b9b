"""The points of one sale, rule by rule and campaign by campaign, with what the caps leave room for (ACC-3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from pointclub.earning.models import AccrualPart, Campaign, EarningRule
from pointclub.earning.queries.terms import amount_rule, bonus_of
from pointclub.earning.rules.amount import CapKind, base_points, bonus_points, capped


class Figure(NamedTuple):
    """What the rule (no campaign) or one campaign gives."""

    campaign: Campaign | None
    points: int
    uncapped_points: int
    cap: CapKind | None = None


class CapUsage:
    """How much of their campaigns' caps accounts have used; what a batch adds counts for what follows in it.

    The caller holds the locks of the accounts, so that two sales cannot both take the last of a cap.
    """

    def __init__(self, account_ids: Iterable[UUID], codes: Iterable[str], *, leaving_out: UUID | None = None) -> None:
        """Read what was given so far; ``leaving_out`` is the accrual whose own figures are being worked out anew."""
        self._used: dict[tuple[UUID, str], list[tuple[dt.date, int]]] = {}
        account_ids, codes = list(account_ids), list(codes)
        if not account_ids or not codes:
            return
        parts = AccrualPart.objects.filter(account_id__in=account_ids, campaign_code__in=codes)
        if leaving_out is not None:
            parts = parts.exclude(accrual_id=leaving_out)
        for account_id, code, sold_on, points in parts.values_list("account_id", "campaign_code", "sold_on", "points"):
            self.add(account_id, code, sold_on, points)

    def add(self, account_id: UUID, code: str, sold_on: dt.date, points: int) -> None:
        """Count points given."""
        self._used.setdefault((account_id, code), []).append((sold_on, points))

    def room(self, account_id: UUID, campaign: Campaign, sold_on: dt.date) -> dict[CapKind, int]:
        """Return what each cap of the campaign still lets through for a sale of that day."""
        given = self._used.get((account_id, campaign.code), [])
        used = {
            CapKind.RECEIPT: 0,
            CapKind.DAY: sum(points for day, points in given if day == sold_on),
            CapKind.MONTH: sum(
                points for day, points in given if (day.year, day.month) == (sold_on.year, sold_on.month)
            ),
            CapKind.MEMBER: sum(points for _, points in given),
        }
        caps = {
            CapKind.RECEIPT: campaign.cap_per_receipt,
            CapKind.DAY: campaign.cap_per_day,
            CapKind.MONTH: campaign.cap_per_month,
            CapKind.MEMBER: campaign.cap_per_member,
        }
        return {kind: cap - used[kind] for kind, cap in caps.items() if cap is not None}


def has_running_cap(campaign: Campaign) -> bool:
    """Return whether earlier sales bear on what the campaign gives."""
    return any(cap is not None for cap in (campaign.cap_per_day, campaign.cap_per_month, campaign.cap_per_member))


def price_figures(
    remaining_yen: int,
    *,
    rule: EarningRule,
    campaigns: Sequence[Campaign],
    account_id: UUID,
    sold_on: dt.date,
    usage: CapUsage,
) -> list[Figure]:
    """Return what a price gives: the base points first, then each campaign's bonus, capped."""
    base = base_points(remaining_yen, amount_rule(rule))
    figures = [Figure(None, base, base)]
    for campaign in campaigns:
        uncapped = bonus_points(remaining_yen, base, bonus_of(campaign))
        points, cap = capped(uncapped, usage.room(account_id, campaign, sold_on))
        figures.append(Figure(campaign, points, uncapped, cap))
    return figures
