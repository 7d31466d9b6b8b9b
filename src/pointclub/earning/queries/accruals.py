"""The whole story of one accrual: what was sold, under which rule, and what was changed since (BAL-4)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from pointclub.earning.models import (
    Accrual,
    AccrualChange,
    AccrualClaim,
    AccrualPart,
    Campaign,
    EarlyReversal,
    EarningRule,
)
from pointclub.earning.queries.terms import CampaignTerms, RuleTerms, amount_rule, bonus_of, campaign_terms, rule_terms
from pointclub.earning.rules.amount import Worked, work_out_base, work_out_bonus
from pointclub.earning.rules.receipt import as_printed
from pointclub.foundation.refusals import NotFoundError
from pointclub.membership import queries as membership
from pointclub.merchants import queries as merchants
from pointclub.program import queries as program


class UnknownReceiptError(NotFoundError):
    """No purchase or bill has that receipt number, or it is another account's."""

    code = "unknown_receipt"


class AccrualState(StrEnum):
    """Whether the points have reached the balance; a sale that gives none is `nothing`."""

    PENDING = "pending"
    PARTLY_POSTED = "partly_posted"
    POSTED = "posted"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class PartStory:
    """What the rule (no campaign) or one campaign gave.

    `exact` is the value before rounding, where there was a fraction to lose; `cut_points` is what the cap took off the
    bonus, None where a correction came on top of an earlier part. `points` is as it stands now.
    """

    part_id: UUID
    campaign: CampaignTerms | None
    exact: Decimal | None
    uncapped_points: int
    cap: str
    cut_points: int | None
    first_points: int
    points: int
    is_supplement: bool
    usable_through: dt.date | None
    posted_on: dt.date | None
    lot_id: UUID | None


@dataclass(frozen=True, slots=True)
class ChangeStory:
    """A correction or reversal; yen are what was left of the eligible price before and after."""

    kind: str
    is_early: bool
    at: dt.datetime
    actor: str
    reason: str
    yen_before: int
    yen_after: int
    points_before: int
    points_after: int
    taken_from_lots: int
    taken_as_arrears: int
    lapsed_before: int


@dataclass(frozen=True, slots=True)
class AccrualStory:
    """One receipt, with prices as they stand now.

    `worked` is how the base points were first worked out, from `worked_from_yen`, and `worked_now` how they follow from
    what is left of the price. `rule` is None for points agreed as a number and for bills, which name the program's
    version in `program_code`.
    """

    account_id: UUID
    receipt_number: str
    kind: str
    reference: str
    merchant_number: str
    merchant_name: str
    store_code: str
    store_name: str
    terminal_code: str
    member_number: str
    member_is_family: bool
    sold_at: dt.datetime
    sold_on: dt.date
    received_at: dt.datetime
    price_yen: int
    ineligible_yen: int
    tax_yen: int
    eligible_yen: int
    returned_yen: int
    is_reversed: bool
    rule: RuleTerms | None
    program_code: str | None
    worked_from_yen: int | None
    worked: Worked | None
    worked_now: Worked | None
    first_points: int
    points: int
    state: AccrualState
    posted_on: dt.date | None
    parts: tuple[PartStory, ...]
    changes: tuple[ChangeStory, ...]

    @property
    def remaining_yen(self) -> int:
        """What is left of the price that earns points."""
        return self.eligible_yen - self.returned_yen


def find_account_of_receipt(receipt_number: str) -> UUID:
    """Return whose receipt it is.

    Raises:
        UnknownReceiptError: nobody's.
    """
    account_id = _claim_of(receipt_number).account_id
    assert account_id is not None
    return account_id


def tell_accrual(account_ids: Sequence[UUID], receipt_number: str) -> AccrualStory:
    """Return the story of a receipt of one of the accounts.

    Raises:
        UnknownReceiptError: they have none of that number.
    """
    claim = _claim_of(receipt_number)
    if claim.account_id is None or claim.account_id not in account_ids:
        raise _unknown(receipt_number)
    accrual = Accrual.objects.get(account_id=claim.account_id, pk=(claim.account_id, claim.accrual_id))
    parts = list(AccrualPart.objects.filter(account_id=accrual.account_id, accrual_id=accrual.id).order_by("id"))
    changes = _tell_changes(accrual)
    first_yen = next((change.yen_before for change in changes if not change.is_early), None)
    worked_from_yen = accrual.eligible_yen - accrual.returned_yen if first_yen is None else first_yen
    return _compose(accrual, parts, changes, worked_from_yen)


def _claim_of(receipt_number: str) -> AccrualClaim:
    wanted = as_printed(receipt_number)
    claim = AccrualClaim.objects.filter(merchant__number=wanted[:6], receipt_number=wanted).first()
    if claim is None:
        raise _unknown(receipt_number)
    return claim


