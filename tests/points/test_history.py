"""The history page by page: the whole of it, nothing twice, and at the same cost however long it is."""

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pointclub.earning import queries as earning
from pointclub.membership.models import Member
from pointclub.points import queries
from pointclub.points.queries import HistoryEntry, HistoryFilter, HistoryPage, history
from pointclub.points.queries.history_entries import EVERYTHING
from tests.factories.club import Club, jst, redeem
from tests.factories.long_history import fill_history

TODAY = dt.date(2026, 11, 21)
LAST_FILLED = dt.date(2026, 11, 20)
LIMIT = 30


@pytest.fixture
def club(db: None) -> Club:
    return Club()


@pytest.fixture
def hanako(club: Club) -> Member:
    return club.member()


def account_of(member: Member) -> UUID:
    return member.membership.account_id


def page(
    member: Member, wanted: HistoryFilter = EVERYTHING, *, before: int | None = None, after: int | None = None
) -> HistoryPage:
    return queries.list_history(account_of(member), on=TODAY, limit=LIMIT, wanted=wanted, before=before, after=after)


def pages_from_the_newest(member: Member, wanted: HistoryFilter = EVERYTHING) -> Iterator[HistoryPage]:
    current = page(member, wanted)
    yield current
    while current.older is not None:
        current = page(member, wanted, before=current.older)
        yield current


def numbers(*pages: HistoryPage) -> list[int | None]:
    return [entry.sequence for each in pages for entry in each.entries]


@dataclass(frozen=True)
class Family:
    """A filled account with two who earn into it, at two shops of three."""

    hanako: Member
    taro: Member
    shops: list[UUID]
    unvisited: UUID


@pytest.fixture
def family(club: Club, hanako: Member) -> Family:
    taro = club.family_member(hanako)
    shops = [club.merchant().id for _ in range(2)]
    fill_history(account_of(hanako), transactions=200, members=[hanako.id, taro.id], merchants=shops, last=LAST_FILLED)
    return Family(hanako, taro, shops, club.merchant().id)


class TestPages:
    def test_show_the_whole_history_and_nothing_twice(self, family: Family) -> None:
        pages = list(pages_from_the_newest(family.hanako))

        assert numbers(*pages) == list(range(200, 0, -1))
        assert [len(each.entries) for each in pages] == [30] * 6 + [20]

    def test_say_the_same_as_the_history_in_one_piece(self, family: Family) -> None:
        in_pages = [entry for each in pages_from_the_newest(family.hanako) for entry in each.entries]

        assert in_pages == queries.get_history(account_of(family.hanako), on=TODAY)

    def test_lead_back_to_the_newest_as_they_led_away(self, family: Family) -> None:
        away = list(pages_from_the_newest(family.hanako))

        back = [away[-1]]
        while back[-1].newer is not None:
            back.append(page(family.hanako, after=back[-1].newer))

        assert back == [*reversed(away[1:]), away[0]]

    def test_are_full_at_the_newest_end_when_entries_have_come_meanwhile(self, club: Club, family: Family) -> None:
        second = page(family.hanako, before=page(family.hanako).older or 0)
        club.open_balance(family.hanako, {"2027-03-31": 5}, at=jst("2026-11-21 09:00"))

        newer = page(family.hanako, after=second.newer or 0)
        newest = page(family.hanako, after=newer.newer or 0)

        assert numbers(newer) == list(range(200, 170, -1))
        assert numbers(newest) == list(range(201, 171, -1))

    @pytest.mark.parametrize(
        ("before", "after"), [(1, None), (0, None), (-5, None), (10**12, None), (None, -1), (None, 10**12)]
    )
    def test_stay_within_the_account_from_any_number(
        self, family: Family, before: int | None, after: int | None
    ) -> None:
        assert set(numbers(page(family.hanako, before=before, after=after))) <= set(range(1, 201))

    def test_are_empty_where_nothing_has_happened(self, hanako: Member) -> None:
        assert page(hanako) == HistoryPage((), None, None)
        assert page(hanako, before=7) == HistoryPage((), None, None)
        assert page(hanako, after=7) == HistoryPage((), None, None)


