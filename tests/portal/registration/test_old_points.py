"""The old member number and its password: on registering, on joining later, and for members (REG-6)."""

from typing import Any

import pytest
from django.test import Client

from pointclub.membership import services as membership
from pointclub.membership.models import OldMember
from pointclub.people import services as people
from tests.factories.club import STAFF, jst
from tests.factories.old_members import OLD_NUMBER, OLD_PASSWORD, more_than_a_lot_holds, old_member_on_file
from tests.factories.sign_ins import let_in
from tests.portal.household import NOW, PASSWORD, Household
from tests.portal.registration import newcomer as newcomers
from tests.portal.registration.newcomer import FOR_THE_CLUB, confirm, path_of, register, text_of, value_in
from tests.portal.registration.test_joining import CHECK, DONE, JOIN, fill_in, press

pytestmark = [pytest.mark.rule("REG-6"), pytest.mark.usefixtures("today")]
PAIR = {"old_number": OLD_NUMBER, "old_password": OLD_PASSWORD}
OLD_POINTS = "/old-points/"
NO_MATCH = "旧会員番号とパスワードの組み合わせでは"


@pytest.fixture
def old_id(today: Household) -> Any:
    return old_member_on_file(("2026-11-20", 80), ("2027-03-31", 1_000), ("2027-06-30", 200))


@pytest.fixture
def user(client: Client) -> Client:
    """Register somebody without the club, who is in since a moment ago."""
    register(client)
    return client


@pytest.mark.usefixtures("old_id")
class TestJoiningLater:
    def test_brings_the_points_over_and_says_how_many_and_until_when(self, user: Client) -> None:
        check_page = fill_in(user, **PAIR)
        assert path_of(check_page) == CHECK
        assert OLD_NUMBER in text_of(check_page)

        page = text_of(press(user, check_page))

        for words in ("1,200ポイントを引き継ぎました", "2027年3月31日", "80ポイントは有効期限が過ぎていた"):
            assert words in page
        assert "ポイントの引き継ぎ" in text_of(user.get("/"))
        assert "1,200" in text_of(user.get("/points/"))

    def test_keeps_the_password_nowhere(self, user: Client) -> None:
        pages = [fill_in(user, **PAIR), user.get(JOIN), user.get(CHECK)]

        assert all(OLD_PASSWORD not in text_of(page) for page in pages)
        assert OLD_NUMBER not in str(dict(user.session))

    @pytest.mark.parametrize("wrong", [{"old_number": "AB120046"}, {"old_password": "mukashi9"}, {"old_number": "旧"}])
    def test_never_tells_which_of_the_two_is_wrong(self, user: Client, wrong: dict[str, str]) -> None:
        page = fill_in(user, **{**PAIR, **wrong})

        assert path_of(page) == JOIN
        assert NO_MATCH in text_of(page)
        assert value_in(page, "old_number") == {**PAIR, **wrong}["old_number"]
        assert value_in(page, "old_password") == ""

    @pytest.mark.parametrize("missing", ["old_number", "old_password"])
    def test_asks_for_both_or_neither(self, user: Client, missing: str) -> None:
        assert "両方をご入力ください" in text_of(fill_in(user, **{**PAIR, missing: ""}))
        assert path_of(fill_in(user, old_number="", old_password="")) == CHECK

    def test_looks_at_a_number_five_times_an_hour(self, user: Client, later: Any) -> None:
        for _ in range(5):
            fill_in(user, old_number=OLD_NUMBER, old_password="wrong")

        refused = fill_in(user, **PAIR)
        assert (path_of(refused), value_in(refused, "old_number")) == (JOIN, OLD_NUMBER)
        assert "10:15" in text_of(refused)
        later(minutes=61)
        assert path_of(fill_in(user, **PAIR)) in {CHECK, "/account/proof/"}

    def test_keeps_what_was_found_while_a_document_is_read(self, user: Client) -> None:
        fill_in(user, then="read:point-rules", **PAIR)

        assert "旧クラブの会員情報を確認しました" in text_of(user.get(JOIN))
        assert path_of(fill_in(user)) == CHECK

    def test_leaves_the_points_where_they_are_when_told_so(self, user: Client) -> None:
        fill_in(user, **PAIR)
        page = fill_in(user, then="leave_old_out")
        assert path_of(page) == JOIN

        press(user, fill_in(user))

        assert OldMember.objects.get().moved_at is None

    def test_tells_of_points_that_somebody_else_brought_over_meanwhile(
        self, today: Household, user: Client, old_id: Any
    ) -> None:
        check_page = fill_in(user, **PAIR)
        membership.move_old_points(member=today.hanako, old_member_id=old_id, at=NOW, actor=STAFF)

        page = press(user, check_page)

        assert path_of(page) == JOIN
        assert "すでに引き継がれています" in text_of(page)
        assert path_of(press(user, fill_in(user))) == DONE


