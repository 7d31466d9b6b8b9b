"""What my page says of balances, pauses and the past."""

import datetime as dt
import gzip
import uuid
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pointclub.earning import queries as earning
from pointclub.earning import services as earning_services
from pointclub.membership import services as membership
from pointclub.membership.models import Membership
from pointclub.points import queries as points
from pointclub.points.models import Transaction
from pointclub.portal import my_page
from pointclub.portal.templatetags import portal as tags
from pointclub.program import services as program
from pointclub.program.models import Suspension
from tests.factories.club import STAFF, jst, redeem
from tests.portal.household import NOW, Household, found_household, purchase, send, update

TODAY = dt.date(2026, 11, 21)
OCTOBER = jst("2026-10-01 12:00")
HANAKO, TARO = "123456789015", "123456789023"


def lot(usable_through: dt.date, remaining: int) -> points.LotBalance:
    return points.LotBalance(
        id=uuid.uuid4(),
        kind="ordinary",
        usable_through=usable_through,
        first_posted_on=dt.date(2023, 12, 1),
        remaining=remaining,
        is_usable=usable_through >= TODAY,
        origin_lot_id=None,
    )


def figures_of(*lots: points.LotBalance, arrears: int = 0) -> my_page.Figures:
    usable = sum(each.remaining for each in lots if each.is_usable)
    book = sum(each.remaining for each in lots) - arrears
    balance = points.Balance(TODAY, book, max(0, usable - arrears), arrears, lots, is_closed=False)
    return my_page.compose_figures(balance, pending=0, history=[])


def posting(moved: int, source_id: uuid.UUID | None = None, through: dt.date | None = None) -> points.HistoryPosting:
    return points.HistoryPosting(moved, "merchant", None, source_id, uuid.uuid4(), through)


def story(receipt: str, *, number: str = HANAKO, campaign: str | None = None) -> earning.GrantStory:
    return earning.GrantStory(
        merchant_name="あかりマート本町店",
        sold_on=dt.date(2026, 11, 19),
        receipt_number=receipt,
        member_number=number,
        member_is_family=number == TARO,
        campaign_name=campaign,
    )


def text_of(client: Client, address: str = "/") -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


class TestComposeFigures:
    @pytest.mark.rule("EXP-6")
    def test_puts_what_lapses_first_in_front(self) -> None:
        later, sooner = lot(dt.date(2027, 3, 31), 2_560), lot(dt.date(2026, 12, 31), 1_200)

        figures = figures_of(later, sooner)

        assert figures.next_lapse == my_page.NextLapse(1_200, dt.date(2026, 12, 31), days_left=40)
        assert [lapsing.points for lapsing in figures.lapsing] == [1_200, 2_560]

    def test_adds_up_what_lapses_on_the_same_day(self) -> None:
        figures = figures_of(lot(dt.date(2026, 12, 31), 1_000), lot(dt.date(2026, 12, 31), 200))

        assert [lapsing.points for lapsing in figures.lapsing] == [1_200]

    def test_leaves_out_what_has_lapsed_though_the_job_is_late(self) -> None:
        figures = figures_of(lot(dt.date(2026, 10, 31), 300), lot(dt.date(2026, 12, 31), 1_200))

        assert [lapsing.points for lapsing in figures.lapsing] == [1_200]

    def test_counts_the_last_day_itself_as_no_day_left(self) -> None:
        figures = figures_of(lot(TODAY, 10))

        assert figures.next_lapse is not None
        assert figures.next_lapse.days_left == 0

    def test_speaks_up_from_the_first_reminder_on(self) -> None:
        in_sixty, in_sixty_one = figures_of(lot(dt.date(2027, 1, 20), 1)), figures_of(lot(dt.date(2027, 1, 21), 1))

        assert in_sixty.next_lapse is not None
        assert in_sixty.next_lapse.is_soon
        assert in_sixty_one.next_lapse is not None
        assert not in_sixty_one.next_lapse.is_soon

    def test_shows_four_days_at_once_and_the_others_on_demand(self) -> None:
        figures = figures_of(*(lot(dt.date(2027, month, 1), 10) for month in range(1, 8)))

        assert len(figures.lapsing) == 4
        assert len(figures.later_lapsing) == 3

    def test_compares_each_day_with_the_largest(self) -> None:
        figures = figures_of(lot(dt.date(2026, 12, 31), 1), lot(dt.date(2027, 1, 31), 500), lot(TODAY, 1_000))

        assert [lapsing.share for lapsing in figures.lapsing] == [100, 1, 50]

    def test_has_nothing_next_when_there_is_nothing(self) -> None:
        figures = figures_of()

        assert figures.next_lapse is None
        assert figures.lapsing == ()


