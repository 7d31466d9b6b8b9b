"""Statements that go to the server in one go, and plans that it keeps for them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from django.db import DataError, IntegrityError, OperationalError, ProgrammingError, connection, transaction

from pointclub.foundation.postgresql import wire
from pointclub.foundation.postgresql.prepared import Question, ask_together, write
from pointclub.points.models import Account
from tests.factories.club import jst

AT = jst("2026-04-01 12:00")
OPEN = (
    "INSERT INTO points_account (id, opened_at, book_balance, arrears, last_sequence, head)"
    " VALUES (gen_random_uuid(), %s, 0, %s, 0, sha256('')) RETURNING id"
)
GOOD: Question[Any] = Question(OPEN, (AT, 0))
BROKEN: Question[Any] = Question(OPEN, (AT, -1))


def accounts() -> int:
    """Return how many there are, as another connection sees it."""
    ((found,),) = ask_together(Question("SELECT count(*) FROM points_account", ()))[0]
    return int(found)


@transaction.atomic
def write_all(questions: Sequence[Question[Any]], *, failing: bool = False) -> None:
    """Let them all wait in a transaction, and perhaps fail there."""
    for question in questions:
        write(question)
    if failing:
        raise ZeroDivisionError


@pytest.fixture
def kept(fresh_database: object) -> Iterator[None]:
    """Let transactions be real ones."""
    del fresh_database
    yield
    connection.close()


@pytest.mark.usefixtures("kept")
class TestAStatementThatWaits:
    def test_goes_with_the_commit(self) -> None:
        with transaction.atomic():
            write(GOOD)
            write(GOOD)

        assert accounts() == 2

    def test_is_carried_out_before_whatever_comes_after_it(self) -> None:
        with transaction.atomic():
            write(GOOD)
            assert accounts() == 1
            write(GOOD)
            assert Account.objects.count() == 2
            write(GOOD)
            with transaction.atomic():
                pass
            with connection.cursor() as cursor, cursor.copy("COPY points_account (id) TO STDOUT") as copy:
                assert len(list(copy.rows())) == 3

    @pytest.mark.parametrize("questions", [[GOOD, BROKEN], [BROKEN, GOOD]], ids=["last", "first"])
    def test_that_is_refused_leaves_nothing_of_its_transaction(self, questions: list[Question[Any]]) -> None:
        with pytest.raises(IntegrityError, match="arrears_are_never_below_zero"):
            write_all(questions)

        assert accounts() == 0

    def test_is_dropped_with_the_savepoint_that_it_was_given_after(self) -> None:
        with transaction.atomic():
            write(GOOD)
            with contextlib.suppress(ZeroDivisionError):
                write_all([GOOD, BROKEN], failing=True)
            write(GOOD)

        assert accounts() == 2

    def test_is_dropped_with_its_transaction(self) -> None:
        with contextlib.suppress(ZeroDivisionError):
            write_all([GOOD], failing=True)
        write_all([GOOD])

        assert accounts() == 1

    def test_goes_at_once_where_there_is_no_transaction(self) -> None:
        write(GOOD)

        assert accounts() == 1

    @pytest.mark.parametrize(
        ("value", "error"), [("a\x00", DataError), ("\ud800", UnicodeEncodeError)], ids=["nul", "half a character"]
    )
    def test_with_a_value_that_cannot_be_sent_is_refused_at_once_and_alone(
        self, value: str, error: type[Exception]
    ) -> None:
        unsendable: Question[Any] = Question("SELECT %s", (value,))
        with transaction.atomic():
            write(GOOD)
            with pytest.raises(error):
                write(unsendable)
            with pytest.raises(error):
                ask_together(GOOD, unsendable)
            write(GOOD)

        assert accounts() == 2

    def test_that_was_refused_and_passed_over_is_told_at_the_commit(self) -> None:
        def pass_over() -> None:
            with transaction.atomic():
                write(BROKEN)
                # The refusal comes with the savepoint, and is taken for one of what should have followed.
                with contextlib.suppress(IntegrityError), transaction.atomic():
                    write(GOOD)

        with pytest.raises(transaction.TransactionManagementError, match="nothing of it is kept"):
            pass_over()

        assert accounts() == 0

    def test_is_not_taken_in_a_transaction_that_is_to_be_undone(self) -> None:
        with transaction.atomic():
            transaction.set_rollback(True)
            with pytest.raises(transaction.TransactionManagementError):
                write(GOOD)

        assert accounts() == 0


@pytest.mark.usefixtures("kept")
class TestAConnectionThatIsLost:
    @pytest.mark.parametrize("killed_by", [ask_together, write])
    def test_keeps_nothing_and_can_be_made_anew(self, killed_by: Callable[[Question[Any]], object]) -> None:
        @transaction.atomic
        def write_and_be_killed() -> None:
            write(GOOD)
            killed_by(Question("SELECT pg_terminate_backend(pg_backend_pid())", ()))
            write(GOOD)

        with pytest.raises(OperationalError):
            write_and_be_killed()
        connection.close()

        assert accounts() == 0


@pytest.mark.django_db
class TestPlans:
    def test_that_were_not_used_for_longest_are_given_up(self) -> None:
        for number in range(wire._PLANS_KEPT + 30):
            assert ask_together(Question(f"SELECT {number} + %s", (1,))) == [[(number + 1,)]]

        ((plans,),) = ask_together(Question("SELECT count(*) FROM pg_prepared_statements", ()))[0]
        assert wire._PLANS_KEPT <= plans <= wire._PLANS_KEPT + 2
        assert ask_together(Question("SELECT 0 + %s", (1,))) == [[(1,)]]

    def test_are_not_kept_of_what_the_database_does_not_understand(self) -> None:
        for _ in (1, 2):
            with pytest.raises(ProgrammingError, match="nonsense"), transaction.atomic():
                ask_together(Question("SELECT 1", ()), Question("SELECT nonsense", ()))

        assert ask_together(Question("SELECT 1", ())) == [[(1,)]]

    def test_made_twice_in_one_go_are_made_once(self) -> None:
        assert ask_together(*[Question("SELECT %s::text || 'x'", (word,)) for word in "abc"]) == [
            [("ax",)],
            [("bx",)],
            [("cx",)],
        ]


@pytest.mark.django_db
class TestValues:
    def test_may_be_named_and_stand_in_several_places_beside_percent_signs(self) -> None:
        question: Question[Any] = Question(
            "SELECT %(a)s::int, '5 %%', %(b)s::text, %(a)s::int + 1", {"b": "%(a)s", "a": 4}
        )

        assert ask_together(question) == [[(4, "5 %", "%(a)s", 5)]]

    def test_and_answers_may_be_larger_than_what_fits_on_the_way(self) -> None:
        text = "読" * 300_000

        answers = ask_together(*[Question("SELECT %s::text || %s::text", (text, str(number))) for number in range(8)])

        assert [answer[0][0][len(text) :] for answer in answers] == [str(number) for number in range(8)]
