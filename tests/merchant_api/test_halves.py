"""Requests that fail together: who makes them fail stands alone in the end, and nothing is done twice."""

from __future__ import annotations

from collections.abc import Sequence

import psycopg
import pytest
from django.db import DataError, connection, transaction

from pointclub.merchant_api.desk import UnreachableError, answer_by_halves
from pointclub.merchants.models import Merchant
from tests.factories.club import Club
from tests.harness.databases import FreshDatabase

pytestmark = pytest.mark.usefixtures("fresh_database")


def quotients(numbers: Sequence[int]) -> list[int]:
    """Let the database divide 840 by each, all in one transaction."""
    found: list[int] = []
    with transaction.atomic(), connection.cursor() as cursor:
        for number in numbers:
            cursor.execute("SELECT 840 / %s", [number])
            found += cursor.fetchone()
    return found


class TestOneThatTheDatabaseRefuses:
    @pytest.mark.parametrize("place", range(8))
    def test_stands_alone_and_the_others_are_answered_in_their_places(self, place: int) -> None:
        numbers = list(range(1, 9))
        numbers[place] = 0

        answers = answer_by_halves(quotients, numbers)

        assert isinstance(answers[place], DataError)
        others = [number for number in numbers if number]
        assert answers[:place] + answers[place + 1 :] == quotients(others)

    def test_takes_only_those_with_it_a_second_time(self) -> None:
        asked: list[list[int]] = []

        def divide(numbers: Sequence[int]) -> list[int]:
            asked.append(list(numbers))
            return quotients(numbers)

        answer_by_halves(divide, [1, 2, 3, 4, 5, 6, 0, 8])

        assert asked == [[1, 2, 3, 4, 5, 6, 0, 8], [1, 2, 3, 4], [5, 6, 0, 8], [5, 6], [0, 8], [0], [8]]


class TestALostConnection:
    def test_is_told_to_all_of_them_and_nothing_is_tried_again(self, fresh_database: FreshDatabase) -> None:
        asked: list[list[int]] = []

        def divide_and_fall(numbers: Sequence[int]) -> list[int]:
            asked.append(list(numbers))
            found = quotients(numbers)
            cut_off(fresh_database)
            return found + quotients(numbers)

        answers = answer_by_halves(divide_and_fall, [1, 2, 3, 4])

        assert [type(answer) for answer in answers] == [UnreachableError] * 4
        assert asked == [[1, 2, 3, 4]]

    def test_is_another_one_for_who_comes_next(self, fresh_database: FreshDatabase) -> None:
        quotients([1])
        cut_off(fresh_database)

        assert [type(answer) for answer in answer_by_halves(quotients, [1, 2])] == [UnreachableError] * 2
        assert answer_by_halves(quotients, [1, 2]) == [840, 420]


class TestWhatCannotBeDoneNow:
    def test_on_a_connection_that_lives_is_told_to_the_one_it_belongs_to(self, fresh_database: FreshDatabase) -> None:
        club = Club()
        shops = [club.merchant() for _ in range(8)]

        def lock(some: Sequence[Merchant]) -> list[str]:
            with transaction.atomic():
                return [Merchant.objects.select_for_update(nowait=True).get(id=each.id).number for each in some]

        with psycopg.connect(fresh_database.application_url) as holder:
            holder.execute("SELECT FROM merchants_merchant WHERE id = %s FOR UPDATE", [shops[5].id])
            answers = answer_by_halves(lock, shops)

        assert isinstance(answers[5], UnreachableError)
        assert answers[:5] + answers[6:] == [shop.number for shop in [*shops[:5], *shops[6:]]]


def cut_off(database: FreshDatabase) -> None:
    """Let the server end our own connection."""
    ours = "SELECT pg_backend_pid()"
    with connection.cursor() as cursor:
        cursor.execute(ours)
        (process,) = cursor.fetchone()
    with psycopg.connect(database.application_url) as other:
        assert other.execute("SELECT pg_terminate_backend(%s, 10000)", [process]).fetchone() == (True,)