class TestTellOrigins:
    @pytest.mark.rule("BAL-4")
    def test_makes_one_line_of_the_base_points_and_the_bonus_of_a_receipt(self) -> None:
        base, bonus = uuid.uuid4(), uuid.uuid4()
        stories = {base: story("R-1"), bonus: story("R-1", campaign="冬のポイント2倍")}

        (origin,) = my_page.tell_origins([posting(43, base), posting(43, bonus)], stories=stories, names={})

        assert origin.points == 86
        assert origin.campaigns == ("冬のポイント2倍",)

    def test_keeps_two_receipts_apart(self) -> None:
        first, second = uuid.uuid4(), uuid.uuid4()
        stories = {first: story("R-1"), second: story("R-2")}

        origins = my_page.tell_origins([posting(5, first), posting(7, second)], stories=stories, names={})

        assert [origin.points for origin in origins] == [5, 7]

    def test_names_the_family_member_and_not_the_primary(self) -> None:
        hers, his = uuid.uuid4(), uuid.uuid4()
        stories = {hers: story("R-1"), his: story("R-2", number=TARO)}
        names = {HANAKO: "山田 花子", TARO: "山田 太郎"}

        origins = my_page.tell_origins([posting(5, hers), posting(7, his)], stories=stories, names=names)

        assert [origin.earned_by for origin in origins] == [None, "山田 太郎"]

    def test_falls_back_on_the_number_of_somebody_unknown(self) -> None:
        his = uuid.uuid4()

        (origin,) = my_page.tell_origins([posting(7, his)], stories={his: story("R-2", number=TARO)}, names={})

        assert origin.earned_by == "1234-5678-9023"

    def test_leaves_out_what_has_no_receipt(self) -> None:
        assert my_page.tell_origins([posting(-500)], stories={}, names={}) == ()


class TestFindUsableThrough:
    def test_is_the_one_day_of_all_that_came_in(self) -> None:
        day = dt.date(2029, 11, 30)

        assert my_page.find_usable_through([posting(5, through=day), posting(7, through=day)]) == day

    def test_is_unknown_where_there_are_several(self) -> None:
        postings = [posting(5, through=dt.date(2029, 11, 30)), posting(7, through=dt.date(2027, 1, 31))]

        assert my_page.find_usable_through(postings) is None

    def test_is_nothing_for_what_went_out(self) -> None:
        assert my_page.find_usable_through([posting(-5, through=dt.date(2029, 11, 30))]) is None


