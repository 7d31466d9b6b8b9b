"""What a batch of sales is judged by: merchants, members, rules and campaigns, read once for all of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from pointclub.earning.models import Campaign, EarningRule
from pointclub.earning.rules.requests import LONGEST_REFERENCE, MAXIMUM_YEN, AccrualRequest, Refused, is_reference
from pointclub.foundation.periods import tokyo_day
from pointclub.membership import queries as membership
from pointclub.merchants import queries as merchants
from pointclub.merchants.models import Merchant
from pointclub.points.rules.bounds import MAXIMUM_POINTS, is_number_of_points

# A till's clock may be wrong by a day; what claims to be from later than that is a mistake.
_CLOCK_TOLERANCE = dt.timedelta(days=1)
_LONGEST_CODE = 20


@dataclass(frozen=True, slots=True)
class Sale:
    """A request that can be taken: everything it is judged by has been found."""

    index: int
    request: AccrualRequest
    merchant: Merchant
    member: membership.Standing
    sold_at: dt.datetime
    sold_on: dt.date
    eligible_yen: int
    rule: EarningRule | None
    campaigns: tuple[Campaign, ...]

    @property
    def claim(self) -> tuple[UUID, str]:
        """What may exist once, ever: the merchant and its reference."""
        return (self.merchant.id, self.request.reference)


class Catalogue:
    """Merchants, members, rules and campaigns as they are known at one instant."""

    def __init__(self, requests: Sequence[AccrualRequest], *, at: dt.datetime) -> None:
        """Read what the requests name."""
        self._at = at
        self.merchants = merchants.find_merchants(_well_formed(request.merchant_number for request in requests))
        self._members = membership.find_standings(_well_formed(request.member_number for request in requests))
        self._rules: dict[UUID, list[EarningRule]] = {}
        merchant_ids = [merchant.id for merchant in self.merchants.values()]
        for rule in EarningRule.objects.filter(merchant_id__in=merchant_ids).order_by("effective_from", "recorded_at"):
            self._rules.setdefault(rule.merchant_id, []).append(rule)
        self._campaigns = known_campaigns(merchant_ids, known_at=at)

    def find_sale(self, index: int, request: AccrualRequest) -> Sale | Refused:
        """Return the request with all that it is judged by, or why it cannot be taken."""
        if problem := _wrong_figures(request):
            return _refuse(request, "invalid_sale", problem)
        sold_at = request.sold_at or self._at
        sold_on = tokyo_day(sold_at)
        merchant = self._find_merchant(request, sold_on)
        if isinstance(merchant, Refused):
            return merchant
        member = self._find_member(request, sold_at)
        if isinstance(member, Refused):
            return member
        if request.points is not None:
            return Sale(index, request, merchant, member, sold_at, sold_on, 0, None, ())
        rule = rule_on(self._rules.get(merchant.id, []), sold_on)
        if rule is None:
            return _refuse(request, "no_earning_rule", "The merchant had no earning rule on the day of the sale.")
        eligible = eligible_yen(rule, request.price_yen, request.ineligible_yen, request.tax_yen)
        campaigns = campaigns_on(self._campaigns, merchant.id, sold_on)
        return Sale(index, request, merchant, member, sold_at, sold_on, eligible, rule, campaigns)

    def _find_merchant(self, request: AccrualRequest, sold_on: dt.date) -> Merchant | Refused:
        merchant = self.merchants.get(request.merchant_number)
        if merchant is None:
            return _refuse(request, "unknown_merchant", f"No merchant has the number {request.merchant_number!r}.")
        if (merchant.kind == Merchant.Kind.OPERATOR) is not request.is_bill:
            return _refuse(request, "unknown_merchant", "The operator gives points on bills, and only the operator.")
        if sold_on < merchant.admitted_on:
            return _refuse(request, "merchant_not_admitted", f"The merchant was admitted on {merchant.admitted_on}.")
        if merchant.suspended_at is not None and merchant.suspended_at <= self._at:
            return _refuse(request, "merchant_suspended", "The merchant is suspended and cannot give points now.")
        if merchant.ended_on is not None and merchant.ended_on <= sold_on:
            return _refuse(request, "merchant_ended", f"The merchant left the club on {merchant.ended_on}.")
        return merchant

    def _find_member(self, request: AccrualRequest, sold_at: dt.datetime) -> membership.Standing | Refused:
        member = self._members.get(request.member_number)
        if member is None:
            return _refuse(request, "unknown_member", "No member has this number.")
        if sold_at > self._at + _CLOCK_TOLERANCE:
            return _refuse(request, "sold_in_future", "The sale is dated more than a day from now. Check the clock.")
        if tokyo_day(sold_at) < tokyo_day(member.joined_at):
            return _refuse(request, "not_a_member_then", "The sale is from before the membership began.")
        if member.ended_at is not None and sold_at >= member.ended_at:
            return _refuse(request, "membership_ended", "The membership had ended by the time of the sale.")
        return member


def rule_on(rules: Iterable[EarningRule], sold_on: dt.date) -> EarningRule | None:
    """Return the rule in force on the day of the sale: the latest to take effect, and of those the latest recorded."""
    in_force = [rule for rule in rules if rule.effective_from <= sold_on]
    return max(in_force, key=lambda rule: (rule.effective_from, rule.recorded_at), default=None)


def known_campaigns(merchant_ids: Iterable[UUID], *, known_at: dt.datetime) -> list[Campaign]:
    """Return all versions of the merchants' campaigns, and of those for all, recorded by that instant.

    Versions that leave a merchant out are among them: whether an earlier one still counts hangs on them.
    """
    recorded = Campaign.objects.filter(recorded_at__lte=known_at)
    of_any_of_them = Q(merchant_id__isnull=True) | Q(merchant_id__in=list(merchant_ids))
    codes = recorded.filter(of_any_of_them).values("code")
    return list(recorded.filter(code__in=codes).order_by("code", "version"))


def campaigns_on(campaigns: Iterable[Campaign], merchant_id: UUID, sold_on: dt.date) -> tuple[Campaign, ...]:
    """Return the campaigns of the merchant, or of all merchants, on the day of the sale.

    The version counts that stood on that day, however late the sale arrives (T10); of a campaign recorded only
    afterwards it is the first.
    """
    versions: dict[str, Campaign] = {}
    for campaign in campaigns:
        if campaign.code not in versions or tokyo_day(campaign.recorded_at) <= sold_on:
            versions[campaign.code] = campaign
    return tuple(
        campaign
        for campaign in versions.values()
        if campaign.merchant_id in {None, merchant_id} and campaign.sold_from <= sold_on <= campaign.sold_through
    )


def eligible_yen(rule: EarningRule, price_yen: int, ineligible_yen: int, tax_yen: int) -> int:
    """Return the part of the price that counts, with or without tax as the rule says."""
    with_tax = price_yen - ineligible_yen
    return with_tax - tax_yen if rule.base == EarningRule.Base.TAX_EXCLUDED else with_tax


def wrong_yen(price_yen: object, ineligible_yen: object, tax_yen: object) -> str | None:
    """Return what is wrong with the figures of a price, if anything."""
    figures = (price_yen, ineligible_yen, tax_yen)
    if any(isinstance(yen, bool) or not isinstance(yen, int) or not 0 <= yen <= MAXIMUM_YEN for yen in figures):
        return f"Prices are whole yen from 0 to {MAXIMUM_YEN:,}."
    assert isinstance(price_yen, int)
    assert isinstance(ineligible_yen, int)
    assert isinstance(tax_yen, int)
    if ineligible_yen + tax_yen > price_yen:
        return "What earns nothing, and the tax, are more than the price."
    return None


def _well_formed(numbers: Iterable[str]) -> set[str]:
    return {number for number in numbers if is_reference(number)}


def _wrong_figures(request: AccrualRequest) -> str | None:
    if not is_reference(request.reference):
        return f"A reference has 1 to {LONGEST_REFERENCE} characters, none of them a control character."
    if any(len(code) > _LONGEST_CODE or not code.isprintable() for code in (request.store_code, request.terminal_code)):
        return f"The codes of stores and terminals have at most {_LONGEST_CODE} characters."
    if request.points is None:
        return wrong_yen(request.price_yen, request.ineligible_yen, request.tax_yen)
    if not is_number_of_points(request.points):
        return f"Points are a whole number from 1 to {MAXIMUM_POINTS:,}."
    return wrong_yen(request.price_yen, 0, 0)


def _refuse(request: AccrualRequest, code: str, message: str) -> Refused:
    return Refused(request.reference, code, message)
