"""What a hash covers: PostgreSQL and Python write the same bytes, and no two contents are the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from pointclub.points.queries import chained
from pointclub.points.rules import chain
from tests.factories.club import jst

ACCOUNT, TRANSACTION, LOT, POSTING = (UUID(int=number) for number in range(1, 5))

# Text that tries to pass for something else: what lines, dashes and lengths are made of, and more than one byte.
HOSTILE = st.text(alphabet=st.sampled_from(list("01:,- \n\tposting会員🐈")), max_size=20)
ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
TEXT = HOSTILE | ANY_TEXT
ID = st.uuids()
DAY = st.dates()
INSTANT = st.datetimes(timezones=st.just(dt.UTC)).filter(lambda at: 1 < at.year < dt.MAXYEAR)
DIGEST = st.binary(min_size=32, max_size=32)

LOTS = st.builds(
    chain.ChainedLot,
    id=ID,
    kind=TEXT,
    usable_through=DAY,
    first_posted_on=DAY,
    origin_account_id=st.none() | ID,
    origin_lot_id=st.none() | ID,
)


def one_posting(lot: st.SearchStrategy[chain.ChainedLot | None] = LOTS) -> st.SearchStrategy[chain.ChainedPosting]:
    return st.builds(
        chain.ChainedPosting,
        id=ID,
        points=st.integers(-(2**63), 2**63 - 1),
        contra=TEXT,
        contra_party_id=st.none() | ID,
        source_id=st.none() | ID,
        lot=lot,
    )


POSTINGS = st.lists(
    one_posting(st.none() | LOTS),
    max_size=5,
    unique_by=(lambda posting: posting.id, lambda posting: posting.lot.id if posting.lot else posting.id),
)
TRANSACTIONS = st.builds(
    chain.ChainedTransaction,
    account_id=ID,
    id=ID,
    sequence=st.integers(0, 2**31 - 1),
    kind=TEXT,
    business_key=TEXT,
    fingerprint=st.none() | st.binary(max_size=40),
    occurred_at=INSTANT,
    value_on=DAY,
    recorded_at=INSTANT,
    actor=TEXT,
    reverses_id=st.none() | ID,
    approval_id=st.none() | ID,
    reason_digest=st.none() | DIGEST,
)

BY_POSTGRESQL = f"""
WITH line AS (
    SELECT lot.id, {chained.LOT_LINE} AS line
    FROM unnest(%s::uuid[], %s::text[], %s::date[], %s::date[], %s::uuid[], %s::uuid[])
        AS lot (id, kind, usable_through, first_posted_on, origin_account_id, origin_lot_id)
)
SELECT {chained.content("coalesce(posted.lines, '')")}
FROM (
    SELECT %s::uuid AS account_id, %s::uuid AS id, %s::bigint AS sequence, %s::text AS kind, %s::text AS business_key,
           %s::bytea AS fingerprint, %s::timestamptz AS occurred_at, %s::date AS value_on,
           %s::timestamptz AS recorded_at, %s::text AS actor, %s::uuid AS reverses_id, %s::uuid AS approval_id,
           %s::bytea AS reason_digest
) AS written
CROSS JOIN (
    SELECT {chained.POSTING_LINES} AS lines
    FROM unnest(%s::uuid[], %s::bigint[], %s::text[], %s::uuid[], %s::uuid[], %s::uuid[])
        AS posting (id, points, contra, contra_party_id, source_id, lot_id)
    LEFT JOIN line AS lot ON lot.id = posting.lot_id
) AS posted
"""  # noqa: S608 -- only constants are put in


def by_postgresql(written: chain.ChainedTransaction, postings: Sequence[chain.ChainedPosting]) -> bytes:
    lots = [posting.lot for posting in postings if posting.lot is not None]
    columns_of_lots: list[list[Any]] = [[lot[place] for lot in lots] for place in range(6)]
    columns: list[list[Any]] = [[posting[place] for posting in postings] for place in range(5)]
    named = [posting.lot.id if posting.lot else None for posting in postings]
    with connection.cursor() as cursor:
        cursor.execute(BY_POSTGRESQL, [*columns_of_lots, *written, *columns, named])
        return bytes(cursor.fetchone()[0])


@pytest.mark.django_db
class TestPostgresqlAndPython:
    @pytest.mark.parametrize("style", ["ISO, MDY", "SQL, DMY", "Postgres, MDY", "German"])
    def test_write_the_same_bytes(self, style: str) -> None:
        @given(TRANSACTIONS, POSTINGS)
        def write(written: chain.ChainedTransaction, postings: list[chain.ChainedPosting]) -> None:
            assert by_postgresql(written, postings) == chain.content(written, postings)

        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL DateStyle = {style}; SET LOCAL TimeZone = 'America/St_Johns'")
            write()

    @given(ID, INSTANT)
    def test_begin_an_account_with_the_same_hash(self, account_id: UUID, opened_at: dt.datetime) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {chained.GENESIS} FROM (SELECT %s::uuid AS id, %s::timestamptz AS opened_at) AS account",  # noqa: S608 -- only constants are put in
                [account_id, opened_at],
            )
            (by_sql,) = cursor.fetchone()

        assert bytes(by_sql) == chain.genesis(account_id, opened_at)

    def test_tell_a_day_before_christ_from_ours(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {chained._day('day')} FROM (VALUES (date '2026-04-30 BC')) AS given (day)")  # noqa: S608 -- only constants are put in
            assert cursor.fetchone() != ("2026-04-30",)


class TestContent:
    @given(TRANSACTIONS, TRANSACTIONS, POSTINGS)
    def test_changes_with_each_fact_of_a_transaction(
        self, one: chain.ChainedTransaction, other: chain.ChainedTransaction, postings: list[chain.ChainedPosting]
    ) -> None:
        for name, value in other._asdict().items():
            changed = one._replace(**{name: value})
            assert (chain.content(changed, postings) == chain.content(one, postings)) is (changed == one)

    @given(one_posting(), one_posting())
    def test_changes_with_each_fact_of_a_posting_and_its_lot(
        self, one: chain.ChainedPosting, other: chain.ChainedPosting
    ) -> None:
        assert one.lot
        assert other.lot
        changed = [one._replace(**{name: value}) for name, value in other._asdict().items()]
        changed += [one._replace(lot=one.lot._replace(**{name: value})) for name, value in other.lot._asdict().items()]
        for each in changed:
            assert (chain.content(written(), [each]) == chain.content(written(), [one])) is (each == one)

    @given(TRANSACTIONS, st.lists(one_posting(), max_size=3, unique_by=lambda posting: posting.id))
    def test_changes_where_a_posting_is_left_out(
        self, one: chain.ChainedTransaction, postings: list[chain.ChainedPosting]
    ) -> None:
        shorter = [chain.content(one, postings[:count]) for count in range(len(postings) + 1)]

        assert len(set(shorter)) == len(shorter)

    @given(TRANSACTIONS, POSTINGS, HOSTILE, HOSTILE)
    def test_does_not_let_text_move_from_one_field_to_the_next(
        self, written: chain.ChainedTransaction, postings: list[chain.ChainedPosting], one: str, other: str
    ) -> None:
        together = written._replace(business_key=one + other, actor="")
        apart = written._replace(business_key=one, actor=other)

        assert (chain.content(together, postings) == chain.content(apart, postings)) is (other == "")

    def test_does_not_depend_on_the_order_in_which_postings_come(self) -> None:
        assert chain.content(written(), [posting(1), posting(2)]) == chain.content(written(), [posting(2), posting(1)])

    def test_is_what_the_module_says_it_is(self) -> None:
        lot = chain.ChainedLot(LOT, "ordinary", dt.date(2029, 4, 30), dt.date(2026, 4, 2), None, None)
        moved = chain.ChainedPosting(POSTING, -30, "redeemed", None, TRANSACTION, lot)
        owed = chain.ChainedPosting(UUID(int=9), -5, "arrears", ACCOUNT, None, None)

        assert chain.content(written(), [owed, moved]).decode() == (
            "transaction 00000000-0000-0000-0000-000000000001 00000000-0000-0000-0000-000000000002 7"
            " 1775012400000000 2026-04-01 1775012400000000 0a0b - - - 6:redeem, 8:注文-1, 9:staff:abc,\n"
            "posting 00000000-0000-0000-0000-000000000004 -30 - 00000000-0000-0000-0000-000000000002 8:redeemed,"
            " 00000000-0000-0000-0000-000000000003 2029-04-30 2026-04-02 - - 8:ordinary,\n"
            "posting 00000000-0000-0000-0000-000000000009 -5 00000000-0000-0000-0000-000000000001 - 7:arrears, -\n"
        )


class TestHashes:
    def test_follow_on_one_another(self) -> None:
        head = chain.genesis(ACCOUNT, jst("2026-04-01 12:00"))

        first = chain.follow(head, written(), [posting(1)])

        assert len({head, first, chain.follow(first, written(), [posting(1)])}) == 3

    def test_of_the_same_instant_in_another_zone_are_the_same(self) -> None:
        at = jst("2026-04-01 12:00")

        assert chain.genesis(ACCOUNT, at) == chain.genesis(ACCOUNT, at.astimezone(dt.UTC))

    def test_of_the_same_reason_under_another_salt_differ(self) -> None:
        assert chain.digest_of_reason(bytes(16), "詫び") != chain.digest_of_reason(b"s" * 16, "詫び")


def written() -> chain.ChainedTransaction:
    at = jst("2026-04-01 12:00")
    return chain.ChainedTransaction(
        account_id=ACCOUNT,
        id=TRANSACTION,
        sequence=7,
        kind="redeem",
        business_key="注文-1",
        fingerprint=b"\x0a\x0b",
        occurred_at=at,
        value_on=dt.date(2026, 4, 1),
        recorded_at=at,
        actor="staff:abc",
        reverses_id=None,
        approval_id=None,
        reason_digest=None,
    )


def posting(number: int) -> chain.ChainedPosting:
    return chain.ChainedPosting(UUID(int=number), number, "opening", None, None, None)
