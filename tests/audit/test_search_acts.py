"""The log answers who did what, a page at a time."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection

from pointclub.audit.models import AuditEntry
from pointclub.audit.queries import ActFilter, UnknownEntryError, search_acts
from pointclub.audit.services import Subject
from pointclub.foundation import actors
from tests.audit.acts import AT, do, found
from tests.factories.club import OTHER_STAFF, STAFF

pytestmark = [pytest.mark.rule("STF-3"), pytest.mark.django_db]

HOUR = dt.timedelta(hours=1)
MERCHANT = actors.merchant("100001")


@pytest.fixture(autouse=True)
def _six_acts(db: None) -> None:
    for hours, name, actor, subject in (
        (0, "membership.admit", STAFF, ("member", "1")),
        (1, "membership.admit_family", OTHER_STAFF, ("member", "2")),
        (2, "members.only", STAFF, ("member", "1")),
        (3, "earning.reverse", MERCHANT, ("accrual", "1")),
        (4, "earning.correct", STAFF, ("accrual", "1")),
        (5, "membership.admit", STAFF, ("member", "3")),
    ):
        do(name, actor=actor, subject=subject, at=AT + hours * HOUR)


def hours(**wanted: Any) -> list[int]:
    return [(entry.at - AT) // HOUR for entry in found(ActFilter(**wanted))]


class TestAFilter:
    def test_that_asks_nothing_finds_everything_the_latest_first(self) -> None:
        assert [(entry.at - AT) // HOUR for entry in search_acts(ActFilter()).acts] == [5, 4, 3, 2, 1, 0]

    def test_by_actor_finds_the_acts_of_one(self) -> None:
        assert hours(actor="staff:tanto-1") == [0, 2, 4, 5]
        assert hours(actor="merchant:100001") == [3]
        assert hours(actor="tanto-1") == []

    def test_by_a_whole_name_finds_that_act_alone(self) -> None:
        assert hours(act="membership.admit") == [0, 5]

    def test_by_an_area_finds_all_acts_in_it_and_in_no_other_that_begins_alike(self) -> None:
        assert hours(act="membership") == [0, 1, 5]
        assert hours(act="member") == []

    def test_by_subject_tells_kinds_apart(self) -> None:
        assert hours(subjects=(Subject("member", "1"),)) == [0, 2]
        assert hours(subjects=(Subject("accrual", "1"),)) == [3, 4]

    def test_by_several_subjects_finds_the_acts_on_each(self) -> None:
        assert hours(subjects=(Subject("member", "1"), Subject("accrual", "1"))) == [0, 2, 3, 4]

    def test_by_period_takes_the_first_instant_in_and_leaves_the_last_out(self) -> None:
        assert hours(since=AT + HOUR, before=AT + 3 * HOUR) == [1, 2]

    def test_of_several_parts_finds_what_answers_all(self) -> None:
        assert hours(actor="staff:tanto-1", act="membership", since=AT + HOUR) == [5]


class TestPages:
    def walk(self, limit: int, **wanted: Any) -> list[list[UUID]]:
        pages, after = [], None
        while True:
            page = search_acts(ActFilter(**wanted), after=after, limit=limit)
            pages.append([entry.id for entry in page.acts])
            if page.next_after is None:
                return pages
            after = page.next_after

    @pytest.mark.parametrize(("limit", "sizes"), [(1, [1] * 6), (4, [4, 2]), (6, [6]), (500, [6])])
    def test_make_the_whole_without_gap_or_repetition(self, limit: int, sizes: list[int]) -> None:
        pages = self.walk(limit)

        assert [len(page) for page in pages] == sizes
        assert [entry for page in pages for entry in page] == [entry.id for entry in search_acts(ActFilter()).acts]

    def test_divide_acts_of_one_instant(self) -> None:
        for _ in range(5):
            do("same.instant", at=AT)

        pages = self.walk(2, act="same")

        assert [len(page) for page in pages] == [2, 2, 1]
        assert len({entry for page in pages for entry in page}) == 5

    def test_that_are_read_later_are_not_shifted_by_what_was_done_since(self) -> None:
        first = search_acts(ActFilter(), limit=3)
        do(at=AT + 9 * HOUR)

        second = search_acts(ActFilter(), after=first.next_after, limit=3)

        assert [(entry.at - AT) // HOUR for entry in second.acts] == [2, 1, 0]

    def test_are_never_larger_than_is_good(self) -> None:
        assert len(search_acts(ActFilter(), limit=0).acts) == 1
        assert len(search_acts(ActFilter(), limit=-5).acts) == 1

    def test_after_an_entry_that_is_not_there_are_refused(self) -> None:
        with pytest.raises(UnknownEntryError):
            search_acts(ActFilter(), after=uuid4())


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"actor": "staff:tanto-1"},
        {"act": "membership.admit"},
        {"act": "membership"},
        {"subjects": (Subject("member", "1"),)},
        {"since": AT, "before": AT + 4 * HOUR},
    ],
    ids=["all", "actor", "act", "area", "subject", "period"],
)
@pytest.mark.parametrize("is_first_page", [True, False])
def test_a_page_is_read_off_an_index_in_its_order(wanted: dict[str, Any], is_first_page: bool) -> None:
    plans: list[str] = []
    after = None if is_first_page else AuditEntry.objects.order_by("at").last().id  # type: ignore[union-attr]  # six acts

    def explain(execute, sql, params, many, context):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 -- Django's
        if "DESC" in sql:
            execute("SET LOCAL enable_seqscan = off", None, False, context)
            execute("SET LOCAL enable_sort = off", None, False, context)
            execute(f"EXPLAIN {sql}", params, many, context)
            plans.append("\n".join(line for (line,) in context["cursor"].fetchall()))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explain):
        search_acts(ActFilter(**wanted), after=after, limit=2)

    (plan,) = plans
    assert "Index Scan Backward" in plan, plan
    assert "Sort" not in plan, plan
