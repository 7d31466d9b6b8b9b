"""Setting up the second factor, using it, and what wrong tries lead to."""

# ruff: noqa: ARG002 -- A fixture asked for its effect.

import datetime as dt
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core import signing
from django.db import connection
from django.test import Client
from django.urls import get_resolver

from pointclub.audit import queries as audit
from pointclub.audit.rules.details import Subject
from pointclub.foundation import actors
from pointclub.people import authenticator
from pointclub.people import queries as people_queries
from pointclub.people import services as people
from pointclub.people.models import SignInAttempt
from pointclub.people.queries import PermissionDeniedError
from pointclub.people.rules.permissions import Role
from tests.factories.club import jst
from tests.factories.office import PASSWORD, Enrolled, enrolled, sign_in
from tests.factories.staff import administrator, staff
from tests.harness.commands import call
from tests.office.conftest import NOW

pytestmark = pytest.mark.usefixtures("office")
SetClock = Callable[[dt.datetime], None]
WRONG = "wrong password"


def text_of(response: Any) -> str:
    page: str = response.content.decode()
    return page


def try_password(client: Client, login_id: str, password: str = WRONG, **more: Any) -> Any:
    return client.post("/office/sign-in/", {"login_id": login_id, "password": password}, **more)


def is_in(client: Client) -> bool:
    return client.get("/office/").status_code == 200


def secret_on(page: str) -> str:
    found = re.search(r'<dd class="num secret">([A-Z2-7 ]+)</dd>', page)
    assert found is not None
    return found[1].replace(" ", "")


class TestSettingUp:
    def test_is_asked_for_at_the_first_sign_in_and_shows_recovery_codes_once(self, client: Client) -> None:
        staff(Role.CALL_CENTRE, login_id="kakari", password=PASSWORD)

        first = try_password(client, "kakari", PASSWORD)
        page = text_of(client.get("/office/sign-in/set-up/"))
        done = client.post("/office/sign-in/set-up/", {"code": authenticator.code_for(secret_on(page))})

        assert first["Location"] == "/office/sign-in/set-up/"
        assert len(re.findall(r"<li>\d{4} \d{4}</li>", text_of(done))) == 10
        assert is_in(client)
        assert client.get("/office/sign-in/set-up/")["Location"] == "/office/sign-in/"

    def test_keeps_its_secret_through_a_wrong_code(self, client: Client) -> None:
        staff(Role.CALL_CENTRE, login_id="kakari", password=PASSWORD)
        try_password(client, "kakari", PASSWORD)
        secret = secret_on(text_of(client.get("/office/sign-in/set-up/")))

        page = text_of(client.post("/office/sign-in/set-up/", {"code": "000000"}))

        assert "<title>エラー：" in page
        assert secret_on(page) == secret
        assert not is_in(client)

    def test_draws_its_picture_without_inline_style(self, client: Client) -> None:
        staff(Role.CALL_CENTRE, login_id="kakari", password=PASSWORD)
        try_password(client, "kakari", PASSWORD)

        page = text_of(client.get("/office/sign-in/set-up/"))

        assert "<path d=" in page
        assert " style=" not in page
        assert "<script" not in page

    def test_cannot_be_done_twice(self, client: Client) -> None:
        who = enrolled(Role.CALL_CENTRE)
        try_password(client, who.user.login_id, PASSWORD)

        assert client.get("/office/sign-in/set-up/")["Location"] == "/office/sign-in/code/"
        with pytest.raises(people.HasSecondFactorError):
            people.set_up_second_factor(
                user=who.user, secret=who.secret, code=authenticator.code_for(who.secret), at=jst("2026-11-21 09:15")
            )

    def test_leaves_no_secret_readable_in_the_database(self, client: Client) -> None:
        staff(Role.CALL_CENTRE, login_id="kakari", password=PASSWORD)
        try_password(client, "kakari", PASSWORD)
        secret = secret_on(text_of(client.get("/office/sign-in/set-up/")))
        client.post("/office/sign-in/set-up/", {"code": authenticator.code_for(secret)})

        with connection.cursor() as cursor:
            cursor.execute("SELECT data::text FROM mfa_authenticator UNION ALL SELECT data FROM office_session")
            kept = [row[0] for row in cursor.fetchall()]
        decoded = [json.dumps(_session(data)) if not data.startswith("{") else data for data in kept if data]
        assert len(decoded) >= 3
        assert not any(secret in data for data in decoded)


