"""The one way in for what members earn (ACC-2): the merchants' systems, files and bills all come through here.

Intake writes claims, accruals and their parts; the points wait for the balance update. A refusal is an answer, not an
exception, so one bad request never breaks its batch.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple
from uuid import UUID

from uuid_utils.compat import uuid7

from pointclub.earning.models import EarlyReversal
from pointclub.earning.queries.answers import answers_given
from pointclub.earning.queries.claims import Claim, find_claims, waiting_reversals
from pointclub.earning.rules.receipt import RANDOM_BITS, accrual_id, receipt_number
from pointclub.earning.rules.requests import Accepted, AccrualRequest, Outcome, Refused, is_reference
from pointclub.earning.services import claim
from pointclub.earning.services.catalogue import Catalogue, Sale
from pointclub.earning.services.figures import CapUsage, has_running_cap
from pointclub.earning.services.post_pending import post_accounts
from pointclub.earning.services.record_accruals import record_accruals
from pointclub.earning.services.request_keys import NewKey
from pointclub.earning.services.write_accruals import AccrualWriter
from pointclub.foundation.actors import Actor, system
from pointclub.foundation.acts import act
from pointclub.merchants import queries as merchants
from pointclub.points import services as points
from pointclub.program import queries as program


class NotAllNewError(Exception):
    """Something of a batch had come before, which was taken for new; nothing of the batch was kept."""


def accrue_batch(requests: Sequence[AccrualRequest], *, at: dt.datetime, actor: Actor) -> list[Outcome]:
    """Take in what can be taken, and answer each request in its place.

    What was sent before gets the answer it got then (ACC-6), even if it would be refused today.

    Raises:
        PointsSuspendedError: accrual is paused; nothing was taken (SUS-1).
    """
    try:
        return _accrue(requests, at=at, actor=actor, is_careful=False)
    except NotAllNewError:
        return _accrue(requests, at=at, actor=actor, is_careful=True)


@act
def _accrue(requests: Sequence[AccrualRequest], *, at: dt.datetime, actor: Actor, is_careful: bool) -> list[Outcome]:
    fingerprints = [request.fingerprint() for request in requests]
    catalogue = Catalogue(requests, at=at)
    if catalogue.is_paused:
        answers = answers_given_before(dict(enumerate(requests)), fingerprints)
        if len(answers) < len(requests):
            program.refuse_if_suspended(program.Activity.ACCRUAL, at=at)
    else:
        sales, answers = judge(requests, fingerprints, catalogue)
        lock_before(sales)
        answers |= take_in(sales, at=at, is_careful=is_careful)
        record_accruals(((sale, answers[sale.place]) for sale in sales), at=at, actor=actor)
    return [answers[place] for place in range(len(requests))]


def judge(
    requests: Sequence[AccrualRequest], fingerprints: Sequence[bytes], catalogue: Catalogue
) -> tuple[list[Sale], dict[int, Outcome]]:
    """Return the sales that can be taken, and by its place the answer to every other request.

    A sale that was taken before is among the sales, unless it would be refused today.
    """
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


def take_in(
    sales: Sequence[Sale], *, at: dt.datetime, is_careful: bool, keys: Sequence[NewKey] = ()
) -> dict[int, Outcome]:
    """Write the sales, after :func:`lock_before`; return the answers by their places.

    Of sales with one reference the first is written, and the others get its answer. Nearly always all are new, and so
    are the ``keys`` of the calls they came in: then everything is written on one way to the database. Where something
    is not, the careful way asks first; its keys have been taken by then.

    Raises:
        NotAllNewError: something had come before, and the way was not the careful one.
    """
    if not sales:
        return {}
    first = _fold(sales)
    answers, before = _write(list(first.values()), keys, at=at, is_careful=is_careful)
    closed = {sale.member.account_id for sale in first.values() if sale.member.is_account_closed}
    if closed:
        post_accounts(sorted(closed), at=at, actor=system("late accrual"))
    for sale in sales:
        if sale.place in answers:
            continue
        if sale.claim in before:
            answers[sale.place] = before[sale.claim].answer_to(sale)
        else:
            answers[sale.place] = _repeat(sale, first[sale.claim], answers[first[sale.claim].place])
    return answers


class _Before(NamedTuple):
    """What a reference was used for by an earlier batch, and the answer that was given."""

    owner: Claim
    given: Accepted

    def answer_to(self, sale: Sale) -> Outcome:
        return _same_or_conflict(sale.request.reference, sale.fingerprint, self.owner, self.given)


def _write(
    sales: Sequence[Sale], keys: Sequence[NewKey], *, at: dt.datetime, is_careful: bool
) -> tuple[dict[int, Outcome], dict[tuple[UUID, str], _Before]]:
    claims = [_claim(sale) for sale in sales]
    others, awaited = claim.take_claims(claims) if is_careful else claim.Claims({}, [])
    before = {key: _Before(others[key], given) for key, given in answers_given(others.values()).items()}
    early = waiting_reversals(awaited)
    writer = AccrualWriter(at, _cap_usage(sales))
    answers: dict[int, Outcome] = {}
    for sale, ours in zip(sales, claims, strict=True):
        if before and ours.key in before:
            answers[sale.place] = before[ours.key].answer_to(sale)
        else:
            answers[sale.place] = writer.add(sale, ours, _meant_for(sale, early[ours.key]) if ours.key in early else ())
    if is_careful:
        writer.write()
    else:
        written = writer.write_with_claims(keys)
        if written != (len(keys), len(claims)):
            raise NotAllNewError
    return answers, before


def _meant_for(sale: Sale, early: Sequence[EarlyReversal]) -> list[EarlyReversal]:
    return [reversal for reversal in early if reversal.store_code in {"", sale.request.store_code}]


def _cap_usage(sales: Sequence[Sale]) -> CapUsage:
    capped = [sale for sale in sales if any(has_running_cap(campaign) for campaign in sale.campaigns)]
    codes = {campaign.code for sale in capped for campaign in sale.campaigns if has_running_cap(campaign)}
    return CapUsage({sale.member.account_id for sale in capped}, codes)


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


def _same_or_conflict(reference: str, fingerprint: bytes, owner: Claim, given: Accepted) -> Outcome:
    if owner.fingerprint != fingerprint:
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
