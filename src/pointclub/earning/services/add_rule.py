"""Recording earning rules and campaigns; an edit is a new version, and nothing granted changes (T10)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from django.db import IntegrityError, transaction
from django.db.models import Max

from pointclub.audit import services as audit
from pointclub.earning.models import Campaign, EarningRule
from pointclub.earning.rules.amount import AmountRule, Bonus, PointsPerUnit
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.foundation.refusals import Refusal
from pointclub.foundation.texts import is_line
from pointclub.merchants.models import Merchant
from pointclub.program import queries as program


class InvalidRuleError(Refusal):
    """The rule or campaign makes no sense, or the program does not allow it."""

    code = "invalid_rule"


class NoSpecialExpiryError(InvalidRuleError):
    """The program in force has no special expiry dates."""

    code = "no_special_expiry"


class RecordedMeanwhileError(Refusal):
    """Somebody else recorded a version of the campaign at the same moment."""

    code = "recorded_meanwhile"


_WHOLE_PRICE_PERCENT = 100
_LONGEST_CODE = 32
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Caps:
    """The most that a campaign gives: on a receipt, on a day, in a month, to one account in all."""

    cap_per_receipt: int | None = None
    cap_per_day: int | None = None
    cap_per_month: int | None = None
    cap_per_member: int | None = None


@dataclass(frozen=True, slots=True)
class CampaignDays:
    """On which days of sale a campaign gives points, and their last day, if not that of ordinary ones."""

    sold_from: dt.date
    sold_through: dt.date
    usable_through: dt.date | None = None


@act
def add_earning_rule(
    *,
    merchant: Merchant,
    effective_from: dt.date,
    amount: AmountRule,
    base: EarningRule.Base = EarningRule.Base.TAX_INCLUDED,
    at: dt.datetime,
    actor: Actor,
) -> EarningRule:
    """Record how a merchant's price becomes points from a day of sale on."""
    per_unit = isinstance(amount, PointsPerUnit)
    if per_unit and (amount.unit_yen < 1 or amount.points_per_unit < 1):  # type: ignore[union-attr]  # narrowed above
        message = "A rule gives at least one point for at least one yen."
        raise InvalidRuleError(message)
    if not per_unit and not 0 < amount.percent <= _WHOLE_PRICE_PERCENT:  # type: ignore[union-attr]  # narrowed above
        message = "A percentage lies above 0 and is at most 100."
        raise InvalidRuleError(message)
    figures = asdict(amount)
    rule = EarningRule.objects.create(
        merchant=merchant, effective_from=effective_from, base=base, recorded_at=at, recorded_by=str(actor), **figures
    )
    audit.record_act(
        act="earning.add_earning_rule",
        actor=actor,
        subject=audit.Subject("merchant", merchant.id),
        at=at,
        details={"rule": str(rule.id), "effective_from": str(effective_from), "base": base, **_plain(figures)},
    )
    return rule


@act
def add_campaign(
    *,
    code: str,
    name: str,
    merchant: Merchant | None,
    days: CampaignDays,
    bonus: Bonus,
    caps: Caps,
    at: dt.datetime,
    actor: Actor,
) -> Campaign:
    """Record a campaign, or the next version of one that exists; the version known at the sale's arrival counts.

    Raises:
        InvalidRuleError: the days or figures make no sense.
        NoSpecialExpiryError: the program in force has no special expiry dates.
        RecordedMeanwhileError: somebody else recorded a version at the same moment; this one would replace it unseen.
    """
    if not is_line(code, longest=_LONGEST_CODE) or not is_line(name, longest=_LONGEST_NAME):
        message = f"A campaign has a code of up to {_LONGEST_CODE} and a name of up to {_LONGEST_NAME} characters."
        raise InvalidRuleError(message)
    if days.sold_from > days.sold_through:
        message = "A campaign ends after it begins."
        raise InvalidRuleError(message)
    if (bonus.multiplier is None) == (bonus.fixed_points is None):
        message = "A campaign multiplies the base points, or gives a number of points: one of the two."
        raise InvalidRuleError(message)
    if (bonus.multiplier is not None and bonus.multiplier <= 1) or bonus.fixed_points == 0:
        message = "A campaign gives more than the base points."
        raise InvalidRuleError(message)
    if days.usable_through is not None:
        version = program.get_version(on=days.sold_from)
        if not version.special_expiry_allowed:
            message = f"The program version {version.code} has no special expiry dates."
            raise NoSpecialExpiryError(message)
        if days.usable_through < days.sold_through:
            message = "Points of a campaign live at least as long as the campaign."
            raise InvalidRuleError(message)
    last = Campaign.objects.filter(code=code).aggregate(last=Max("version"))["last"] or 0
    try:
        with transaction.atomic():
            campaign = Campaign.objects.create(
                code=code,
                version=last + 1,
                name=name,
                merchant=merchant,
                multiplier=bonus.multiplier,
                fixed_points=bonus.fixed_points,
                minimum_yen=bonus.minimum_yen,
                recorded_at=at,
                recorded_by=str(actor),
                **asdict(days),
                **asdict(caps),
            )
    except IntegrityError as taken:
        message = f"Version {last + 1} of the campaign {code!r} was recorded at the same moment. Look at it first."
        raise RecordedMeanwhileError(message) from taken
    audit.record_act(
        act="earning.add_campaign",
        actor=actor,
        subject=audit.Subject("campaign", campaign.id),
        at=at,
        details={
            "version": campaign.version,
            "merchant": None if merchant is None else str(merchant.id),
            **_plain(asdict(bonus) | asdict(days) | asdict(caps)),
        },
    )
    return campaign


def _plain(figures: Mapping[str, object]) -> dict[str, audit.Detail]:
    """Return figures and days as the audit log keeps them."""
    return {name: value if value is None or isinstance(value, int) else str(value) for name, value in figures.items()}