def _session(data: str) -> Any:
    return signing.loads(data, salt="django.contrib.sessions.SessionStore", serializer=signing.JSONSerializer)


class TestCodes:
    @pytest.mark.parametrize("steps", [-1, 0, 1])
    def test_count_half_a_minute_early_and_late(self, client: Client, steps: int) -> None:
        staff(Role.CALL_CENTRE, login_id="kakari", password=PASSWORD)
        try_password(client, "kakari", PASSWORD)
        secret = secret_on(text_of(client.get("/office/sign-in/set-up/")))

        client.post("/office/sign-in/set-up/", {"code": authenticator.code_for(secret, steps_ahead=steps)})

        assert is_in(client)

    @pytest.mark.parametrize("steps", [-3, 3])
    def test_do_not_count_much_earlier_or_later(self, client: Client, steps: int) -> None:
        who = enrolled(Role.CALL_CENTRE)

        response = sign_in(client, who, code=authenticator.code_for(who.secret, steps_ahead=steps))

        assert "コードが一致しません" in text_of(response)
        assert not is_in(client)

    def test_count_once(self, client: Client) -> None:
        who = enrolled(Role.CALL_CENTRE)
        code = who.code(steps_ahead=0)
        sign_in(client, who, code=code)

        other = Client()
        again = sign_in(other, who, code=code)

        assert is_in(client)
        assert "一度使われています" in text_of(again)
        assert not is_in(other)

    def test_older_than_the_last_one_do_not_count_any_more(self, client: Client) -> None:
        who = enrolled(Role.CALL_CENTRE)
        older = who.code(steps_ahead=0)
        sign_in(client, who, code=who.code(steps_ahead=1))

        other = Client()
        sign_in(other, who, code=older)

        assert not is_in(other)

    def test_are_taken_in_full_width_and_with_spaces(self, client: Client) -> None:
        who = enrolled(Role.CALL_CENTRE)
        wide = who.code(steps_ahead=0).translate(str.maketrans("0123456789", "０１２３４５６７８９"))

        sign_in(client, who, code=f"{wide[:3]} {wide[3:]}")

        assert is_in(client)

    def test_of_one_person_are_nothing_for_another(self, client: Client) -> None:
        who, other = enrolled(Role.CALL_CENTRE), enrolled(Role.CALL_CENTRE)

        sign_in(client, who, code=other.code(steps_ahead=0))

        assert not is_in(client)


class TestRecoveryCodes:
    def test_open_once_each_and_say_how_many_are_left(self, client: Client) -> None:
        who = enrolled(Role.CALL_CENTRE)

        sign_in(client, who, code=who.recovery_codes[0])
        page = text_of(client.get("/office/"))
        other = Client()
        sign_in(other, who, code=who.recovery_codes[0])

        assert "残りは9個です" in page
        assert not is_in(other)
        assert people_queries.count_recovery_codes(who.user) == 9


