"""An entry stands or falls with its act, and is written last."""

from __future__ import annotations

import pytest
from django.db import connection

from pointclub.audit import queries
from pointclub.audit import services as audit
from pointclub.foundation import actors
from pointclub.foundation.acts import act
from pointclub.foundation.refusals import Refusal
from tests.audit.acts import AT, differences, do, found
from tests.factories.club import OTHER_STAFF, STAFF, jst

pytestmark = pytest.mark.django_db


class TestAnAct:
    @pytest.mark.rule("STF-3")
    def test_is_found_as_it_was_recorded(self) -> None:
        do("points.reject_change", subject=("change_request", "r-1"), reason="二重の申請", points=-120, kinds=["a"])

        (entry,) = found()
        assert (entry.actor, entry.sequence, entry.act) == ("staff:tanto-1", 1, "points.reject_change")
        assert entry.subject == ("change_request", "r-1")
        assert (entry.at, entry.details, entry.reason) == (AT, {"points": -120, "kinds": ["a"]}, "二重の申請")

    def test_is_numbered_in_the_chain_of_its_actor(self) -> None:
        for actor in (STAFF, OTHER_STAFF, STAFF, actors.system("lapse"), STAFF):
            do(actor=actor)

        heads = {head.chain: head.sequence for head in queries.audit_heads()}
        assert heads == {"staff:tanto-1": 3, "staff:tanto-2": 1, "system:lapse": 1}
        assert differences() == []

    def test_that_fails_leaves_no_entry(self) -> None:
        @act
        def fail() -> None:
            do()
            raise Refusal("No.")

        with pytest.raises(Refusal):
            fail()

        assert found() == []
        assert list(queries.audit_heads()) == []

    def test_that_fails_within_another_takes_its_own_entries_with_it_and_no_others(self) -> None:
        @act
        def fail() -> None:
            do("inner.left_out")
            raise Refusal("No.")

        @act
        def go_on() -> None:
            do("outer.before")
            with pytest.raises(Refusal):
                fail()
            do("outer.after")

        go_on()

        assert [entry.act for entry in found()] == ["outer.before", "outer.after"]
        assert differences() == []

    def test_cannot_be_recorded_outside_of_one(self) -> None:
        with pytest.raises(RuntimeError, match="Only an act"):
            audit.record_act(act="a.b", actor=STAFF, subject=audit.Subject("member", "1"), at=AT)

    def test_that_cannot_be_recorded_does_not_happen(self) -> None:
        with pytest.raises(ValueError, match="code, an id or a day"):
            do(name_of_member="印山花子")

        assert found() == []

    def test_of_a_moment_past_is_written_after_those_before(self) -> None:
        do("first.act", at=jst("2026-04-02 12:00"))
        do("second.act", at=jst("2026-04-01 12:00"))

        assert [(entry.act, entry.sequence) for entry in found()] == [("second.act", 2), ("first.act", 1)]
        assert differences() == []


class TestTheLockOfAChain:
    def test_is_taken_when_all_else_is_done_however_acts_are_made_up_of_others(self) -> None:
        statements: list[str] = []

        @act
        def several() -> None:
            do(actor=OTHER_STAFF)
            with connection.cursor() as cursor:
                cursor.execute("SELECT 'in between'")
            do(actor=STAFF)
            with connection.cursor() as cursor:
                cursor.execute("SELECT 'the last'")

        def watch(execute, sql, params, many, context):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 -- Django's
            if "SAVEPOINT" not in sql:
                statements.append(sql)
            return execute(sql, params, many, context)

        with connection.execute_wrapper(watch):
            several()

        assert ["audit_" in statement for statement in statements] == [False] * 2 + [True] * 2
        assert statements.index("SELECT 'the last'") == 1

    def test_of_several_actors_is_taken_in_the_order_of_their_names(self) -> None:
        taken: list[str] = []

        @act
        def several() -> None:
            for name in ("b", "c", "a"):
                do(actor=actors.staff(name))

        def watch(execute, sql, params, many, context):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 -- Django's
            if "audit_chain" in sql:
                taken.append(params["chain"])
            return execute(sql, params, many, context)

        several()
        with connection.execute_wrapper(watch):
            several()

        assert taken == ["staff:a", "staff:b", "staff:c"]
