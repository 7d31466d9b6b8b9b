"""What the member was told, on my page; what everybody is told; and the link that stops advertising."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import pytest
from django.conf import settings
from django.test import Client

from pointclub.foundation import actors
from pointclub.notices import queries
from pointclub.notices import services as notices
from pointclub.notices.models import Delivery, Notice
from pointclub.notices.queries.tokens import bounce_token, stop_token
from pointclub.notices.rules.kinds import Kind
from pointclub.people import services as people
from pointclub.people.models import ContactAddress, Person
from pointclub.people.rules.personal_fields import PersonalField
from tests.factories.club import STAFF
from tests.factories.readers import tell
from tests.factories.texts import published
from tests.portal.household import NOW, Household, register

_DEVICE: Mapping[str, str | int] = {"when": NOW.isoformat(), "device": "<b>電話</b>"}
PLACES = (ContactAddress.Kind.FIRST, ContactAddress.Kind.SECOND)


def page(client: Client, address: str) -> str:
    return client.get(address).content.decode()


@pytest.fixture
def hanako(household: Household) -> Person:
    return household.hanako.person


@pytest.mark.rule("NTC-1")
class TestNotices:
    def test_are_listed_with_what_is_unread_until_it_is_opened(self, hanako: Person, hanako_client: Client) -> None:
        notice_id = tell(hanako, at=NOW)
        tell(hanako, Kind.NEW_SIGN_IN, _DEVICE, at=NOW)

        before = page(hanako_client, "/notices/")
        opened = page(hanako_client, f"/notices/{notice_id}/")
        after = page(hanako_client, "/notices/")

        assert "登録が完了しました" in before
        assert "未読2件" in before
        assert "登録の手続きが完了しました" in opened
        assert "未読1件" in after
        assert Notice.objects.get(id=notice_id).read_at is not None

    def test_are_read_in_the_language_of_the_page(self, hanako: Person, hanako_client: Client) -> None:
        tell(hanako, at=NOW)

        assert "Your registration is complete" in page(hanako_client, "/en/notices/")

    def test_show_what_somebody_typed_and_run_nothing(self, hanako: Person, hanako_client: Client) -> None:
        notice_id = tell(hanako, Kind.NEW_SIGN_IN, _DEVICE, at=NOW)

        assert "端末：&lt;b&gt;電話&lt;/b&gt;" in page(hanako_client, f"/notices/{notice_id}/")

    @pytest.mark.parametrize(("start", "words"), [("/", "下記の連絡先"), ("/en/", "at the address below")])
    def test_end_with_the_address_that_their_words_point_to(
        self, hanako: Person, hanako_client: Client, start: str, words: str
    ) -> None:
        notice_id = tell(hanako, Kind.NEW_SIGN_IN, _DEVICE, at=NOW)
        environment = settings.ENVIRONMENT
        address = environment.postal_address_ja if start == "/" else environment.postal_address_en

        after = page(hanako_client, f"{start}notices/{notice_id}/").partition(words)[2]

        assert environment.call_centre_phone in after
        assert address in after

    def test_of_somebody_else_are_not_there(self, hanako_client: Client) -> None:
        notice_id = tell(register("鈴木 一子", "ichiko").person, at=NOW)

        assert hanako_client.get(f"/notices/{notice_id}/").status_code == 404
        assert Notice.objects.get(id=notice_id).read_at is None

    def test_that_are_secret_are_on_no_page(self, hanako: Person, hanako_client: Client) -> None:
        notice_id = tell(hanako, Kind.SIGN_IN_CODE, {"code": "314159", "valid_minutes": 10}, at=NOW)

        assert "314159" not in page(hanako_client, "/notices/")
        assert hanako_client.get(f"/notices/{notice_id}/").status_code == 404

    def test_count_as_given_when_published_or_of_the_portal_when_mailed(self, hanako: Person) -> None:
        of_club, of_portal = tell(hanako, Kind.APPLICATION_HELD, at=NOW), tell(hanako, Kind.REGISTERED, at=NOW)

        assert queries.given_at(of_club) == NOW
        assert queries.given_at(of_portal) is None


@pytest.mark.rule("NTC-5")
class TestAnAddressThatBounces:
    @pytest.fixture(autouse=True)
    def bounced(self, hanako: Person) -> None:
        mail = {PersonalField.FIRST_MAIL: "hanako@example.com"}
        people.record_personal_data(person=hanako, values=mail, at=NOW, actor=STAFF)
        address = ContactAddress.objects.get(person=hanako)
        people.note_bounce(address_id=address.id, at=NOW, actor=STAFF)

    def test_is_told_of_on_my_page(self, hanako_client: Client) -> None:
        assert "メールアドレス1にメールが届いていません" in page(hanako_client, "/")
        assert "メールアドレス1にメールが届いていません" in page(hanako_client, "/notices/")

    def test_is_used_again_when_the_member_says_so(self, hanako: Person, hanako_client: Client) -> None:
        hanako_client.post("/notices/mail-arrives-again/", {"kind": "first_mail"})

        assert ContactAddress.objects.get(person=hanako).bounced_at is None
        assert "届いていません" not in page(hanako_client, "/")

    @pytest.mark.parametrize("kind", ["", "second_mail", "letter", "\x00", "<b>"])
    def test_of_another_kind_changes_nothing(self, hanako: Person, hanako_client: Client, kind: str) -> None:
        assert hanako_client.post("/notices/mail-arrives-again/", {"kind": kind}).status_code == 302
        assert ContactAddress.objects.get(person=hanako).bounced_at is not None


@pytest.mark.rule("NTC-1")
@pytest.mark.usefixtures("household")
class TestAnnouncements:
    def publish(self, first: dt.date, last: dt.date) -> None:
        published(
            japanese=notices.Words("年末年始のお知らせ", "休業します。\n\n<script>alert(1)</script>"),
            english=notices.Words("Closed over New Year", "We are closed."),
            shown_from=first,
            shown_through=last,
            at=NOW,
        )

    def test_are_for_everybody_in_both_languages(self, client: Client) -> None:
        self.publish(NOW.date(), NOW.date())

        assert "年末年始のお知らせ" in page(client, "/announcements/")
        assert "Closed over New Year" in page(client, "/en/announcements/")
        assert "<script>alert" not in page(client, "/announcements/")

    def test_leave_whoever_is_signed_in_among_their_own_pages(self, hanako_client: Client) -> None:
        assert "ログアウト" in page(hanako_client, "/announcements/")
        assert "ログアウト" not in page(Client(), "/announcements/")

    def test_stand_over_the_members_own_notices(self, hanako_client: Client) -> None:
        self.publish(NOW.date(), NOW.date())

        assert "年末年始のお知らせ" in page(hanako_client, "/notices/")

    def test_are_shown_on_their_days_alone(self, client: Client) -> None:
        tomorrow = NOW.date() + dt.timedelta(days=1)
        self.publish(tomorrow, tomorrow)

        assert "現在、お知らせはありません" in page(client, "/announcements/")

    def test_that_were_taken_down_are_gone(self, client: Client) -> None:
        self.publish(NOW.date(), NOW.date())
        (shown,) = queries.list_announcements(on=NOW.date())
        notices.withdraw_announcement(announcement_id=shown.id, reason="誤記", at=NOW, actor=STAFF)

        assert "年末年始" not in page(client, "/announcements/")


@pytest.mark.rule("NTC-3")
class TestTheLinkThatStopsAdvertising:
    @pytest.fixture
    def delivery(self, hanako: Person) -> Delivery:
        mails = {PersonalField.FIRST_MAIL: "hanako@example.com", PersonalField.SECOND_MAIL: "second@example.com"}
        people.record_personal_data(person=hanako, values=mails, at=NOW, actor=STAFF)
        ContactAddress.objects.filter(person=hanako).update(verified_at=NOW)
        kinds = list(PLACES)
        actor = actors.system("portal")
        notices.agree_to_advertising(person_id=hanako.id, kinds=kinds, how="registration", at=NOW, actor=actor)
        notice_id = tell(hanako, Kind.ADVERTISING, {"subject": "春", "text": "春です"}, at=NOW)
        return Delivery.objects.get(notice_id=notice_id, channel="first_mail")

    def test_stops_it_at_once_when_a_mail_service_posts_without_cookie(
        self, hanako: Person, delivery: Delivery
    ) -> None:
        client = Client(enforce_csrf_checks=True)
        posted = {"List-Unsubscribe": "One-Click"}

        answer = client.post(f"/stop-advertising/{stop_token(delivery.id)}/", posted)

        assert answer.status_code == 200
        assert not answer.cookies
        assert queries.advertising_choice_of(hanako.id) == {ContactAddress.Kind.SECOND}
        assert queries.list_wishes(hanako.id)[0].how == "mail_link"

    def test_only_asks_when_it_is_opened(self, hanako: Person, delivery: Delivery, client: Client) -> None:
        address = f"/stop-advertising/{stop_token(delivery.id)}/"

        asked = page(client, address)
        client.head(address)

        assert f'<form method="post" action="{address}">' in asked
        assert queries.advertising_choice_of(hanako.id) == set(PLACES)

    def test_posted_twice_says_the_same(self, hanako: Person, delivery: Delivery, client: Client) -> None:
        address = f"/en/stop-advertising/{stop_token(delivery.id)}/"

        answers = [client.post(address).content for _ in range(2)]

        assert answers[0] == answers[1]
        assert b"We send no more advertising" in answers[0]
        assert len(queries.list_wishes(hanako.id)) == 3

    def test_that_somebody_made_up_stops_nothing(self, hanako: Person, delivery: Delivery, client: Client) -> None:
        for token in ("a" * 42, stop_token(delivery.id)[:-1], bounce_token(delivery.id), "x"):
            assert client.post(f"/stop-advertising/{token}/").status_code == 404

        assert queries.advertising_choice_of(hanako.id) == set(PLACES)

    def test_tells_nobody_whose_it_is(self, hanako: Person, delivery: Delivery, client: Client) -> None:
        shown = page(client, f"/stop-advertising/{stop_token(delivery.id)}/")

        assert "hanako" not in shown
        assert hanako.name not in shown