class TestReset:
    def test_is_for_administrators(self) -> None:
        who = enrolled(Role.CALL_CENTRE, login_id="kakari")
        other = staff(Role.CALL_CENTRE)

        with pytest.raises(PermissionDeniedError):
            people.reset_second_factor(login_id="kakari", at=NOW, actor=actors.staff(other.login_id))

        assert people_queries.find_second_factor(who.user) is not None

    def test_of_ones_own_takes_another_administrator_where_there_is_one(self) -> None:
        only = enrolled(Role.ADMINISTRATOR, login_id="shunin")
        administrator()

        with pytest.raises(people.OwnSecondFactorError):
            people.reset_second_factor(login_id="shunin", at=NOW, actor=actors.staff("shunin"))
        people.let_staff_go(login_id="kanri", at=NOW, actor=actors.staff("shunin"))
        people.reset_second_factor(login_id="shunin", at=NOW, actor=actors.staff("shunin"))

        assert people_queries.find_second_factor(only.user) is None

    def test_is_there_on_the_command_line_too(self) -> None:
        who = enrolled(Role.CALL_CENTRE, login_id="kakari")

        answer = call("staff", "reset-second-factor", "Kakari", "--as", administrator().id, "--json")

        assert answer.json == {"login_id": "kakari", "second_factor": None}
        assert people_queries.find_second_factor(who.user) is None

    def test_and_set_up_and_sign_in_are_on_record_without_any_code(self, client: Client) -> None:
        who = enrolled(Role.CALL_CENTRE, login_id="kakari")
        sign_in(client, who, code=who.recovery_codes[3])
        people.reset_second_factor(login_id="kakari", at=NOW + dt.timedelta(minutes=1), actor=administrator())

        found = audit.search_acts(audit.ActFilter(subjects=(Subject("user", who.user.id),))).acts

        assert [(act.act, act.actor, act.details) for act in found][:3] == [
            ("people.reset_second_factor", "staff:kanri", {}),
            ("people.show_second_factor", "staff:kakari", {"means": "recovery"}),
            ("people.set_up_second_factor", "staff:kakari", {}),
        ]

    def test_ends_the_stay_at_once_and_asks_for_a_new_set_up(self, client: Client) -> None:
        who = enrolled(Role.CALL_CENTRE, login_id="kakari")
        sign_in(client, who)

        people.reset_second_factor(login_id="kakari", at=NOW, actor=administrator())

        assert not is_in(client)
        assert try_password(client, "kakari", PASSWORD)["Location"] == "/office/sign-in/set-up/"

    def test_does_not_let_an_old_stay_go_on_after_a_new_set_up(self, client: Client) -> None:
        who = enrolled(Role.CALL_CENTRE, login_id="kakari")
        sign_in(client, who)
        people.reset_second_factor(login_id="kakari", at=NOW, actor=administrator())
        secret = authenticator.draw_secret()

        people.set_up_second_factor(user=who.user, secret=secret, code=authenticator.code_for(secret), at=NOW)

        assert not is_in(client)


