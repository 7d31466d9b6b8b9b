"""Lists as PostgreSQL reads them."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pointclub.foundation.postgresql import arrays
from pointclub.foundation.postgresql.prepared import Question, ask

pytestmark = pytest.mark.django_db

PRINTABLE = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=30)


def first(rows: list[tuple[object, ...]]) -> object:
    return rows[0][0]


class TestLists:
    @given(st.lists(PRINTABLE, max_size=5))
    def test_of_texts_come_back_as_they_went(self, values: list[str]) -> None:
        assert ask(Question("SELECT %s::text[]", (arrays.texts(values),), first)) == values

    @given(st.lists(st.none() | st.uuids(), max_size=4))
    def test_of_ids_come_back_as_they_went(self, values: list[UUID | None]) -> None:
        assert ask(Question("SELECT %s::uuid[]", (arrays.uuids(values),), first)) == values

    @given(st.lists(st.binary(max_size=40), max_size=4))
    def test_of_digests_come_back_as_they_went(self, values: list[bytes]) -> None:
        read = ask(Question("SELECT %s::bytea[]", (arrays.digests(values),), first))

        assert isinstance(read, list)
        assert [bytes(each) for each in read] == values

    def test_of_moments_name_the_same_moments(self) -> None:
        noon = dt.datetime(2026, 4, 1, 12, tzinfo=dt.timezone(dt.timedelta(hours=9)))
        days = [dt.date(2026, 4, 1), None]

        assert ask(Question("SELECT %s::timestamptz[]", (arrays.moments([noon]),), first)) == [noon]
        assert ask(Question("SELECT %s::date[]", (arrays.moments(days),), first)) == days

    def test_of_numbers_and_truths_come_back_as_they_went(self) -> None:
        assert ask(Question("SELECT %s::bigint[]", (arrays.numbers([0, None, -(2**40)]),), first)) == [
            0,
            None,
            -(2**40),
        ]
        assert ask(Question("SELECT %s::boolean[]", (arrays.booleans([True, False]),), first)) == [True, False]
