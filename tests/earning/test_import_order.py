"""Which file may come when, and what happens to one that comes too soon, too late or twice (FIL-1, SUS-1, T14)."""

import datetime as dt

import pytest

from pointclub.earning import queries as earning_queries
from pointclub.files import queries as files_queries
from pointclub.membership.models import Member
from pointclub.merchants import services as merchants
from pointclub.merchants.models import Merchant
from pointclub.points import queries as points_queries
from pointclub.points import services as points
from pointclub.program import queries as program_queries
from pointclub.program import services as program
from pointclub.program.models import NightRun
from tests.factories.club import STAFF, Club, jst, redeem, verified
from tests.factories.feed_files import purchase_row
from tests.factories.imports import NO_MEMBER, file_of, refusal, take_in

pytestmark = [pytest.mark.django_db, pytest.mark.rule("FIL-1")]


@pytest.fixture
def club() -> Club:
    return Club()


@pytest.fixture
def member(club: Club) -> Member:
    return club.member()


@pytest.fixture
def shop(club: Club) -> Merchant:
    return club.merchant()


def pending(member: Member) -> int:
    return earning_queries.pending_points(member.membership.account_id)


class TestSequence:
    def test_number_with_other_content_is_refused(self, member: Member, shop: Merchant) -> None:
        take_in(file_of(shop, purchase_row("a", member.number)).content())

        assert refusal(file_of(shop, purchase_row("b", member.number)).content()).code == "sequence_reused"
        assert pending(member) == 10

    def test_begins_anywhere_and_goes_on_by_one(self, shop: Merchant) -> None:
        take_in(file_of(shop, sequence_number=41).content())

        assert take_in(file_of(shop, sequence_number=42).content()).status == "finished"

    def test_going_back_is_refused(self, shop: Merchant) -> None:
        take_in(file_of(shop, sequence_number=41).content())

        assert refusal(file_of(shop, sequence_number=40).content()).code == "sequence_reused"

    def test_with_a_gap_is_refused_until_somebody_answers_for_it(self, shop: Merchant) -> None:
        take_in(file_of(shop, sequence_number=1).content())

        told = refusal(file_of(shop, sequence_number=3).content())

        assert (told.code, told.details) == ("sequence_gap", {"expected": 2, "found": 3})
        assert take_in(file_of(shop, sequence_number=3).content(), accepts_gap=True).status == "finished"

    def test_is_each_merchants_own(self, club: Club, shop: Merchant) -> None:
        take_in(file_of(shop, sequence_number=9).content())

        assert take_in(file_of(club.merchant(), sequence_number=1).content()).status == "finished"


@pytest.mark.rule("SUS-1")
class TestSuspension:
    def test_holds_the_file_and_loses_nothing(self, member: Member, shop: Merchant) -> None:
        content = file_of(shop, purchase_row("a", member.number), purchase_row("b", NO_MEMBER)).content()
        program.suspend(
            activity=program_queries.Activity.ACCRUAL,
            starts_at=jst("2026-05-02 09:00"),
            ends_before=jst("2026-05-02 12:00"),
            text_ja="保守中",
            text_en="Maintenance",
            at=jst("2026-05-02 08:00"),
            actor=STAFF,
        )

        assert refusal(content).code == "points_suspended"

        (held,) = files_queries.list_imports()
        assert (held.status, held.rows_done) == ("held", 0)
        after = take_in(content, at=jst("2026-05-02 12:00"))
        assert (after.status, after.accepted, after.bad) == ("finished", 1, 1)

    def test_of_the_merchant_holds_its_file_too(self, member: Member, shop: Merchant) -> None:
        content = file_of(shop, purchase_row("a", member.number)).content()
        merchants.suspend_merchant(merchant=shop, at=jst("2026-05-01 10:00"), actor=STAFF)

        assert refusal(content).code == "merchant_suspended"

        merchants.resume_merchant(merchant=shop, at=jst("2026-05-01 11:00"), actor=STAFF)
        assert take_in(content).accepted == 1

    def test_lets_no_later_file_pass_one_that_is_held(self, member: Member, shop: Merchant) -> None:
        merchants.suspend_merchant(merchant=shop, at=jst("2026-05-01 10:00"), actor=STAFF)
        refusal(file_of(shop, purchase_row("a", member.number)).content())
        merchants.resume_merchant(merchant=shop, at=jst("2026-05-01 11:00"), actor=STAFF)

        later = file_of(shop, purchase_row("b", member.number), sequence_number=2).content()

        assert refusal(later).code == "earlier_file_unfinished"


@pytest.mark.rule("ACC-5", "EXP-1")
def test_trap_t14_late_file_counts_from_its_update_and_leaves_closed_books_alone(
    club: Club, member: Member, shop: Merchant
) -> None:
    club.buy(member, shop, 50_000, at=jst("2026-03-10 12:00"))
    club.update(at=jst("2026-03-11 01:00"))
    redeem(member, 30, at=jst("2026-04-15 12:00"))
    close_march(at=jst("2026-04-20 12:00"))
    march = points_queries.month_figures(month=dt.date(2026, 3, 31))
    content = file_of(shop, purchase_row("late", member.number, 10_000, sold_at="2026-03-31T20:00")).content()

    take_in(content)
    club.update(at=jst("2026-05-03 01:00"))
    take_in(content)
    club.update(at=jst("2026-05-04 01:00"))

    assert club.lots(member, "2026-05-04") == {"2029-03-31": 470, "2029-05-31": 100}
    assert points_queries.month_figures(month=dt.date(2026, 3, 31)) == march
    assert verified() == []


def close_march(*, at: dt.datetime) -> None:
    for job in NightRun.Job:
        program.record_night(job=job, night=dt.date(2026, 4, 1), accounts=0, points=0, at=at, actor=STAFF)
    points.close_month(month=dt.date(2026, 3, 31), at=at, actor=STAFF)