class TestLimits:
    @pytest.fixture
    def who(self) -> Enrolled:
        return enrolled(Role.CALL_CENTRE, login_id="kakari")

    def test_sixth_wrong_password_is_not_looked_at(self, client: Client, who: Enrolled) -> None:
        for _ in range(5):
            assert try_password(client, "kakari").status_code == 200

        sixth = try_password(client, "kakari", PASSWORD)

        assert sixth.status_code == 429
        assert "9:30" in text_of(sixth) or "09:30" in text_of(sixth)

    def test_are_the_same_for_an_account_that_does_not_exist(self, client: Client) -> None:
        answers = [try_password(client, "nobody").status_code for _ in range(6)]

        assert answers == [200] * 5 + [429]

    def test_pass_by_themselves(self, client: Client, who: Enrolled, set_clock: SetClock) -> None:
        for _ in range(6):
            try_password(client, "kakari")

        set_clock(NOW + dt.timedelta(minutes=15, seconds=5))

        assert try_password(client, "kakari", PASSWORD)["Location"] == "/office/sign-in/code/"

    def test_reached_from_elsewhere_do_not_keep_the_owner_out_on_a_known_device(
        self, client: Client, who: Enrolled
    ) -> None:
        sign_in(client, who)
        client.post("/office/sign-out/")
        for last in range(1, 6):
            for _ in range(5):
                try_password(Client(), "kakari", REMOTE_ADDR=f"192.0.2.{last}")

        from_new_place = try_password(Client(), "kakari", PASSWORD, REMOTE_ADDR="198.51.100.7")
        from_known_device = sign_in(client, who, code=who.code(steps_ahead=1))

        assert from_new_place.status_code == 429
        assert from_known_device["Location"] == "/office/"

    def test_hold_on_a_known_device_as_well(self, client: Client, who: Enrolled) -> None:
        sign_in(client, who)
        client.post("/office/sign-out/")

        answers = [try_password(client, "kakari").status_code for _ in range(6)]

        assert answers == [200] * 5 + [429]

    def test_are_not_evaded_by_a_mark_made_up_or_of_another_account(self, client: Client, who: Enrolled) -> None:
        other = enrolled(Role.CALL_CENTRE, login_id="betsu")
        sign_in(client, other)
        client.post("/office/sign-out/")
        for _ in range(5):
            try_password(client, "kakari")

        with_others_mark = try_password(client, "kakari", PASSWORD)
        client.cookies["office_device"] = "made-up"
        with_made_up_mark = try_password(client, "kakari", PASSWORD)

        assert (with_others_mark.status_code, with_made_up_mark.status_code) == (429, 429)

    def test_stop_a_network_that_goes_through_many_accounts(self, client: Client) -> None:
        answers = [try_password(client, f"nobody-{number}").status_code for number in range(31)]

        assert answers == [200] * 30 + [429]

    def test_hold_for_codes_from_anywhere(self, client: Client, who: Enrolled) -> None:
        answers = []
        for last in range(1, 4):
            from_elsewhere = Client(REMOTE_ADDR=f"192.0.2.{last}")
            try_password(from_elsewhere, "kakari", PASSWORD)
            answers += [from_elsewhere.post("/office/sign-in/code/", {"code": "000000"}).status_code for _ in range(4)]

        assert answers == [200] * 10 + [429] * 2

    def test_are_begun_anew_by_a_right_password(self, client: Client, who: Enrolled) -> None:
        for _ in range(3):
            for _ in range(4):
                try_password(client, "kakari")
            assert try_password(client, "kakari", PASSWORD).status_code == 302

    def test_are_counted_under_digests_of_what_was_typed(self, client: Client) -> None:
        try_password(client, "my secret password typed here")

        (attempt,) = SignInAttempt.objects.all()
        assert b"secret" not in bytes(attempt.account_index)

    def test_count_the_network_before_the_proxies_that_are_ours(self, client: Client, who: Enrolled) -> None:
        """A caller can write into the header whatever they like; only what our own proxies added counts."""
        answers = [
            try_password(client, f"nobody-{number}", headers={"x-forwarded-for": f"192.0.2.{number}"}).status_code
            for number in range(31)
        ]

        assert answers[-1] == 429


class TestWhatTheLibraryWouldBring:
    def test_addresses_of_its_own_do_not_exist(self) -> None:
        names = {str(name) for name in get_resolver().reverse_dict if isinstance(name, str)}

        assert not {name for name in names if name.startswith(("account_", "mfa_"))}
        assert Client().get("/accounts/login/").status_code == 404

    def test_tables_for_addresses_in_the_clear_do_not_exist(self) -> None:
        assert [name for name in connection.introspection.table_names() if "email" in name] == []

    def test_secrets_are_encrypted_by_our_own_adapter(self) -> None:
        who = enrolled(Role.CALL_CENTRE)
        kept = Authenticator.objects.get(user=who.user, type=Authenticator.Type.TOTP)

        assert settings.MFA_ADAPTER == "pointclub.people.authenticator.EncryptingAdapter"
        assert kept.data["secret"] != who.secret
        assert authenticator.EncryptingAdapter().decrypt(kept.data["secret"]) == who.secret
