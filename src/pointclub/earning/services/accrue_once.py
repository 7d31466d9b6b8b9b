"""Calls for accruals from merchants' systems, carried out once under their Idempotency-Keys (ACC-6).

A key is written in the transaction of what it stands for (I9), and answers are returned once that is committed (I8). A
request that was refused changed nothing, and may come again under the same key once it is mended; but for one whose
reference had been used before, which shows only when its key is taken.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from pointclub.earning.queries.request_keys import KeyName, TakenKey, find_keys
from pointclub.earning.rules.request_keys import fingerprint_of_accruals
from pointclub.earning.rules.requests import TERMINAL_KEY_CLOSED, AccrualRequest, Outcome, Refused, Sending
from pointclub.earning.services.accrue import NotAllNewError, answers_given_before, judge, lock_before, take_in
from pointclub.earning.services.catalogue import Catalogue, Sale
from pointclub.earning.services.refusals import KEY_REUSED, RequestKeyReusedError
from pointclub.earning.services.request_keys import NewKey, take_keys
from pointclub.foundation.acts import act
from pointclub.program import queries as program


class _Call(NamedTuple):
    """A sending, with the places of its requests among those of the whole batch."""

    name: KeyName
    fingerprint: bytes
    places: range
    opened_by: bytes | None


def accrue_once(sendings: Sequence[Sending], *, at: dt.datetime) -> list[list[Outcome]]:
    """Take in what can be taken of many calls at once; return for each call the answers to its requests.

    Nothing that is wrong with one call touches another. One whose terminal key opens no longer is refused with the code
    ``terminal_key_closed``, even if it came before. While accrual is paused, what is new is refused with the code
    ``points_suspended`` (SUS-1), and what came before gets its answer.
    """
    try:
        return _accrue_once(sendings, at=at, is_careful=False)
    except NotAllNewError:
        return _accrue_once(sendings, at=at, is_careful=True)


@act
def _accrue_once(sendings: Sequence[Sending], *, at: dt.datetime, is_careful: bool) -> list[list[Outcome]]:
    requests = [request for sending in sendings for request in sending.requests]
    fingerprints = [request.fingerprint() for request in requests]
    calls = _calls(sendings, fingerprints)
    catalogue = Catalogue(requests, at=at, terminal_keys=[call.opened_by for call in calls if call.opened_by])
    closed = _closed(calls, requests, catalogue.merchants_of_keys)
    if catalogue.is_paused:
        answers = _paused(requests) | answers_given_before(dict(enumerate(requests)), fingerprints)
        before = find_keys(call.name for call in calls)
        owners = {name: taken.fingerprint for name, taken in before.items()}
        answers |= _answers_by_key(calls, owners, before, requests, fingerprints)
    else:
        sales, answers = judge(requests, fingerprints, catalogue)
        if closed:
            sales = [sale for sale in sales if sale.place not in closed]
        lock_before(sales)
        keys = _keys_of(calls, sales, answers)
        before = take_keys(list(keys.values()), at=at) if is_careful else {}
        # A call that takes no key, since all of it is refused, may still have come before, when it was not.
        before |= find_keys(call.name for call in calls if call.name not in keys)
        owners = {name: key.fingerprint for name, key in keys.items()}
        owners |= {name: taken.fingerprint for name, taken in before.items()}
        settled = _answers_by_key(calls, owners, before, requests, fingerprints)
        new = [sale for sale in sales if sale.place not in settled] if settled else sales
        answers |= take_in(new, at=at, is_careful=is_careful, keys=list(keys.values()))
        answers |= settled
    answers |= closed
    return [[answers[place] for place in call.places] for call in calls]


def _closed(
    calls: Sequence[_Call], requests: Sequence[AccrualRequest], merchants_of_keys: Mapping[bytes, UUID]
) -> dict[int, Outcome]:
    """Return the answers to those who came in by a terminal key that opens nothing of their merchant's any more."""
    message = "The terminal key was revoked. Nothing was recorded."
    return {
        place: Refused(requests[place].reference, TERMINAL_KEY_CLOSED, message)
        for call in calls
        if call.opened_by is not None and merchants_of_keys.get(call.opened_by) != call.name[0]
        for place in call.places
    }


def _paused(requests: Sequence[AccrualRequest]) -> dict[int, Outcome]:
    message = "Points are suspended at the moment. Nothing was recorded."
    code = program.PointsSuspendedError.code
    return {place: Refused(request.reference, code, message) for place, request in enumerate(requests)}


def _calls(sendings: Sequence[Sending], fingerprints: Sequence[bytes]) -> list[_Call]:
    calls: list[_Call] = []
    start = 0
    for sending in sendings:
        places = range(start, start + len(sending.requests))
        asked = fingerprint_of_accruals(fingerprints[places.start : places.stop])
        calls.append(_Call((sending.merchant_id, sending.key), asked, places, sending.opened_by))
        start = places.stop
    return calls


def _keys_of(calls: Sequence[_Call], sales: Sequence[Sale], answers: dict[int, Outcome]) -> dict[KeyName, NewKey]:
    """Return the keys of the calls that have something to be taken in; the first of equal keys has it."""
    with_effect = {sale.place for sale in sales}
    first: dict[KeyName, NewKey] = {}
    for call in calls:
        if call.name not in first and not with_effect.isdisjoint(call.places):
            first[call.name] = NewKey(*call.name, call.fingerprint, _remembered(call, answers) if answers else None)
    return first


def _remembered(call: _Call, answers: dict[int, Outcome]) -> dict[str, list[str]] | None:
    """Return what of the answers no claim will tell again: the refusals, by their places in the call."""
    refused = {
        str(place - call.places.start): [answer.code, answer.message]
        for place in call.places
        if isinstance(answer := answers.get(place), Refused)
    }
    return refused or None


def _answers_by_key(
    calls: Sequence[_Call],
    owners: dict[KeyName, bytes],
    before: dict[KeyName, TakenKey],
    requests: Sequence[AccrualRequest],
    fingerprints: Sequence[bytes],
) -> dict[int, Outcome]:
    """Return the answers that follow from the keys: given again, or refused since the key stands for another call."""
    settled: dict[int, Outcome] = {}
    again: dict[int, AccrualRequest] = {}
    for call in calls:
        if owners.get(call.name, call.fingerprint) != call.fingerprint:
            settled |= {
                place: Refused(requests[place].reference, RequestKeyReusedError.code, KEY_REUSED)
                for place in call.places
            }
        elif call.name in before:
            refused = before[call.name].answer or {}
            for offset, place in enumerate(call.places):
                if told := refused.get(str(offset)):
                    settled[place] = Refused(requests[place].reference, *told)
                else:
                    again[place] = requests[place]
    return settled | answers_given_before(again, fingerprints) if again else settled