class TestLapsesThatAreNotRecorded:
    @pytest.fixture
    def late(self, club: Club, hanako: Member) -> Member:
        """Let points lapse at the end of two months without anybody recording it."""
        lots = {"2026-09-30": 5, "2026-10-31": 70, "2027-03-31": 900}
        club.open_balance(hanako, lots, at=jst("2026-04-01 12:00"))
        redeem(hanako, 1, at=jst("2026-09-15 12:00"))
        return hanako

    def told(self, *pages: HistoryPage) -> list[tuple[str, str, int]]:
        return [(entry.kind, str(entry.value_on), entry.points) for each in pages for entry in each.entries]

    @pytest.mark.rule("EXP-2")
    def test_stand_where_they_will_stand_when_they_are(self, club: Club, late: Member) -> None:
        before = self.told(page(late))
        club.lapse(at=jst("2026-11-21 09:00"))

        assert before == self.told(page(late))
        assert before[:2] == [("lapse", "2026-11-01", -70), ("lapse", "2026-10-01", -4)]

    @pytest.mark.rule("EXP-2")
    def test_keep_their_place_between_pages_although_the_job_runs_meanwhile(self, club: Club, late: Member) -> None:
        first = queries.list_history(account_of(late), on=TODAY, limit=1)
        club.lapse(at=jst("2026-11-21 09:00"))
        second = queries.list_history(account_of(late), on=TODAY, limit=1, before=first.older)

        assert self.told(first, second) == [("lapse", "2026-11-01", -70), ("lapse", "2026-10-01", -4)]

    def test_are_found_by_kind_and_by_period(self, late: Member) -> None:
        october = HistoryFilter(first_day=dt.date(2026, 10, 1), last_day=dt.date(2026, 10, 31))

        assert [entry.points for entry in page(late, HistoryFilter(kind="lapse")).entries] == [-70, -4]
        assert [entry.points for entry in page(late, october).entries] == [-4]
        assert page(late, HistoryFilter(kind="return")).entries == ()

    def test_are_no_merchants_points(self, club: Club, late: Member) -> None:
        assert page(late, HistoryFilter(merchant_id=club.merchant().id)).entries == ()


class TestFilters:
    def whole(self, family: Family) -> list[HistoryEntry]:
        return queries.get_history(account_of(family.hanako), on=TODAY)

    def found(self, family: Family, wanted: HistoryFilter) -> list[int | None]:
        return numbers(*pages_from_the_newest(family.hanako, wanted))

    def test_keep_one_kind(self, family: Family) -> None:
        assert self.found(family, HistoryFilter(kind="redeem")) == list(range(200, 0, -10))

    @pytest.mark.parametrize(
        ("first", "last"),
        [
            ("2022-01-01", "2023-12-31"),
            ("2022-01-01", None),
            (None, "2021-06-30"),
            ("2020-01-01", "2020-01-01"),
            (None, "2019-12-31"),
            ("2026-11-21", None),
            ("2023-12-31", "2022-01-01"),
        ],
    )
    def test_keep_a_period_to_the_day(self, family: Family, first: str | None, last: str | None) -> None:
        wanted = HistoryFilter(
            first_day=dt.date.fromisoformat(first) if first else None,
            last_day=dt.date.fromisoformat(last) if last else None,
        )

        expected = [entry.sequence for entry in self.whole(family) if wanted.wants_day(entry.value_on)]
        assert self.found(family, wanted) == expected

    def test_keep_a_day_that_has_everything(self, club: Club) -> None:
        member = club.member()
        day = dt.date(2026, 5, 5)
        fill_history(
            account_of(member),
            transactions=100,
            members=[member.id],
            merchants=[club.merchant().id],
            first=day,
            last=day,
        )

        assert (
            len(self.found(Family(member, member, [], UUID(int=0)), HistoryFilter(first_day=day, last_day=day))) == 100
        )

    def test_find_acts_that_met_around_midnight_on_the_wrong_side(self, club: Club, hanako: Member) -> None:
        for at in ("2026-05-01 12:00", "2026-06-01 00:00", "2026-05-31 23:59", "2026-06-02 12:00"):
            club.open_balance(hanako, {"2027-03-31": 5}, at=jst(at))

        may = page(hanako, HistoryFilter(last_day=dt.date(2026, 5, 31)))
        june = page(hanako, HistoryFilter(first_day=dt.date(2026, 6, 1)))

        assert numbers(may) == [3, 1]
        assert numbers(june) == [4, 2]

    def test_keep_what_one_merchant_gave_and_no_other_points_of_the_same_update(self, family: Family) -> None:
        of_second = HistoryFilter(merchant_id=family.shops[1])

        entries = [entry for each in pages_from_the_newest(family.hanako, of_second) for entry in each.entries]

        assert {posting.contra_party_id for entry in entries for posting in entry.postings} == {family.shops[1]}
        assert [(entry.sequence, entry.points) for entry in entries[:3]] == [(199, 10), (198, 20), (197, 10)]
        assert len(entries) == 180

    def test_keep_what_one_of_the_family_earned(self, family: Family) -> None:
        account_id = account_of(family.hanako)
        of_taro = HistoryFilter(sources=earning.sources_of_member(account_id, family.taro.id))

        entries = [entry for each in pages_from_the_newest(family.hanako, of_taro) for entry in each.entries]

        sources = {posting.source_id for entry in entries for posting in entry.postings if posting.source_id}
        stories = earning.describe_grants(account_id, sources)
        assert {story.member_number for story in stories.values()} == {family.taro.number}
        assert sum(entry.points for entry in entries) == 2_600

    def test_are_met_all_at_once(self, family: Family) -> None:
        hers = earning.sources_of_member(account_of(family.hanako), family.hanako.id)
        wanted = HistoryFilter(
            kind="update",
            first_day=dt.date(2022, 1, 1),
            last_day=dt.date(2022, 12, 31),
            merchant_id=family.shops[0],
            sources=hers,
        )

        entries = page(family.hanako, wanted).entries

        days = [
            entry.value_on
            for entry in self.whole(family)
            if entry.kind == "update" and wanted.wants_day(entry.value_on)
        ]
        assert [entry.value_on for entry in entries] == days

    def test_find_nothing_that_is_another_accounts(self, club: Club, family: Family) -> None:
        other = club.member()
        sources = earning.sources_of_member(account_of(other), family.hanako.id)

        assert page(other, HistoryFilter(merchant_id=family.shops[0], sources=sources)).entries == ()
        assert page(family.hanako, HistoryFilter(sources=sources)).entries == ()


