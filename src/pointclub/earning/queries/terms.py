"""The figures of rules and campaigns: as the calculation takes them, and as they are told."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from pointclub.earning.models import Campaign, EarningRule
from pointclub.earning.rules.amount import AmountRule, Bonus, PercentOfPrice, PointsPerUnit, plain


@dataclass(frozen=True, slots=True)
class RuleTerms:
    """One version of a merchant's rule: points for each full unit of price, or a percentage of it."""

    version: int
    effective_from: dt.date
    base: str
    unit_yen: int | None
    points_per_unit: int | None
    percent: Decimal | None


@dataclass(frozen=True, slots=True)
class CampaignTerms:
    """One version of a campaign: a multiple of the base points or a number, its days and its caps."""

    code: str
    name: str
    version: int
    sold_from: dt.date
    sold_through: dt.date
    multiplier: Decimal | None
    fixed_points: int | None
    minimum_yen: int
    cap_per_receipt: int | None
    cap_per_day: int | None
    cap_per_month: int | None
    cap_per_member: int | None
    usable_through: dt.date | None


def amount_rule(rule: EarningRule) -> AmountRule:
    """Return the rule's figures as the calculation takes them."""
    if rule.unit_yen and rule.points_per_unit:
        return PointsPerUnit(rule.unit_yen, rule.points_per_unit)
    assert rule.percent is not None
    return PercentOfPrice(rule.percent)


def bonus_of(campaign: Campaign) -> Bonus:
    """Return the campaign's figures as the calculation takes them."""
    return Bonus(campaign.multiplier, campaign.fixed_points, campaign.minimum_yen)


def rule_terms(rule: EarningRule) -> RuleTerms:
    """Return the version's figures; versions of a merchant are counted in the order in which they took effect."""
    of_merchant = EarningRule.objects.filter(merchant_id=rule.merchant_id)
    versions = list(of_merchant.order_by("effective_from", "recorded_at", "id").values_list("id", flat=True))
    return RuleTerms(
        versions.index(rule.id) + 1,
        rule.effective_from,
        rule.base,
        rule.unit_yen,
        rule.points_per_unit,
        None if rule.percent is None else plain(rule.percent),
    )


def campaign_terms(campaign: Campaign) -> CampaignTerms:
    """Return the version's figures."""
    return CampaignTerms(
        campaign.code,
        campaign.name,
        campaign.version,
        campaign.sold_from,
        campaign.sold_through,
        None if campaign.multiplier is None else plain(campaign.multiplier),
        campaign.fixed_points,
        campaign.minimum_yen,
        campaign.cap_per_receipt,
        campaign.cap_per_day,
        campaign.cap_per_month,
        campaign.cap_per_member,
        campaign.usable_through,
    )
