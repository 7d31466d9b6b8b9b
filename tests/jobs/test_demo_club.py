"""The made-up club, smaller than in the demo: whole, the same each time, and gone on with where it was cut short."""

# ruff: noqa: ARG002 -- A fixture asked for its effect.

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.db.models import QuerySet

from pointclub.earning import queries as earning
from pointclub.energy import queries as energy
from pointclub.energy.rules.numbers import customer_number, supply_point_number
from pointclub.energy.services import link_contract
from pointclub.jobs import demo_club
from pointclub.jobs.demo_club.contracts import ON_FILE
from pointclub.jobs.demo_club.plan import FULL, HANAKO, JIRO, MEI, Plan, Size, first_day
from pointclub.jobs.nights import Job
from pointclub.membership import queries as membership
from pointclub.membership.models import Member, Registration
from pointclub.membership.services import remind_of_login_id
from pointclub.points import queries as points
from pointclub.program import queries as program
from pointclub.rewards.queries import verify_redemptions
from pointclub.terms import queries as terms
from tests.factories.club import STAFF, Club, jst, verified
from tests.harness.databases import FreshDatabase

SetClock = Callable[[dt.datetime], None]
SMALL = Size(households=12, family_members=6, merchants=6, months=2)
NOON = jst("2026-04-10 12:00")
TODAY = dt.date(2026, 4, 10)


def load(progress: Callable[[str, int, int], None] = lambda *_: None) -> None:
    demo_club.load_demo_club(progress, size=SMALL)


def member_of(index: int) -> Member:
    return membership.get_member(Plan(SMALL, days=60).households[index].primary.number)


def balance_of(index: int) -> points.Balance:
    return points.get_balance(member_of(index).membership.account_id, on=TODAY)


def _primary_members() -> QuerySet[Member]:
    return Member.objects.filter(role=Member.Role.PRIMARY)


def content() -> list[list[Any]]:
    """Return all that does not carry a random id: who has what, when, and why."""
    queries = (
        # Whoever is revoked is so at the instant of loading, which is another one each time.
        "SELECT number, role, joined_at, date_trunc('day', ended_at) FROM membership_member ORDER BY 1",
        """
        SELECT member.number, lot.kind, lot.usable_through, lot.granted, lot.remaining FROM points_lot AS lot
        JOIN membership_membership AS ship ON ship.account_id = lot.account_id
        JOIN membership_member AS member ON member.membership_id = ship.id AND member.role = 'primary'
        ORDER BY 1, 2, 3, 4, 5
        """,
        "SELECT kind, value_on, count(*) FROM points_transaction GROUP BY 1, 2 ORDER BY 1, 2",
        "SELECT reference, price_yen, points, is_reversed, returned_yen FROM earning_accrual ORDER BY 1",
        "SELECT kind, points, state, label FROM rewards_redemption_line ORDER BY 1, 2, 3, 4",
        """
        SELECT number, document, version, accepted_at FROM terms_acceptance
        JOIN membership_member USING (person_id) ORDER BY 1, 2
        """,
        "SELECT login_id, is_staff FROM people_user ORDER BY 1",
    )
    found: list[list[Any]] = []
    with connection.cursor() as cursor:
        for query in queries:
            cursor.execute(query)
            found.append(cursor.fetchall())
    return found


@pytest.fixture
def noon(set_clock: SetClock) -> None:
    set_clock(NOON)