class TestRegistering:
    @pytest.mark.usefixtures("old_id")
    def test_brings_the_points_over_with_the_club(self, client: Client) -> None:
        check_page = newcomers.fill_in(client, **FOR_THE_CLUB, **PAIR)
        assert OLD_NUMBER in text_of(check_page)

        assert "1,200ポイントを引き継ぎました" in text_of(confirm(client, check_page))

    @pytest.mark.usefixtures("old_id")
    def test_looks_at_no_pair_without_the_club(self, client: Client) -> None:
        check_page = newcomers.fill_in(client, **PAIR)

        assert path_of(check_page) == "/register/check/"
        assert OLD_NUMBER not in text_of(check_page)

    @pytest.mark.usefixtures("old_id")
    def test_says_at_once_what_is_wrong_whichever_button_sent_the_form(self, client: Client) -> None:
        page = newcomers.fill_in(client, then="find_town", **FOR_THE_CLUB, **{**PAIR, "old_password": "wrong"})

        assert NO_MATCH in text_of(page)

    def test_asks_for_nothing_where_there_was_no_old_club(self, client: Client) -> None:
        assert "old_number" not in newcomers.open_form(client).content.decode()


class TestAMember:
    @pytest.fixture
    def hanako(self, client: Client, today: Household) -> Client:
        let_in(client, today.user)
        client.post("/account/proof/", {"password": PASSWORD})
        return client

    @pytest.mark.usefixtures("old_id")
    def test_brings_the_points_over_later_and_once(self, hanako: Client) -> None:
        assert OLD_POINTS in text_of(hanako.get("/menu/"))

        for _ in range(2):
            page = text_of(hanako.post(OLD_POINTS, PAIR, follow=True))
            assert "1,200ポイントを引き継ぎました" in page
        assert 'name="old_password"' not in page

    @pytest.mark.usefixtures("old_id")
    @pytest.mark.rule("REG-8")
    def test_shows_the_password_of_today_first(self, client: Client, today: Household, later: Any) -> None:
        let_in(client, today.user)
        later(minutes=6)

        assert path_of(client.post(OLD_POINTS, PAIR, follow=True)) == "/account/proof/"
        assert OldMember.objects.get().moved_at is None
        proved = {"password": PASSWORD, "next": OLD_POINTS}
        assert path_of(client.post("/account/proof/", proved, follow=True)) == OLD_POINTS

    @pytest.mark.usefixtures("old_id")
    def test_reads_what_is_wrong(self, hanako: Client) -> None:
        assert NO_MATCH in text_of(hanako.post(OLD_POINTS, {**PAIR, "old_password": "x"}))
        assert "旧クラブのパスワードを入力してください" in text_of(hanako.post(OLD_POINTS, {"old_number": OLD_NUMBER}))
        assert "任意" not in text_of(hanako.get(OLD_POINTS))
        for _ in range(4):
            hanako.post(OLD_POINTS, {**PAIR, "old_password": "x"})
        assert hanako.post(OLD_POINTS, PAIR).status_code == 429

    @pytest.mark.usefixtures("old_id")
    @pytest.mark.rule("REG-8")
    def test_is_kept_from_them_by_no_stranger(self, hanako: Client) -> None:
        for number in range(20):
            people.begin_attempt(step="old_pair", login_id=OLD_NUMBER, network=f"198.51.{number}.7", device="", at=NOW)

        assert "1,200ポイントを引き継ぎました" in text_of(hanako.post(OLD_POINTS, PAIR, follow=True))

    def test_reads_that_more_than_an_account_holds_cannot_be_brought_over(self, hanako: Client) -> None:
        more_than_a_lot_holds(old_member_on_file())

        assert "このページでは引き継げません" in text_of(hanako.post(OLD_POINTS, PAIR))
        assert OldMember.objects.get().moved_at is None

    def test_reads_that_everything_had_lapsed(self, hanako: Client) -> None:
        old_member_on_file(("2026-11-20", 80))

        page = text_of(hanako.post(OLD_POINTS, PAIR, follow=True))

        assert "引き継げるポイントはありませんでした" in page
        assert "80ポイントは有効期限が過ぎていた" in page

    def test_finds_no_such_page_where_there_was_no_old_club(self, hanako: Client) -> None:
        assert path_of(hanako.get(OLD_POINTS, follow=True)) == "/"
        assert OLD_POINTS not in text_of(hanako.get("/menu/"))

    def test_who_has_left_is_asked_for_nothing(self, hanako: Client, today: Household) -> None:
        old_member_on_file()
        membership.end_membership(
            membership_id=today.hanako.membership_id,
            reason=today.hanako.membership.EndReason.WITHDRAWN,
            at=jst("2026-11-20 10:00"),
            actor=STAFF,
        )

        assert path_of(hanako.get(OLD_POINTS, follow=True)) == "/"
