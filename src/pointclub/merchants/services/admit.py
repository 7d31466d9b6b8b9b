"""Admitting merchants, and pausing or ending what they may do."""

from __future__ import annotations

import datetime as dt
import re

from django.db import IntegrityError, transaction

from pointclub.audit import services as audit
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.foundation.periods import tokyo_day
from pointclub.foundation.refusals import Refusal
from pointclub.foundation.texts import is_line
from pointclub.merchants.models import Merchant, Store

_LONGEST_NAME = 80
_LONGEST_CODE = 20


class InvalidMerchantError(Refusal):
    """The number or the name is not one."""

    code = "invalid_merchant"


class MerchantNumberTakenError(Refusal):
    """Another merchant has that number."""

    code = "merchant_number_taken"


class StoreCodeTakenError(Refusal):
    """The merchant has a store of that code already."""

    code = "store_code_taken"


class OperatorStaysError(Refusal):
    """The operator itself is no merchant that could be suspended, or leave (ACC-10)."""

    code = "operator_stays"


class NotYetAdmittedError(Refusal):
    """The merchant's first day has not come."""

    code = "not_yet_admitted"


@act
def admit_merchant(*, number: str, name: str, admitted_on: dt.date, at: dt.datetime, actor: Actor) -> Merchant:
    """Admit a merchant: from that day on it can give points (ACC-1).

    Raises:
        InvalidMerchantError: the number has not six digits, or the name is empty.
        MerchantNumberTakenError: another merchant has the number.
    """
    if not re.fullmatch("[0-9]{6}", number) or not is_line(name.strip(), longest=_LONGEST_NAME):
        message = f"A merchant has a number of six digits, and a name of up to {_LONGEST_NAME} characters."
        raise InvalidMerchantError(message)
    try:
        with transaction.atomic():
            merchant = Merchant.objects.create(number=number, name=name.strip(), admitted_on=admitted_on)
    except IntegrityError as taken:
        message = f"The number {number} belongs to another merchant."
        raise MerchantNumberTakenError(message) from taken
    details = {"number": number, "admitted_on": str(admitted_on)}
    _record("merchants.admit_merchant", merchant, at=at, actor=actor, **details)
    return merchant


@act
def open_store(*, merchant: Merchant, code: str, name: str, at: dt.datetime, actor: Actor) -> Store:
    """Record a store of the merchant.

    Raises:
        StoreCodeTakenError: the merchant uses that code already.
        InvalidMerchantError: code or name cannot be shown as they are.
    """
    if not is_line(code, longest=_LONGEST_CODE) or not is_line(name, longest=_LONGEST_NAME):
        message = f"A store has a code of up to {_LONGEST_CODE} and a name of up to {_LONGEST_NAME} characters."
        raise InvalidMerchantError(message)
    try:
        with transaction.atomic():
            store = Store.objects.create(merchant=merchant, code=code, name=name)
    except IntegrityError as taken:
        message = f"The merchant has a store {code!r} already."
        raise StoreCodeTakenError(message) from taken
    _record("merchants.open_store", merchant, at=at, actor=actor, store=str(store.id))
    return store


@act
def suspend_merchant(*, merchant: Merchant, at: dt.datetime, actor: Actor) -> None:
    """Stop the merchant from giving points, from now on; what it gave stays.

    Raises:
        OperatorStaysError: it is the operator itself.
    """
    _refuse_operator(merchant)
    if Merchant.objects.filter(id=merchant.id, suspended_at__isnull=True).update(suspended_at=at):
        _record("merchants.suspend_merchant", merchant, at=at, actor=actor)


@act
def resume_merchant(*, merchant: Merchant, at: dt.datetime, actor: Actor) -> None:
    """Let the merchant give points again."""
    if Merchant.objects.filter(id=merchant.id, suspended_at__isnull=False).update(suspended_at=None):
        _record("merchants.resume_merchant", merchant, at=at, actor=actor)


@act
def end_merchant(*, merchant: Merchant, at: dt.datetime, actor: Actor) -> None:
    """End the merchant's part in the club; sales from before that day can still arrive.

    Raises:
        NotYetAdmittedError: its first day has not come.
        OperatorStaysError: it is the operator itself.
    """
    _refuse_operator(merchant)
    ended_on = tokyo_day(at)
    if ended_on < merchant.admitted_on:
        message = f"The merchant is admitted from {merchant.admitted_on} on and cannot leave before."
        raise NotYetAdmittedError(message)
    if Merchant.objects.filter(id=merchant.id, ended_on__isnull=True).update(ended_on=ended_on):
        _record("merchants.end_merchant", merchant, at=at, actor=actor, ended_on=str(ended_on))


def _refuse_operator(merchant: Merchant) -> None:
    if merchant.kind == Merchant.Kind.OPERATOR:
        message = "The operator gives the points on bills; it is neither suspended nor ended."
        raise OperatorStaysError(message)


def _record(name: str, merchant: Merchant, *, at: dt.datetime, actor: Actor, **details: str) -> None:
    """Record the act under the merchant, so that all that happened to it is found in one place."""
    audit.record_act(act=name, actor=actor, subject=audit.Subject("merchant", merchant.id), at=at, details=details)