@pytest.mark.django_db
class TestLoadDemoClub:
    def test_books_agree_and_every_kind_of_event_happened(self, noon: None) -> None:
        load()

        with connection.cursor() as cursor:
            cursor.execute("SELECT DISTINCT kind FROM points_transaction")
            kinds = {kind for (kind,) in cursor.fetchall()}
        assert kinds >= {"update", "opening", "redeem", "lapse", "take_back", "forfeit", "restore", "adjust"}
        assert verified() == []
        assert verify_redemptions() == []
        assert {len(terms.acceptances_of(member.person_id)) for member in _primary_members()} == {4}
        assert [program.get_last_night(job) for job in Job] == [TODAY] * 2

    def test_those_who_sign_in_find_what_they_should_and_a_second_load_changes_nothing(self, noon: None) -> None:
        load()
        before = content()
        load()

        hanako, jiro, mei = balance_of(HANAKO), balance_of(JIRO), balance_of(MEI)
        assert content() == before
        assert hanako.usable > 1_000
        assert (jiro.usable, jiro.arrears > 500) == (0, True)
        assert (mei.book, mei.lots) == (0, ())
        for _, login_id, password in demo_club.SIGN_INS:
            assert get_user_model().objects.get(login_id=login_id).check_password(password)

    def test_something_waits_on_the_desks_and_something_was_decided(self, noon: None) -> None:
        load()

        with connection.cursor() as cursor:
            cursor.execute("SELECT state FROM points_change_request ORDER BY 1")
            assert cursor.fetchall() == [("carried_out",), ("rejected",), ("requested",)]
            cursor.execute("SELECT purpose FROM exports_request")
            assert len(cursor.fetchall()) == 1

    def test_one_newcomer_is_held_for_each_reason(self, noon: None) -> None:
        load()

        waiting = Registration.objects.filter(state=Registration.State.HELD).order_by("user__login_id")
        assert [one.reasons for one in waiting] == [["double"], ["revoked_before"], ["address_not_found"], ["excluded"]]

    def test_a_contract_is_free_until_somebody_has_registered_it(self, noon: None) -> None:
        load()
        hanako, mei = (member_of(index) for index in (HANAKO, MEI))
        taken = []
        while (numbers := demo_club.find_free_numbers()) is not None:
            found = energy.find_contract(customer_number(numbers[0]), supply_point_number(numbers[1]), on=TODAY)
            assert found is not None
            link_contract(contract_id=found, person=mei.person, at=NOON, actor=STAFF)
            taken.append(found)

        assert len(set(taken)) == len(ON_FILE) - 1
        assert len(energy.list_contracts_of(hanako.person_id)) == 1

    def test_address_and_keyword_lead_hanako_back(self, noon: None) -> None:
        load()

        assert remind_of_login_id(mail=demo_club.MAIL, keyword=demo_club.KEYWORD, at=NOON) == 1

    @pytest.mark.parametrize("hour", ["00:01", "23:30"])
    def test_any_hour_of_the_day_will_do(self, set_clock: SetClock, hour: str) -> None:
        set_clock(jst(f"2026-04-10 {hour}"))

        load()

        assert verified() == []
        assert earning.pending_points(member_of(HANAKO).membership.account_id)

    def test_a_club_of_somebodys_own_is_left_alone(self, noon: None) -> None:
        Club().member()

        with pytest.raises(demo_club.StrangersThereError):
            load()


class CutShort(Exception):  # noqa: N818 -- A test's own signal.
    pass


def test_load_cut_short_is_gone_on_with_and_ends_like_one_that_was_not(
    fresh_database: FreshDatabase, noon: None
) -> None:
    whole = _content_after_a_load_that_is_undone()

    with pytest.raises(CutShort):
        load(_stop_midway)
    half = content()
    load()

    assert not half[-1], "Nobody can sign in to half a club."
    assert content() == whole
    assert verified() == []


def _content_after_a_load_that_is_undone() -> list[list[Any]]:
    with transaction.atomic():
        load()
        found = content()
        transaction.set_rollback(True)
    return found


def _stop_midway(what: str, done: int, total: int) -> None:
    if what == "Days" and done > total / 2:
        raise CutShort


@pytest.mark.parametrize("today", [dt.date(2026, 4, 10), dt.date(2026, 3, 31), dt.date(2028, 2, 29)])
def test_full_club_has_the_size_it_says(today: dt.date) -> None:
    plan = Plan(FULL, days=(today - first_day(today, months=FULL.months)).days)

    numbers = [each.number for household in plan.households for each in (household.primary, *household.family)]
    assert len(plan.households) == 300
    assert len(numbers) == len(set(numbers)) == 420
    assert len({shop.name for shop in plan.shops}) == len(plan.shops) == 40
    assert 423 <= plan.days <= 429


def test_same_day_always_brings_the_same() -> None:
    assert Plan(FULL, days=425).purchases(100) == Plan(FULL, days=425).purchases(100)
