"""Questions about merchants and their keys."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from pointclub.foundation.postgresql import arrays
from pointclub.foundation.postgresql.prepared import Question, ask
from pointclub.foundation.refusals import NotFoundError
from pointclub.merchants.models import Merchant, Store, TerminalKey
from pointclub.merchants.rules.keys import KeyAct

OPERATOR_NUMBER = "000000"


_STANDINGS = """
SELECT number, id, kind, admitted_on, suspended_at, ended_on FROM merchants_merchant WHERE number = ANY(%s::text[])
"""


_OPENING = """
SELECT digest, merchant_id FROM merchants_terminal_key WHERE digest = ANY(%s::bytea[]) AND revoked_at IS NULL
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


class UnknownKeyError(NotFoundError):
    """No terminal key has that id."""

    code = "unknown_key"


@dataclass(frozen=True, slots=True)
class KeyStanding:
    """What a terminal key opens. An empty store code stands for all stores, an empty terminal code for any till."""

    id: UUID
    merchant_id: UUID
    merchant_number: str
    store_code: str
    terminal_code: str
    acts: frozenset[KeyAct]
    per_minute: int
    revoked_at: dt.datetime | None


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
    return ask(standings_question(numbers))


def standings_question(numbers: Iterable[str]) -> Question[dict[str, Standing]]:
    """Return the question of `find_standings`, to be asked together with others."""
    return Question(_STANDINGS, (arrays.texts(set(numbers)),), lambda rows: {row[0]: Standing(*row) for row in rows})


def list_stores(merchant_id: UUID) -> list[Store]:
    """Return the merchant's stores, in the order of their codes."""
    return list(Store.objects.filter(merchant_id=merchant_id).order_by("code"))


def find_merchants(numbers: Iterable[str]) -> dict[str, Merchant]:
    """Return the merchants that exist among those numbers."""
    return {merchant.number: merchant for merchant in Merchant.objects.filter(number__in=set(numbers))}


def list_merchants(merchant_ids: Iterable[UUID]) -> list[Merchant]:
    """Return the merchants that other records name by id, in the order of their names."""
    return list(Merchant.objects.filter(id__in=set(merchant_ids)).order_by("name", "number"))


def merchant_names(merchant_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the names of the merchants."""
    return dict(Merchant.objects.filter(id__in=set(merchant_ids)).values_list("id", "name"))


def find_keys(digests: Iterable[bytes]) -> dict[bytes, KeyStanding]:
    """Return the keys that exist among those digests, revoked ones too, by one statement."""
    rows = TerminalKey.objects.filter(digest__in=set(digests)).values_list(
        "digest",
        "id",
        "merchant_id",
        "merchant__number",
        "store__code",
        "terminal_code",
        "acts",
        "per_minute",
        "revoked_at",
    )
    return {
        bytes(digest): KeyStanding(
            key_id, merchant_id, number, store or "", terminal, frozenset(map(KeyAct, acts)), per_minute, revoked_at
        )
        for digest, key_id, merchant_id, number, store, terminal, acts, per_minute, revoked_at in rows
    }


def merchants_of_keys_question(digests: Iterable[bytes]) -> Question[dict[bytes, UUID]]:
    """Return the question for the merchants of those of the keys that open, which is to say were not revoked."""
    return Question(
        _OPENING,
        (arrays.digests(set(digests)),),
        lambda rows: {bytes(digest): merchant_id for digest, merchant_id in rows},
    )


def list_keys(merchant_id: UUID) -> list[TerminalKey]:
    """Return all keys that the merchant was ever issued, with their stores, the latest first."""
    return list(
        TerminalKey.objects.filter(merchant_id=merchant_id).select_related("store").order_by("-issued_at", "-id")
    )


def get_key(key_id: UUID) -> TerminalKey:
    """Return the key of that id, with its merchant and its store.

    Raises:
        UnknownKeyError: there is none.
    """
    key = TerminalKey.objects.filter(id=key_id).select_related("merchant", "store").first()
    if key is None:
        message = f"No terminal key has the id {key_id}."
        raise UnknownKeyError(message, key_id=str(key_id))
    return key