class TestMyPage:
    @pytest.mark.rule("BAL-1", "BAL-2")
    def test_shows_what_can_be_used_today(self, household: Household, hanako_client: Client) -> None:
        household.open_balance({"2026-10-31": 240, "2026-12-31": 1_200, "2027-03-31": 2_560})

        page = text_of(hanako_client)

        assert '<span class="num">3,760</span> <small>ポイント</small>' in page
        assert "11月21日 9時時点" in page

    @pytest.mark.rule("ACC-5")
    def test_keeps_pending_points_apart(self, household: Household, hanako_client: Client) -> None:
        household.buy(household.hanako, household.mart, 64_200, at=jst("2026-11-20 19:30"))

        page = text_of(hanako_client)

        assert '<span class="num">0</span> <small>ポイント</small>' in page
        assert '<dd class="num">642ポイント</dd><dd>次回の残高更新で加算されます。</dd>' in page

    @pytest.mark.rule("EXP-6")
    def test_names_what_lapses_next_and_when(self, household: Household, hanako_client: Client) -> None:
        household.open_balance({"2026-12-31": 1_200, "2027-03-31": 2_560})

        japanese, english = text_of(hanako_client), text_of(hanako_client, "/en/")

        assert "1,200ポイントが あと40日で失効します" in japanese
        assert "2026年12月31日（木）まで使えます" in japanese
        assert "2026年12月末" in japanese
        assert "1,200 points will expire in 40 days" in english
        assert "Usable through Thu, 31 December 2026" in english

    @pytest.mark.rule("BAL-4")
    def test_tells_from_where_and_by_whom_points_came(self, household: Household, hanako_client: Client) -> None:
        household.live()

        page = text_of(hanako_client)

        assert "あかりマート本町店" in page
        assert "ひだまりベーカリー" in page
        assert "ご家族：山田 太郎 さま" in page
        assert "2029年11月30日（金）まで使えます" in page

    def test_tells_what_happened_with_its_sign(self, household: Household, hanako_client: Client) -> None:
        household.live()

        page = text_of(hanako_client)

        assert ">+98<" in page
        assert ">−500<" in page
        assert ">−240<" in page
        assert "ポイントのご利用" in page
        assert "有効期限による失効" in page

    @pytest.mark.rule("ACC-8")
    def test_says_plainly_how_far_below_zero_the_balance_is(self, household: Household, hanako_client: Client) -> None:
        household.buy(household.hanako, household.mart, 120_000, at=jst("2026-11-01 12:00"))
        update(at=jst("2026-11-02 01:00"))
        redeem(household.hanako, 1_200, at=jst("2026-11-03 12:00"))
        earning_services.reverse(
            merchant_number=household.mart.number,
            reference=f"{household.hanako.number}-{jst('2026-11-01 12:00').isoformat()}-120000",
            returned_yen=None,
            key="whole",
            at=jst("2026-11-05 12:00"),
            actor=STAFF,
        )

        page = text_of(hanako_client)

        assert "ポイント残高が1,200ポイントのマイナスになっています" in page
        assert '<span class="num">0</span> <small>ポイント</small>' in page

    def test_says_when_there_is_nothing_yet(self, hanako_client: Client) -> None:
        page = text_of(hanako_client)

        assert "失効予定のポイントはありません。" in page
        assert "履歴はまだありません。" in page

    @pytest.mark.rule("SUS-1")
    def test_gives_the_reason_instead_of_figures_while_enquiry_is_paused(
        self, household: Household, hanako_client: Client
    ) -> None:
        household.open_balance({"2027-03-31": 2_560})
        pause_enquiry(until=jst("2026-11-21 18:30"))

        japanese, english = text_of(hanako_client), text_of(hanako_client, "/en/")

        assert "点検のため停止しております。" in japanese
        assert "再開予定：11月21日 18時30分" in japanese
        assert "We are checking our machines." in english
        assert "2,560" not in japanese
        assert "ポイント履歴</h2>" not in japanese

    @pytest.mark.rule("SUS-1")
    def test_shows_the_figures_again_after_the_pause(self, household: Household, hanako_client: Client) -> None:
        household.open_balance({"2027-03-31": 2_560})
        pause_enquiry(until=NOW)

        assert "2,560" in text_of(hanako_client)

    def test_says_when_the_membership_has_ended(self, household: Household, hanako_client: Client) -> None:
        household.open_balance({"2027-03-31": 2_560})
        membership.end_membership(
            membership_id=household.hanako.membership_id,
            reason=Membership.EndReason.WITHDRAWN,
            at=jst("2026-10-31 15:00"),
            actor=STAFF,
        )

        page = text_of(hanako_client)

        assert "2026年10月31日（土）に会員資格が終了しました" in page
        assert "ご利用可能ポイント" not in page
        assert "会員資格の喪失による失効" in page

    @pytest.mark.django_db
    def test_shows_text_with_markup_as_text(self, client: Client, set_clock: Callable[[dt.datetime], None]) -> None:
        set_clock(NOW)
        client.force_login(found_household(name="<img src=x onerror=alert(1)>").user)
        pause_enquiry(until=None, text="<script>alert(1)</script>")

        page = text_of(client)

        assert "&lt;img src=x onerror=alert(1)&gt; さま" in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page

    def test_asks_the_database_as_often_for_a_long_history_as_for_a_short_one(
        self, household: Household, hanako_client: Client
    ) -> None:
        make_history(household, entries=10)
        with CaptureQueriesContext(connection) as short:
            text_of(hanako_client)

        for number in range(180):
            household.open_balance({"2029-10-31": 1}, at=jst("2026-10-12 12:00") + dt.timedelta(minutes=number))
        make_history(household, entries=10, began_at=jst("2026-11-01 12:00"))
        with CaptureQueriesContext(connection) as long:
            text_of(hanako_client)

        assert len(points.get_history(household.hanako.membership.account_id, on=TODAY)) == 200
        assert len(long) == len(short)

    def test_is_light_enough_for_a_slow_phone(self, household: Household, hanako_client: Client) -> None:
        household.open_balance({f"{year}-{month:02d}-01": 99 for year in (2027, 2028, 2029) for month in range(1, 13)})
        make_history(household, entries=10, receipts=30)

        assert len(gzip.compress(text_of(hanako_client, "/en/").encode())) < 20_000


class TestKindWords:
    @pytest.mark.parametrize("kind", Transaction.Kind)
    def test_exist_for_every_act_of_the_ledger(self, kind: Transaction.Kind) -> None:
        assert tags.kind_words(kind)


def pause_enquiry(*, until: dt.datetime | None, text: str = "点検のため停止しております。") -> None:
    program.suspend(
        activity=Suspension.Activity.ENQUIRY,
        starts_at=jst("2026-11-21 00:00"),
        ends_before=until,
        text_ja=text,
        text_en="We are checking our machines.",
        at=jst("2026-11-20 12:00"),
        actor=STAFF,
    )


def make_history(household: Household, *, entries: int, receipts: int = 3, began_at: dt.datetime = OCTOBER) -> None:
    """Write one update a day, alternately of both members."""
    for number in range(entries):
        at = began_at + dt.timedelta(days=number)
        member = household.taro if number % 2 else household.hanako
        shops = [household.bakery if receipt % 2 else household.mart for receipt in range(receipts)]
        prices = range(1_000, 1_000 + receipts)
        send([purchase(member, shop, yen, at=at) for shop, yen in zip(shops, prices, strict=True)], at=at)
        update(at=at + dt.timedelta(hours=13))
