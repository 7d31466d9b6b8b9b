"""Inserting the rows of a batch of sales, all by one statement."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable, Sequence
from typing import NamedTuple
from uuid import UUID

from pointclub.earning.services import request_keys
from pointclub.earning.services.request_keys import NewKey
from pointclub.foundation.postgresql import arrays
from pointclub.foundation.postgresql.prepared import Question, ask

# What the rows of one sale have in common is sent once. Keys are checked when everything is written, so a part may name
# the accrual beside it.
_WRITE = """
WITH sale AS MATERIALIZED (
    SELECT * FROM unnest(
        %s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::text[],
        %s::text[], %s::text[], %s::text[], %s::bytea[], %s::timestamptz[], %s::date[], %s::bigint[], %s::bigint[],
        %s::bigint[], %s::bigint[], %s::bigint[], %s::boolean[], %s::bigint[], %s::bigint[]
    ) AS sale (
        account_id, id, member_id, merchant_id, rule_id, part_id, reference, store_code, terminal_code, receipt_number,
        kind, contra, fingerprint, sold_at, sold_on, price_yen, ineligible_yen, tax_yen, eligible_yen, returned_yen,
        is_reversed, base_points, points
    )
), accrued AS (
    INSERT INTO earning_accrual (
        account_id, id, member_id, merchant_id, reference, store_code, terminal_code, receipt_number, kind, rule_id,
        sold_at, sold_on, price_yen, ineligible_yen, tax_yen, eligible_yen, returned_yen, is_reversed, first_points,
        points, received_at
    )
    SELECT
        account_id, id, member_id, merchant_id, reference, store_code, terminal_code, receipt_number, kind, rule_id,
        sold_at, sold_on, price_yen, ineligible_yen, tax_yen, eligible_yen, returned_yen, is_reversed, points,
        points, %s::timestamptz
    FROM sale
), divided AS (
    INSERT INTO earning_accrual_part (
        account_id, id, accrual_id, merchant_id, contra, sold_on, uncapped_points, first_points, points, campaign_id,
        campaign_code, cap, usable_through, is_supplement
    )
    SELECT
        account_id, part_id, id, merchant_id, contra, sold_on, base_points, base_points, base_points, NULL,
        '', '', NULL, false
    FROM sale
    UNION ALL
    SELECT
        account_id, id, accrual_id, merchant_id, contra, sold_on, uncapped_points, points, points, campaign_id,
        campaign_code, cap, usable_through, false
    FROM unnest(
        %s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[], %s::text[], %s::date[], %s::bigint[], %s::bigint[], %s::uuid[],
        %s::text[], %s::text[], %s::date[]
    ) AS bonus (
        account_id, id, accrual_id, merchant_id, contra, sold_on, uncapped_points, points, campaign_id,
        campaign_code, cap, usable_through
    )
)"""
_WRITE_ALONE = f"{_WRITE} SELECT 0, 0"

# In the order of the key, so that two batches with the same references wait for one another in a line, never in a ring.
_WRITE_WITH_CLAIMS = f"""{_WRITE}, claimed AS (
    INSERT INTO earning_accrual_claim (merchant_id, reference, account_id, accrual_id, receipt_number, fingerprint)
    SELECT merchant_id, reference, account_id, id, receipt_number, fingerprint FROM sale
    ORDER BY merchant_id, reference
    ON CONFLICT (merchant_id, reference) DO NOTHING
    RETURNING 1
), taken AS ({{keys}})
SELECT (SELECT count(*) FROM taken), (SELECT count(*) FROM claimed)"""  # noqa: S608 -- statements of our own


class AccrualRow(NamedTuple):
    """The columns of an accrual with its base points, those aside that are the same for all of a batch."""

    account_id: UUID
    id: UUID
    member_id: UUID
    merchant_id: UUID
    rule_id: UUID | None
    part_id: UUID
    reference: str
    store_code: str
    terminal_code: str
    receipt_number: str
    kind: str
    contra: str
    fingerprint: bytes
    sold_at: dt.datetime
    sold_on: dt.date
    price_yen: int
    ineligible_yen: int
    tax_yen: int
    eligible_yen: int
    returned_yen: int
    is_reversed: bool
    base_points: int
    points: int


class BonusRow(NamedTuple):
    """The columns of what one campaign gives; its points are at first those that were given."""

    account_id: UUID
    id: UUID
    accrual_id: UUID
    merchant_id: UUID
    contra: str
    sold_on: dt.date
    uncapped_points: int
    points: int
    campaign_id: UUID
    campaign_code: str
    cap: str
    usable_through: dt.date | None


_SALE_LISTS = (
    *(arrays.uuids,) * 6,
    *(arrays.texts,) * 6,
    arrays.digests,
    *(arrays.moments,) * 2,
    *(arrays.numbers,) * 5,
    arrays.booleans,
    *(arrays.numbers,) * 2,
)
_BONUS_LISTS = (
    *(arrays.uuids,) * 4,
    arrays.texts,
    arrays.moments,
    *(arrays.numbers,) * 2,
    arrays.uuids,
    *(arrays.texts,) * 2,
    arrays.moments,
)


class Inserted(NamedTuple):
    """How many keys and references were free, and were taken."""

    keys: int
    claims: int


def insert_sales(accruals: Sequence[AccrualRow], bonuses: Sequence[BonusRow], *, at: dt.datetime) -> None:
    """Insert accruals with their parts; their references have been taken."""
    if accruals:
        ask(Question(_WRITE_ALONE, _values(accruals, bonuses, at)))


def insert_new_sales(
    accruals: Sequence[AccrualRow], bonuses: Sequence[BonusRow], keys: Sequence[NewKey], *, at: dt.datetime
) -> Inserted:
    """Take the keys, then the references of the accruals, and insert these; tell how many were free.

    Where not all were, nothing of this may be kept: an accrual is inserted whether or not its reference was free.
    """
    taking, of_keys = request_keys.taking(keys, at=at)
    values = (*_values(accruals, bonuses, at), *of_keys)
    return ask(Question(_with_claims(taking), values, lambda rows: Inserted(*rows[0])))


def _values(accruals: Sequence[AccrualRow], bonuses: Sequence[BonusRow], at: dt.datetime) -> tuple[object, ...]:
    return (*_lists(accruals, _SALE_LISTS), at, *_lists(bonuses, _BONUS_LISTS))


@functools.cache
def _with_claims(taking_keys: str) -> str:
    return _WRITE_WITH_CLAIMS.format(keys=taking_keys)


def _lists(rows: Sequence[tuple[object, ...]], writers: Sequence[Callable[..., str]]) -> list[str]:
    """Return each column as a list of PostgreSQL's."""
    if not rows:
        return ["{}"] * len(writers)
    return [write(column) for write, column in zip(writers, zip(*rows, strict=True), strict=True)]
