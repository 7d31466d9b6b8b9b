"""What a batch of sales is judged by (ACC-1, ACC-2): merchants, members, rules and campaigns, read once for all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Generic, NamedTuple, TypeVar
from uuid import UUID

from pointclub.earning.models import Campaign, EarningRule
from pointclub.earning.rules.requests import LONGEST_REFERENCE, MAXIMUM_YEN, AccrualRequest, Refused, is_reference
from pointclub.foundation.periods import tokyo_day
from pointclub.foundation.postgresql import arrays
from pointclub.foundation.postgresql.planning import LOOK_UP_BY_KEYS
from pointclub.foundation.postgresql.prepared import Question, ask, ask_together
from pointclub.membership import queries as membership
from pointclub.merchants import queries as merchants
from pointclub.merchants.models import Merchant
from pointclub.points.rules.bounds import MAXIMUM_POINTS, is_number_of_points
from pointclub.program import queries as program

# A till's clock may be wrong by a day; what claims to be from later than that is a mistake.
_CLOCK_TOLERANCE = dt.timedelta(days=1)
_LONGEST_CODE = 20


_RULES_OF_NUMBERS = """
SELECT merchant.id, rule.id
FROM merchants_merchant AS merchant JOIN earning_rule AS rule ON rule.merchant_id = merchant.id
WHERE merchant.number = ANY(%s::text[]) ORDER BY rule.effective_from, rule.recorded_at
"""

_CAMPAIGNS_OF = """
SELECT id FROM earning_campaign
WHERE recorded_at <= %s AND code IN (
    SELECT code FROM earning_campaign
    WHERE recorded_at <= %s AND (merchant_id IS NULL OR merchant_id IN ({merchants}))
)
ORDER BY code, version
"""

# What never changes is read once; so many versions are kept before all are read anew.
_MOST_VERSIONS_KEPT = 10_000

_Version = TypeVar("_Version", EarningRule, Campaign)


class _Versions(Generic[_Version]):
    """Versions of rules or campaigns by their ids; they are insert-only, so one that was read stays true."""

    def __init__(self, model: type[_Version]) -> None:
        self._model: type[_Version] = model
        self._kept: dict[UUID, _Version] = {}

    def get(self, ids: Collection[UUID]) -> Mapping[UUID, _Version]:
        kept = self._kept
        if any(version_id not in kept for version_id in ids):
            found = {version.id: version for version in self._model._default_manager.filter(id__in=ids)}
            # Another thread may be reading the old ones, so they are replaced rather than changed.
            kept = self._kept = {**kept, **found} if len(kept) <= _MOST_VERSIONS_KEPT else found
        return kept


_rules = _Versions(EarningRule)
_campaigns = _Versions(Campaign)


class InForce(NamedTuple):
    """What a price gives points by on a day of sale; others give by the shared campaigns as well, or once did."""

    rule: EarningRule | None
    campaigns: tuple[Campaign, ...]
    shared_codes: frozenset[str]


_NOTHING = InForce(None, (), frozenset())


class Sale(NamedTuple):
    """A request that can be taken: everything it is judged by has been found."""

    place: int
    request: AccrualRequest
    fingerprint: bytes
    merchant: merchants.Standing
    member: membership.Standing
    sold_at: dt.datetime
    sold_on: dt.date
    eligible_yen: int
    rule: EarningRule | None
    campaigns: tuple[Campaign, ...]
    shared_codes: frozenset[str]

    @property
    def claim(self) -> tuple[UUID, str]:
        """What may exist once, ever: the merchant and its reference."""
        return (self.merchant.id, self.request.reference)


class Catalogue:
    """Merchants, members, rules and campaigns as they are known at one instant."""

    def __init__(
        self, requests: Sequence[AccrualRequest], *, at: dt.datetime, terminal_keys: Iterable[bytes] = ()
    ) -> None:
        """Read what the requests name, whether accrual is paused, and which of the terminal keys open."""
        self._at = at
        self.is_paused: bool
        self.merchants_of_keys: dict[bytes, UUID]
        self.merchants: dict[str, merchants.Standing]
        self._members: dict[str, membership.Standing]
        numbers = _well_formed({request.merchant_number for request in requests})
        _, self.merchants_of_keys, self.is_paused, self.merchants, self._members, rules, campaigns = ask_together(
            LOOK_UP_BY_KEYS,
            merchants.merchants_of_keys_question(terminal_keys),
            program.is_paused_question(program.Activity.ACCRUAL, at=at),
            merchants.standings_question(numbers),
            membership.standings_question(_well_formed({request.member_number for request in requests})),
            Question(_RULES_OF_NUMBERS, (arrays.texts(numbers),), list),
            _campaigns_question("number = ANY(%s::text[])", arrays.texts(numbers), known_at=at),
        )
        self._rules = _rules_by_merchant(rules)
        self._campaigns = _versions_of(campaigns)
        self._in_force: dict[tuple[UUID, dt.date], InForce] = {}

    def find_sale(self, place: int, request: AccrualRequest, fingerprint: bytes) -> Sale | Refused:
        """Return the request with all that it is judged by, or why it cannot be taken."""
        if problem := _wrong_figures(request):
            return _refuse(request, "invalid_sale", problem)
        # Offsets of 16 hours and more are none to the database, and one would take its whole batch along.
        sold_at = request.sold_at.astimezone(dt.UTC) if request.sold_at else self._at
        sold_on = tokyo_day(sold_at)
        merchant = self._find_merchant(request, sold_on)
        if isinstance(merchant, Refused):
            return merchant
        if sold_at > self._at + _CLOCK_TOLERANCE:
            return _refuse(request, "sold_in_future", "The sale is dated more than a day from now. Check the clock.")
        rule, campaigns, shared = self._on_that_day(merchant.id, sold_on) if request.points is None else _NOTHING
        if rule is None and request.points is None:
            return _refuse(request, "no_earning_rule", "The merchant had no earning rule on the day of the sale.")
        # The member comes last: a sale that counts for nobody must not tell a merchant who is one.
        member = self._find_member(request, sold_at)
        if isinstance(member, Refused):
            return member
        eligible = 0 if rule is None else eligible_yen(rule, request.price_yen, request.ineligible_yen, request.tax_yen)
        return Sale(place, request, fingerprint, merchant, member, sold_at, sold_on, eligible, rule, campaigns, shared)

    def _on_that_day(self, merchant_id: UUID, sold_on: dt.date) -> InForce:
        """Return the rule and the campaigns of a day of sale; worked out once for all sales of the batch."""
        key = (merchant_id, sold_on)
        if key not in self._in_force:
            self._in_force[key] = InForce(
                rule_on(self._rules.get(merchant_id, []), sold_on),
                campaigns_on(self._campaigns, merchant_id, sold_on),
                frozenset(campaign.code for campaign in self._campaigns if campaign.merchant_id != merchant_id),
            )
        return self._in_force[key]

    def _find_merchant(self, request: AccrualRequest, sold_on: dt.date) -> merchants.Standing | Refused:
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
        if tokyo_day(sold_at) < member.joined_on:
            return _refuse(request, "not_a_member_then", "The sale is from before the membership began.")
        if member.ended_at is not None and sold_at >= member.ended_at:
            return _refuse(request, "membership_ended", "The membership had ended by the time of the sale.")
        return member


def rule_on(rules: Iterable[EarningRule], sold_on: dt.date) -> EarningRule | None:
    """Return the rule in force on the day of the sale: the latest to take effect, and of those the latest recorded."""
    in_force = [rule for rule in rules if rule.effective_from <= sold_on]
    return max(in_force, key=lambda rule: (rule.effective_from, rule.recorded_at), default=None)


def _rules_by_merchant(found: Sequence[tuple[UUID, UUID]]) -> dict[UUID, list[EarningRule]]:
    versions = _rules.get([rule_id for _, rule_id in found])
    rules: dict[UUID, list[EarningRule]] = {}
    for merchant_id, rule_id in found:
        rules.setdefault(merchant_id, []).append(versions[rule_id])
    return rules


def known_campaigns(merchant_ids: Iterable[UUID], *, known_at: dt.datetime) -> list[Campaign]:
    """Return all versions of the merchants' campaigns, and of those for all, recorded by that instant.

    Versions that leave a merchant out are among them: whether an earlier one still counts hangs on them.
    """
    asked = _campaigns_question("id = ANY(%s::uuid[])", arrays.uuids(merchant_ids), known_at=known_at)
    return _versions_of(ask(asked))


def _campaigns_question(of: str, named: str, *, known_at: dt.datetime) -> Question[list[UUID]]:
    statement = _CAMPAIGNS_OF.format(merchants=f"SELECT id FROM merchants_merchant WHERE {of}")  # noqa: S608 -- constants
    return Question(statement, (known_at, known_at, named), lambda rows: [campaign_id for (campaign_id,) in rows])


def _versions_of(ids: list[UUID]) -> list[Campaign]:
    versions = _campaigns.get(ids)
    return [versions[campaign_id] for campaign_id in ids]


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
    for yen in (price_yen, ineligible_yen, tax_yen):
        if type(yen) is not int or not 0 <= yen <= MAXIMUM_YEN:
            return f"Prices are whole yen from 0 to {MAXIMUM_YEN:,}."
    assert isinstance(price_yen, int)
    assert isinstance(ineligible_yen, int)
    assert isinstance(tax_yen, int)
    if ineligible_yen + tax_yen > price_yen:
        return "What earns nothing, and the tax, are more than the price."
    return None


def _well_formed(numbers: Collection[str]) -> list[str]:
    return [number for number in numbers if is_reference(number)]


def _wrong_figures(request: AccrualRequest) -> str | None:
    if not is_reference(request.reference):
        return f"A reference has 1 to {LONGEST_REFERENCE} characters, none of them a control character."
    store, terminal = request.store_code, request.terminal_code
    if len(store) > _LONGEST_CODE or len(terminal) > _LONGEST_CODE or not (store + terminal).isprintable():
        return f"The codes of stores and terminals have at most {_LONGEST_CODE} characters."
    if request.points is None:
        return wrong_yen(request.price_yen, request.ineligible_yen, request.tax_yen)
    if not is_number_of_points(request.points):
        return f"Points are a whole number from 1 to {MAXIMUM_POINTS:,}."
    return wrong_yen(request.price_yen, 0, 0)


def _refuse(request: AccrualRequest, code: str, message: str) -> Refused:
    return Refused(request.reference, code, message)
