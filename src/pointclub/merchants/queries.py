"""Questions about merchants."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from pointclub.foundation.postgresql import arrays
from pointclub.foundation.refusals import NotFoundError
from pointclub.merchants.models import Merchant, Store

OPERATOR_NUMBER = "000000"


_STANDINGS = """
SELECT number, id, kind, admitted_on, suspended_at, ended_on FROM merchants_merchant WHERE number = ANY(%s::text[])
"""


class Standing(NamedTuple):
    """What earning needs to know of a merchant: whether it may give points, and from when until when."""

    number: str
    id: UUID
    kind: str
    admitted_on: dt.date
    suspended_at: dt.datetime | None
    ended_on: dt.date | None


class UnknownMerchantError(NotFoundError):
    """No merchant has that number."""

    code = "unknown_merchant"


def get_merchant(number: str) -> Merchant:
    """Return the merchant of that number.

    Raises:
        UnknownMerchantError: there is none.
    """
    merchant = Merchant.objects.filter(number=number).first()
    if merchant is None:
        message = f"No merchant has the number {number!r}."
        raise UnknownMerchantError(message, merchant_number=number)
    return merchant


def get_merchant_by_id(merchant_id: UUID) -> Merchant:
    """Return the merchant that something names by its id."""
    return Merchant.objects.get(id=merchant_id)


def find_store_name(merchant_id: UUID, code: str) -> str:
    """Return the name of the merchant's store, empty where it has none of that code."""
    return Store.objects.filter(merchant_id=merchant_id, code=code).values_list("name", flat=True).first() or ""


def find_standings(numbers: Iterable[str]) -> dict[str, Standing]:
    """Return the standing of the merchants that exist among those numbers."""
    with connection.cursor() as cursor:
        cursor.execute(_STANDINGS, [arrays.texts(set(numbers))])
        return {row[0]: Standing(*row) for row in cursor.fetchall()}


def find_merchants(numbers: Iterable[str]) -> dict[str, Merchant]:
    """Return the merchants that exist among those numbers."""
    return {merchant.number: merchant for merchant in Merchant.objects.filter(number__in=set(numbers))}


def list_merchants(merchant_ids: Iterable[UUID]) -> list[Merchant]:
    """Return the merchants that other records name by id, in the order of their names."""
    return list(Merchant.objects.filter(id__in=set(merchant_ids)).order_by("name", "number"))


def merchant_names(merchant_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the names of the merchants."""
    return dict(Merchant.objects.filter(id__in=set(merchant_ids)).values_list("id", "name"))
