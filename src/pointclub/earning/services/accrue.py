"""The one way in for what members earn: the merchants' systems, files and bills all come through here.

Intake writes claims, accruals and their parts; the points wait for the balance update. A refusal is an answer, not an
exception, so one bad request never breaks its batch.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from uuid_utils.compat import uuid7

from pointclub.earning.models import Accrual, AccrualChange, AccrualPart, EarlyReversal
from pointclub.earning.queries.answers import answers_given
from pointclub.earning.queries.claims import Claim, find_claims, waiting_reversals
from pointclub.earning.rules.receipt import RANDOM_BITS, accrual_id, receipt_number
from pointclub.earning.rules.requests import Accepted, AccrualRequest, BonusGiven, Outcome, Refused, is_reference
from pointclub.earning.services.catalogue import Catalogue, Sale
from pointclub.earning.services.claim import take_claims
from pointclub.earning.services.figures import CapUsage, Figure, has_running_cap, price_figures
from pointclub.earning.services.post_pending import post_accounts
from pointclub.earning.services.record_accruals import record_accruals
from pointclub.foundation.actors import Actor, system
from pointclub.foundation.acts import act
from pointclub.foundation.fingerprints import fingerprint
from pointclub.foundation.postgresql.copying import copy_rows
from pointclub.points import services as points
from pointclub.program import queries as program


@act
def accrue_batch(requests: Sequence[AccrualRequest], *, at: dt.datetime, actor: Actor) -> list[Outcome]:
    """Take in what can be taken, and answer each request in its place.

    What was sent before gets the answer it got then (ACC-6), even if it would be refused today.

    Raises:
        PointsSuspendedError: accrual is paused; nothing was taken (SUS-1).
    """
    catalogue = Catalogue(requests, at=at)
    answers = _answers_given_before(requests, catalogue)
    if len(answers) == len(requests):
        return [answers[index] for index in range(len(requests))]
    program.refuse_if_suspended(program.Activity.ACCRUAL, at=at)
    sales: list[Sale] = []
    for index, request in enumerate(requests):
        if index in answers:
            continue
        found = catalogue.find_sale(index, request)
        if isinstance(found, Refused):
            answers[index] = found
        else:
            sales.append(found)
    first = _fold(sales)
    answers |= _take_in(list(first.values()), at=at)
    for sale in sales:
        if sale.index not in answers:
            answers[sale.index] = _repeat(sale, first[sale.claim], answers[first[sale.claim].index])
    record_accruals(((sale, answers[sale.index]) for sale in first.values()), at=at, actor=actor)
    return [answers[index] for index in range(len(requests))]


def _answers_given_before(requests: Sequence[AccrualRequest], catalogue: Catalogue) -> dict[int, Outcome]:
    wanted = {
        index: (catalogue.merchants[request.merchant_number].id, request.reference)
        for index, request in enumerate(requests)
        if request.merchant_number in catalogue.merchants and is_reference(request.reference)
    }
    claims = {key: claim for key, claim in find_claims(wanted.values()).items() if claim.accrual_id is not None}
    given = answers_given(claims.values())
    return {
        index: _same_or_conflict(requests[index], claims[key], given[key])
        for index, key in wanted.items()
        if key in given
    }


def _same_or_conflict(request: AccrualRequest, claim: Claim, given: Accepted) -> Outcome:
    if claim.fingerprint != request.fingerprint():
        return Refused(
            request.reference, "reference_conflict", "This reference was used before, for a sale with other content."
        )
    return given


def _fold(sales: Sequence[Sale]) -> dict[tuple[UUID, str], Sale]:
    first: dict[tuple[UUID, str], Sale] = {}
    for sale in sales:
        first.setdefault(sale.claim, sale)
    return first


def _repeat(sale: Sale, first: Sale, answer: Outcome) -> Outcome:
    if isinstance(answer, Accepted):
        same = sale.request.fingerprint() == first.request.fingerprint()
        conflict = "This reference was used before, for a sale with other content."
        return replace(answer, is_repeat=True) if same else Refused(answer.reference, "reference_conflict", conflict)
    return answer


def _take_in(sales: Sequence[Sale], *, at: dt.datetime) -> dict[int, Outcome]:
    capped = {sale.member.account_id for sale in sales if any(has_running_cap(campaign) for campaign in sale.campaigns)}
    closed = {sale.member.account_id for sale in sales if sale.member.is_account_closed}
    points.lock_accounts(sorted(capped | closed))
    claims = [
        Claim(
            merchant_id=sale.merchant.id,
            reference=sale.request.reference,
            account_id=sale.member.account_id,
            accrual_id=accrual_id(uuid7(), randomness),
            receipt_number=receipt_number(sale.merchant.number, randomness),
            fingerprint=sale.request.fingerprint(),
        )
        for sale, randomness in ((sale, secrets.randbits(RANDOM_BITS)) for sale in sales)
    ]
    taken = take_claims(claims)
    ours = {claim.key: claim for claim in claims}
    raced = answers_given([claim for key, claim in taken.items() if claim is not ours[key]])
    codes = {campaign.code for sale in sales for campaign in sale.campaigns if has_running_cap(campaign)}
    early = waiting_reversals([sale.claim for sale in sales if sale.claim not in raced])
    answers: dict[int, Outcome] = {}
    writer = _Writer(at, CapUsage(capped, codes))
    for sale in sales:
        if sale.claim in raced:
            answers[sale.index] = _same_or_conflict(sale.request, taken[sale.claim], raced[sale.claim])
        else:
            answers[sale.index] = writer.add(sale, ours[sale.claim], early.get(sale.claim, []))
    writer.write()
    if closed:
        post_accounts(sorted(closed), at=at, actor=system("late accrual"))
    return answers


class _Writer:
    """Collects the rows of a batch and writes them in one statement a table."""

    def __init__(self, at: dt.datetime, usage: CapUsage) -> None:
        self._at = at
        self._usage = usage
        self._accruals: list[Accrual] = []
        self._parts: list[AccrualPart] = []
        self._changes: list[AccrualChange] = []
        self._matched: list[EarlyReversal] = []

    def add(self, sale: Sale, claim: Claim, early: Sequence[EarlyReversal]) -> Accepted:
        """Work out the points at the price that earlier reversals leave, and keep the rows to be written."""
        is_undone = any(one.returned_yen is None for one in early)
        returned = _returned_before(sale, early)
        figures = self._figures(sale, sale.eligible_yen - returned, is_undone=is_undone)
        total = sum(figure.points for figure in figures)
        assert claim.accrual_id is not None
        assert claim.account_id is not None
        assert claim.receipt_number is not None
        request = sale.request
        self._accruals.append(
            Accrual(
                account_id=claim.account_id,
                id=claim.accrual_id,
                member_id=sale.member.member_id,
                merchant_id=sale.merchant.id,
                reference=request.reference,
                store_code=request.store_code,
                terminal_code=request.terminal_code,
                receipt_number=claim.receipt_number,
                kind=_kind(request),
                rule_id=sale.rule.id if sale.rule else None,
                sold_at=sale.sold_at,
                sold_on=sale.sold_on,
                price_yen=request.price_yen,
                ineligible_yen=request.ineligible_yen,
                tax_yen=request.tax_yen,
                eligible_yen=sale.eligible_yen,
                returned_yen=returned,
                is_reversed=is_undone,
                first_points=total,
                points=total,
                received_at=self._at,
            )
        )
        self._match(sale, self._accruals[-1], early)
        for figure in figures:
            self._parts.append(new_part(self._accruals[-1], figure))
            if figure.campaign:
                self._usage.add(claim.account_id, figure.campaign.code, sale.sold_on, figure.points)
        return Accepted(
            receipt_number=claim.receipt_number,
            reference=request.reference,
            points=total,
            base_points=figures[0].points,
            bonuses=tuple(
                BonusGiven(figure.campaign.code, figure.points, figure.uncapped_points, figure.cap or "")
                for figure in figures
                if figure.campaign
            ),
            account_id=claim.account_id,
            accrual_id=claim.accrual_id,
        )

    def write(self) -> None:
        """Write everything collected."""
        copy_rows(self._accruals)
        copy_rows(self._parts)
        copy_rows(self._changes)
        for reversal in self._matched:
            reversal.matched_at = self._at
            reversal.save(update_fields=["matched_at"])

    def _figures(self, sale: Sale, remaining_yen: int, *, is_undone: bool) -> list[Figure]:
        if sale.request.points is not None:
            given = 0 if is_undone else sale.request.points
            return [Figure(None, given, given)]
        assert sale.rule is not None
        return price_figures(
            remaining_yen,
            rule=sale.rule,
            campaigns=sale.campaigns,
            account_id=sale.member.account_id,
            sold_on=sale.sold_on,
            usage=self._usage,
        )

    def _match(self, sale: Sale, accrual: Accrual, early: Sequence[EarlyReversal]) -> None:
        left = sale.eligible_yen
        points_left = sum(figure.points for figure in self._figures(sale, left, is_undone=False))
        for reversal in early:
            before, points_before = left, points_left
            is_undone = reversal.returned_yen is None
            left = 0 if reversal.returned_yen is None else max(0, left - reversal.returned_yen)
            points_left = sum(figure.points for figure in self._figures(sale, left, is_undone=is_undone))
            self._changes.append(
                AccrualChange(
                    account_id=accrual.account_id,
                    accrual_id=accrual.id,
                    kind=AccrualChange.Kind.REVERSED,
                    key=reversal.key,
                    fingerprint=reversal_fingerprint(reversal.returned_yen),
                    remaining_yen_before=before,
                    remaining_yen_after=left,
                    points_before=points_before,
                    points_after=points_left,
                    reason=reversal.reason,
                    actor=reversal.actor,
                    at=reversal.received_at,
                )
            )
            self._matched.append(reversal)


def new_part(accrual: Accrual, figure: Figure) -> AccrualPart:
    """Return a part that waits for the balance update."""
    bill = accrual.kind == Accrual.Kind.BILL
    return AccrualPart(
        account_id=accrual.account_id,
        accrual_id=accrual.id,
        merchant_id=accrual.merchant_id,
        campaign_id=figure.campaign.id if figure.campaign else None,
        campaign_code=figure.campaign.code if figure.campaign else "",
        contra=points.Contra.BILLS if bill else points.Contra.MERCHANT,
        sold_on=accrual.sold_on,
        uncapped_points=figure.uncapped_points,
        first_points=figure.points,
        cap=figure.cap or "",
        points=figure.points,
        usable_through=figure.campaign.usable_through if figure.campaign else None,
    )


def reversal_fingerprint(returned_yen: int | None) -> bytes:
    """Return what tells one reversal under a key from another."""
    return fingerprint({"returned_yen": returned_yen})


def _returned_before(sale: Sale, early: Sequence[EarlyReversal]) -> int:
    if any(reversal.returned_yen is None for reversal in early):
        return sale.eligible_yen
    return min(sale.eligible_yen, sum(reversal.returned_yen or 0 for reversal in early))


def _kind(request: AccrualRequest) -> Accrual.Kind:
    if request.is_bill:
        return Accrual.Kind.BILL
    return Accrual.Kind.PURCHASE if request.points is None else Accrual.Kind.FIXED
