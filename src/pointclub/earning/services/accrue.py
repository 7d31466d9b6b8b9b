"""The one way in for what members earn: the merchants' systems, files and bills all come through here.

Intake writes claims, accruals and their parts; the points wait for the balance update. A refusal is an answer, not an
exception, so one bad request never breaks its batch.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from uuid_utils.compat import uuid7

from pointclub.earning.queries.answers import answers_given
from pointclub.earning.queries.claims import Claim, find_claims, waiting_reversals
from pointclub.earning.rules.receipt import RANDOM_BITS, accrual_id, receipt_number
from pointclub.earning.rules.requests import Accepted, AccrualRequest, Outcome, Refused, is_reference
from pointclub.earning.services.catalogue import Catalogue, Sale
from pointclub.earning.services.claim import take_claims
from pointclub.earning.services.figures import CapUsage, has_running_cap
from pointclub.earning.services.post_pending import post_accounts
from pointclub.earning.services.record_accruals import record_accruals
from pointclub.earning.services.write_accruals import AccrualWriter
from pointclub.foundation.actors import Actor, system
from pointclub.foundation.acts import act
from pointclub.foundation.postgresql.planning import look_up_by_keys
from pointclub.merchants import queries as merchants
from pointclub.points import services as points
from pointclub.program import queries as program


@act
def accrue_batch(requests: Sequence[AccrualRequest], *, at: dt.datetime, actor: Actor) -> list[Outcome]:
    """Take in what can be taken, and answer each request in its place.

    What was sent before gets the answer it got then (ACC-6), even if it would be refused today.

    Raises:
        PointsSuspendedError: accrual is paused; nothing was taken (SUS-1).
    """
    look_up_by_keys()
    fingerprints = [request.fingerprint() for request in requests]
    suspension = program.find_suspension(program.Activity.ACCRUAL, at=at)
    if suspension is not None:
        answers = answers_given_before(dict(enumerate(requests)), fingerprints)
        if len(answers) < len(requests):
            raise program.PointsSuspendedError(suspension)
    else:
        sales, answers = judge(requests, fingerprints, at=at)
        lock_before(sales)
        answers |= take_in(sales, at=at)
        record_accruals(((sale, answers[sale.place]) for sale in sales), at=at, actor=actor)
    return [answers[place] for place in range(len(requests))]


def judge(
    requests: Sequence[AccrualRequest], fingerprints: Sequence[bytes], *, at: dt.datetime
) -> tuple[list[Sale], dict[int, Outcome]]:
    """Return the sales that can be taken, and by its place the answer to every other request.

    A sale that was taken before is among the sales, unless it would be refused today.
    """
    catalogue = Catalogue(requests, at=at)
    sales: list[Sale] = []
    answers: dict[int, Outcome] = {}
    for place, request in enumerate(requests):
        found = catalogue.find_sale(place, request, fingerprints[place])
        if isinstance(found, Refused):
            answers[place] = found
        else:
            sales.append(found)
    if answers:
        answers |= answers_given_before({place: requests[place] for place in answers}, fingerprints)
    return sales, answers


def answers_given_before(requests: Mapping[int, AccrualRequest], fingerprints: Sequence[bytes]) -> dict[int, Outcome]:
    """Return the answers to those of the requests, known by their places, whose reference has been used."""
    known = merchants.find_standings(
        {request.merchant_number for request in requests.values() if is_reference(request.merchant_number)}
    )
    wanted = {
        place: (known[request.merchant_number].id, request.reference)
        for place, request in requests.items()
        if request.merchant_number in known and is_reference(request.reference)
    }
    claims = {key: claim for key, claim in find_claims(wanted.values()).items() if claim.accrual_id is not None}
    given = answers_given(claims.values())
    return {
        place: _same_or_conflict(requests[place].reference, fingerprints[place], claims[key], given[key])
        for place, key in wanted.items()
        if key in given
    }


def lock_before(sales: Sequence[Sale]) -> None:
    """Lock the accounts on which sales bear on one another, or are posted at once: before any key, as everywhere."""
    accounts = {
        sale.member.account_id
        for sale in sales
        if sale.member.is_account_closed or any(has_running_cap(campaign) for campaign in sale.campaigns)
    }
    if accounts:
        points.lock_accounts(sorted(accounts))


def take_in(sales: Sequence[Sale], *, at: dt.datetime) -> dict[int, Outcome]:
    """Write the sales, after :func:`lock_before`; return the answers by their places.

    Of sales with one reference the first is written, and the others get its answer.
    """
    first = _fold(sales)
    answers = _write(list(first.values()), at=at)
    closed = {sale.member.account_id for sale in first.values() if sale.member.is_account_closed}
    if closed:
        post_accounts(sorted(closed), at=at, actor=system("late accrual"))
    for sale in sales:
        if sale.place not in answers:
            answers[sale.place] = _repeat(sale, first[sale.claim], answers[first[sale.claim].place])
    return answers


def _write(sales: Sequence[Sale], *, at: dt.datetime) -> dict[int, Outcome]:
    ours = [_claim(sale) for sale in sales]
    others, awaited = take_claims(ours)
    raced = answers_given(others.values())
    capped = [sale for sale in sales if any(has_running_cap(campaign) for campaign in sale.campaigns)]
    codes = {campaign.code for sale in capped for campaign in sale.campaigns if has_running_cap(campaign)}
    writer = AccrualWriter(at, CapUsage({sale.member.account_id for sale in capped}, codes))
    early = waiting_reversals(awaited)
    answers: dict[int, Outcome] = {}
    for sale, claim in zip(sales, ours, strict=True):
        if raced and claim.key in raced:
            answers[sale.place] = _same_or_conflict(
                claim.reference, sale.fingerprint, others[claim.key], raced[claim.key]
            )
        else:
            answers[sale.place] = writer.add(sale, claim, early.get(claim.key, ()) if early else ())
    writer.write()
    return answers


def _claim(sale: Sale) -> Claim:
    randomness = secrets.randbits(RANDOM_BITS)
    return Claim(
        merchant_id=sale.merchant.id,
        reference=sale.request.reference,
        account_id=sale.member.account_id,
        accrual_id=accrual_id(uuid7(), randomness),
        receipt_number=receipt_number(sale.merchant.number, randomness),
        fingerprint=sale.fingerprint,
    )


def _same_or_conflict(reference: str, fingerprint: bytes, claim: Claim, given: Accepted) -> Outcome:
    if claim.fingerprint != fingerprint:
        return Refused(
            reference, "reference_conflict", "This reference was used before, for a sale with other content."
        )
    return given


def _fold(sales: Sequence[Sale]) -> dict[tuple[UUID, str], Sale]:
    first: dict[tuple[UUID, str], Sale] = {}
    for sale in sales:
        first.setdefault(sale.claim, sale)
    return first


def _repeat(sale: Sale, first: Sale, answer: Outcome) -> Outcome:
    if isinstance(answer, Accepted):
        same = sale.fingerprint == first.fingerprint
        conflict = "This reference was used before, for a sale with other content."
        return replace(answer, is_repeat=True) if same else Refused(answer.reference, "reference_conflict", conflict)
    return answer
