"""The help page: when the call centre answers, how to reach it, and what it says of the rules."""

import dataclasses
import datetime as dt
import gzip
from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import Settings

from pointclub.portal.templatetags import portal as tags
from pointclub.program import services as program
from pointclub.program.rules.call_centre import DayOff
from tests.factories.club import jst
from tests.factories.program import add_version

SetClock = Callable[[dt.datetime], None]
TUESDAY = jst("2026-11-24 12:00")

pytestmark = pytest.mark.django_db


def text_of(client: Client, address: str = "/help/") -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.rule("STF-4")
class TestCallCentre:
    def test_is_shown_as_open_with_the_hour_of_closing(self, client: Client, set_clock: SetClock) -> None:
        set_clock(jst("2026-11-24 16:59"))

        japanese, english = text_of(client), text_of(client, "/en/help/")

        assert "ただいま受付中です" in japanese
        assert "本日は17時まで承ります。" in japanese
        assert "Open now" in english
        assert "We take calls until 5 p.m. today." in english
        assert "Closed now" not in english

    def test_is_shown_as_closed_from_the_hour_of_closing_on(self, client: Client, set_clock: SetClock) -> None:
        set_clock(jst("2026-11-24 17:00"))

        page = text_of(client)

        assert "ただいまは受付時間外です" in page
        assert "次の受付は11月25日（水）9時からです。" in page
        assert "休業しております" not in page

    @pytest.mark.parametrize(
        ("at", "why", "opens"),
        [
            ("2026-11-21 12:00", "土日", "11月24日（火）9時"),
            ("2026-11-23 12:00", "祝日", "11月24日（火）9時"),
            ("2026-12-29 12:00", "年末年始", "1月4日（月）9時"),
        ],
    )
    def test_says_why_it_is_closed_all_day_and_when_it_opens(
        self, client: Client, set_clock: SetClock, at: str, why: str, opens: str
    ) -> None:
        set_clock(jst(at))

        page = text_of(client)

        assert f"本日は{why}のため休業しております。" in page
        assert f"次の受付は{opens}からです。" in page

    def test_says_its_hours_in_both_languages(self, client: Client) -> None:
        assert "平日 9時～17時" in text_of(client)
        assert "土曜・日曜・祝日、12月29日～1月3日" in text_of(client)
        assert "Weekdays, 9 a.m. to 5 p.m. (Japan)" in text_of(client, "/en/help/")

    @pytest.mark.parametrize("reason", DayOff)
    def test_has_words_for_every_kind_of_day_off(self, reason: DayOff) -> None:
        assert tags.day_off_words(reason)


class TestContact:
    def test_marks_the_sample_number_and_lets_nobody_dial_it(self, client: Client) -> None:
        page = text_of(client)

        assert "0120-000-000" in page
        assert "見本の番号です。" in page
        assert "tel:" not in page

    def test_dials_the_number_that_the_settings_give(self, client: Client, settings: Settings) -> None:
        settings.ENVIRONMENT = dataclasses.replace(
            settings.ENVIRONMENT, call_centre_phone="0120-999-123", postal_address_ja="〒530-0000 大阪市北区"
        )

        page = text_of(client)

        assert 'href="tel:0120-999-123"' in page
        assert "見本" not in page
        assert "〒530-0000 大阪市北区" in page


class TestAnswers:
    @pytest.mark.rule("EXP-1")
    def test_work_out_how_long_points_live_from_today(self, client: Client, set_clock: SetClock) -> None:
        set_clock(jst("2026-11-21 09:15"))

        assert "3年後の日が属する月の末日までです。" in text_of(client)
        assert "2026年11月21日（土）に加わったポイントは、2029年11月30日（金）まで" in text_of(client)
        assert "added on Sat, 21 November 2026 can be used through Fri, 30 November 2029" in text_of(
            client, "/en/help/"
        )

    @pytest.mark.rule("TRM-4")
    def test_follow_the_version_of_the_program_that_is_in_force(self, client: Client, set_clock: SetClock) -> None:
        add_version(
            code="P-2027",
            effective_from=dt.date(2027, 1, 1),
            figures=program.ProgramFigures(
                validity_months=18,
                return_validity_months=2,
                special_expiry_allowed=True,
                bill_payment_allowed=True,
                correction_window_days=90,
            ),
            at=jst("2026-12-01 10:00"),
        )
        set_clock(jst("2027-01-01 00:00"))

        page = text_of(client)

        assert "残高に加わった日から18か月後の日" in page
        assert "2027年1月1日（金）に加わったポイントは、2028年7月31日（月）まで" in page
        assert "お買い物から90日以内" in page
        assert "お戻しした月の2か月後の月末まで" in page

    @pytest.mark.rule("RED-1", "RED-7", "BAL-3")
    def test_say_who_may_use_points_and_what_nobody_may_do(self, client: Client) -> None:
        page = text_of(client)

        assert "本会員の方だけがご利用いただけます。" in page
        assert "受け付けたお申し込みは取り消せません。" in page
        assert "ポイントの貸し借りや譲渡はできません。" in page


class TestHelpPage:
    def test_is_open_to_everybody_and_offers_to_sign_in(self, client: Client) -> None:
        page = text_of(client)

        assert '<a href="/sign-in/">ログイン</a>' in page
        assert "ログアウト" not in page

    def test_leads_members_back_to_their_pages(self, hanako_client: Client) -> None:
        page = text_of(hanako_client)

        assert '<nav class="gnav" aria-label="メイン">' in page
        assert "ログアウト" in page

    @pytest.mark.parametrize("address", ["/help/", "/sign-in/", "/nowhere/"])
    def test_is_linked_at_the_same_place_of_every_page(self, client: Client, address: str) -> None:
        page = client.get(address).content.decode()

        assert '<div class="util"><a class="help" href="/help/">' in page

    def test_is_light(self, client: Client) -> None:
        assert len(gzip.compress(text_of(client, "/en/help/").encode())) < 20_000