class TestSearch:
    def test_stops_at_its_bound_and_says_how_far_it_came(self, family: Family, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(history, "SEARCHED_AT_ONCE", 50)
        whole = {entry.sequence: entry for entry in queries.get_history(account_of(family.hanako), on=TODAY)}

        pages = list(pages_from_the_newest(family.hanako, HistoryFilter(kind="redeem")))

        assert numbers(*pages) == list(range(200, 0, -10))
        assert [each.searched_back_to for each in pages] == [
            whole[151].value_on,
            whole[101].value_on,
            whole[51].value_on,
            None,
        ]

    def test_goes_on_through_stretches_where_nothing_is_found(
        self, family: Family, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(history, "SEARCHED_AT_ONCE", 5)

        pages = list(pages_from_the_newest(family.hanako, HistoryFilter(kind="redeem")))

        assert numbers(*pages) == list(range(200, 0, -10))
        assert len(pages) == 40

    def test_leads_back_to_the_newest_as_well(self, family: Family, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(history, "SEARCHED_AT_ONCE", 5)
        wanted = HistoryFilter(kind="redeem")

        current, seen = page(family.hanako, wanted, before=11), []
        while current.newer is not None:
            current = page(family.hanako, wanted, after=current.newer)
            seen.append(current)

        assert set(numbers(*seen)) == set(range(20, 201, 10))


class TestListMerchants:
    def test_names_all_that_gave_points_lately(self, family: Family) -> None:
        assert set(queries.list_merchants(account_of(family.hanako))) == set(family.shops)

    def test_is_empty_where_nobody_did(self, hanako: Member) -> None:
        assert queries.list_merchants(account_of(hanako)) == []


class TestCost:
    """Measured by what is read, so that no machine is too slow for the test."""

    def blocks_read(self, member: Member, wanted: HistoryFilter, **place: int) -> tuple[int, int]:
        """Return how many statements a page takes, and how many blocks they touch."""
        with CaptureQueriesContext(connection) as sent:
            page(member, wanted, **place)
            queries.list_merchants(account_of(member))
        blocks = 0
        with connection.cursor() as cursor:
            for statement in sent.captured_queries:
                cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement['sql']}")
                (answer,) = cursor.fetchone()
                (plan,) = json.loads(answer) if isinstance(answer, str) else answer
                blocks += plan["Plan"]["Shared Hit Blocks"] + plan["Plan"]["Shared Read Blocks"]
        return len(sent), blocks

    def filled(self, club: Club, transactions: int) -> tuple[Member, dict[str, HistoryFilter]]:
        member = club.member()
        family = [club.family_member(member).id for _ in range(2)]
        shops = [club.merchant().id for _ in range(3)]
        fill_history(
            account_of(member), transactions=transactions, members=family, merchants=shops[:2], last=LAST_FILLED
        )
        account_id = account_of(member)
        return member, {
            "everything": HistoryFilter(),
            "one kind": HistoryFilter(kind="redeem"),
            "a kind that never was": HistoryFilter(kind="transfer"),
            "a year long ago": HistoryFilter(first_day=dt.date(2021, 1, 1), last_day=dt.date(2021, 12, 31)),
            "a merchant": HistoryFilter(merchant_id=shops[0]),
            "a merchant who never gave": HistoryFilter(merchant_id=shops[2]),
            "a member": HistoryFilter(sources=earning.sources_of_member(account_id, family[0])),
            "a member who never earned": HistoryFilter(sources=earning.sources_of_member(account_id, member.id)),
        }

    @pytest.mark.usefixtures("owned_database")  # Its owner alone may tell PostgreSQL to count its rows.
    def test_is_that_of_a_short_history_however_long_it_is(self, deep: bool) -> None:
        club = Club()
        long, wanted_of_long = self.filled(club, 100_000 if deep else 5_000)
        short, wanted_of_short = self.filled(club, 1_100)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")

        for name, wanted in wanted_of_short.items():
            few, few_blocks = self.blocks_read(short, wanted, before=1_050)
            many, many_blocks = self.blocks_read(long, wanted_of_long[name], before=4_500)

            assert many <= few + 1, name
            assert many_blocks <= few_blocks * 1.5 + 100, name