def _unknown(receipt_number: str) -> UnknownReceiptError:
    message = f"There is no receipt {receipt_number!r}."
    return UnknownReceiptError(message, receipt_number=receipt_number)


def _compose(
    accrual: Accrual, parts: Sequence[AccrualPart], changes: Sequence[ChangeStory], worked_from_yen: int
) -> AccrualStory:
    rule = EarningRule.objects.get(id=accrual.rule_id) if accrual.rule_id else None
    is_bill = accrual.kind == Accrual.Kind.BILL
    remaining_yen = accrual.eligible_yen - accrual.returned_yen
    worked = None if rule is None else work_out_base(worked_from_yen, amount_rule(rule))
    merchant = merchants.get_merchant_by_id(accrual.merchant_id)
    member_number, is_family = membership.describe_members([accrual.member_id])[accrual.member_id]
    return AccrualStory(
        account_id=accrual.account_id,
        receipt_number=accrual.receipt_number,
        kind=accrual.kind,
        reference=accrual.reference,
        merchant_number=merchant.number,
        merchant_name=merchant.name,
        store_code=accrual.store_code,
        store_name=merchants.find_store_name(merchant.id, accrual.store_code),
        terminal_code=accrual.terminal_code,
        member_number=member_number,
        member_is_family=is_family,
        sold_at=accrual.sold_at,
        sold_on=accrual.sold_on,
        received_at=accrual.received_at,
        price_yen=accrual.price_yen,
        ineligible_yen=accrual.ineligible_yen,
        tax_yen=accrual.tax_yen,
        eligible_yen=accrual.eligible_yen,
        returned_yen=accrual.returned_yen,
        is_reversed=accrual.is_reversed,
        rule=None if rule is None else rule_terms(rule),
        program_code=program.get_version(on=accrual.sold_on).code if is_bill else None,
        worked_from_yen=None if rule is None else worked_from_yen,
        worked=worked,
        worked_now=None if rule is None else work_out_base(remaining_yen, amount_rule(rule)),
        first_points=accrual.first_points,
        points=accrual.points,
        state=_state(parts),
        posted_on=min((part.posted_on for part in parts if part.posted_on), default=None),
        parts=_tell_parts(parts, worked, worked_from_yen),
        changes=tuple(changes),
    )


def _state(parts: Sequence[AccrualPart]) -> AccrualState:
    is_pending = any(part.posted_on is None and part.points for part in parts)
    is_posted = any(part.posted_on for part in parts)
    if is_pending:
        return AccrualState.PARTLY_POSTED if is_posted else AccrualState.PENDING
    return AccrualState.POSTED if is_posted else AccrualState.NOTHING


def _tell_parts(parts: Sequence[AccrualPart], base: Worked | None, yen: int) -> tuple[PartStory, ...]:
    campaigns = {
        campaign.id: campaign
        for campaign in Campaign.objects.filter(id__in=[part.campaign_id for part in parts if part.campaign_id])
    }
    told = []
    for part in parts:
        campaign = campaigns.get(part.campaign_id) if part.campaign_id else None
        exact = None
        if base is not None and not part.is_supplement:
            exact = base.exact if campaign is None else work_out_bonus(yen, base.points, bonus_of(campaign)).exact
        told.append(
            PartStory(
                part_id=part.id,
                campaign=None if campaign is None else campaign_terms(campaign),
                exact=exact,
                uncapped_points=part.uncapped_points,
                cap=part.cap,
                cut_points=None if part.is_supplement else part.uncapped_points - part.first_points,
                first_points=part.first_points,
                points=part.points,
                is_supplement=part.is_supplement,
                usable_through=part.usable_through,
                posted_on=part.posted_on,
                lot_id=part.lot_id,
            )
        )
    return tuple(told)


def _tell_changes(accrual: Accrual) -> list[ChangeStory]:
    early = EarlyReversal.objects.filter(
        merchant_id=accrual.merchant_id, reference=accrual.reference, matched_at__isnull=False
    )
    early_keys = set(early.values_list("key", flat=True))
    changes = AccrualChange.objects.filter(account_id=accrual.account_id, accrual_id=accrual.id).order_by("id")
    return [
        ChangeStory(
            kind=change.kind,
            is_early=change.key in early_keys,
            at=change.at,
            actor=change.actor,
            reason=change.reason,
            yen_before=change.remaining_yen_before,
            yen_after=change.remaining_yen_after,
            points_before=change.points_before,
            points_after=change.points_after,
            taken_from_lots=change.taken_from_lots,
            taken_as_arrears=change.taken_as_arrears,
            lapsed_before=change.lapsed_before,
        )
        for change in changes
    ]
