"""Who finds all places taken in which passwords are hashed is asked to come again, and types nothing twice (REG-8)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from django.test import Client

from pointclub.membership.models import Registration
from pointclub.people import passwords
from pointclub.people.models import SignInAttempt, User
from pointclub.people.services import draw_recovery_link
from tests.factories.old_members import OLD_NUMBER, OLD_PASSWORD, old_member_on_file
from tests.factories.sign_ins import let_in
from tests.portal.details.conftest import show_proof
from tests.portal.household import NOW, PASSWORD, Household
from tests.portal.registration import newcomer
from tests.portal.registration.newcomer import FOR_THE_CLUB, path_of, shown_in, text_of, value_in
from tests.portal.registration.test_joining import CHECK, DONE, JOIN, TO_JOIN, press

pytestmark = [pytest.mark.django_db, pytest.mark.rule("REG-8")]
PAIR = {"old_number": OLD_NUMBER, "old_password": OLD_PASSWORD}
Hashing = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def hashing_elsewhere(monkeypatch: pytest.MonkeyPatch) -> Hashing:
    """Return what lets other requests hold the one place in which passwords are hashed."""
    monkeypatch.setattr(passwords, "LONGEST_WAIT_SECONDS", 0.01)
    monkeypatch.setattr(passwords, "_HASHES_AT_A_TIME", threading.BoundedSemaphore(1))

    @contextmanager
    def hashing() -> Iterator[None]:
        is_held, free = threading.Event(), threading.Event()

        def hold() -> None:
            with passwords.place_to_hash():
                is_held.set()
                free.wait(20)

        holder = threading.Thread(target=hold)
        holder.start()
        is_held.wait(20)
        yield
        free.set()
        holder.join()

    return hashing


def asks_to_come_again(page: Any) -> bool:
    return (page.status_code, page["Retry-After"]) == (503, "60") and "1分ほど" in text_of(page)


@pytest.mark.usefixtures("household")
class TestANewcomer:
    def test_keeps_the_form_when_the_old_password_is_not_looked_at(
        self, client: Client, hashing_elsewhere: Hashing
    ) -> None:
        old_member_on_file()
        shown = shown_in(newcomer.open_form(client))
        typed = {**newcomer.BASIC, **FOR_THE_CLUB, **PAIR, "shown": shown, "then": "check"}

        with hashing_elsewhere():
            page = client.post("/register/details/", typed)

        assert asks_to_come_again(page)
        for name in ("name", "given_name", "mail", "old_number", "street"):
            assert value_in(page, name) == typed[name]
        assert [value_in(page, name) for name in ("password", "old_password")] == ["", ""]
        assert not SignInAttempt.objects.filter(step="old_pair").exists()
        typed |= {"password": "", "password_again": ""}
        assert path_of(client.post("/register/details/", typed, follow=True)) == "/register/check/"

    def test_presses_the_last_button_again_and_is_registered(self, client: Client, hashing_elsewhere: Hashing) -> None:
        check_page = newcomer.fill_in(client)

        with hashing_elsewhere():
            page = newcomer.confirm(client, check_page)

        assert asks_to_come_again(page)
        assert newcomer.BASIC["street"] in text_of(page)
        assert newcomer.PASSWORD not in text_of(page)
        assert not Registration.objects.exists()
        assert path_of(newcomer.confirm(client, page)) == "/register/done/"


@pytest.mark.usefixtures("household")
def test_who_joins_later_keeps_the_form_when_the_old_password_is_not_looked_at(
    client: Client, hashing_elsewhere: Hashing
) -> None:
    old_member_on_file()
    newcomer.register(client)
    typed = {**TO_JOIN, **PAIR, "shown": shown_in(client.get(JOIN)), "then": "check"}

    with hashing_elsewhere():
        page = client.post(JOIN, typed)

    assert asks_to_come_again(page)
    for name in ("family_name", "given_name", "old_number"):
        assert value_in(page, name) == typed[name]
    assert value_in(page, "old_password") == ""
    assert not SignInAttempt.objects.filter(step="own_pair").exists()
    check_page = client.post(JOIN, typed, follow=True)
    assert path_of(check_page) == CHECK
    assert path_of(press(client, check_page)) == DONE


class TestAMember:
    @pytest.fixture
    def hers(self, household: Household, client: Client) -> Client:
        let_in(client, household.user)
        show_proof(client)
        return client

    @pytest.mark.usefixtures("household")
    def test_brings_old_points_over_a_minute_later(self, hers: Client, hashing_elsewhere: Hashing) -> None:
        old_member_on_file()

        with hashing_elsewhere():
            page = hers.post("/old-points/", PAIR)

        assert asks_to_come_again(page)
        assert [value_in(page, name) for name in PAIR] == [OLD_NUMBER, ""]
        assert not SignInAttempt.objects.filter(step="own_pair").exists()

    @pytest.mark.parametrize(
        ("path", "typed"),
        [
            ("/account/password/", {"password": "asahi2026", "again": "asahi2026"}),
            ("/account/proof/", {"password": PASSWORD}),
            ("/details/keyword/", {"keyword": "こもれび"}),
        ],
    )
    def test_is_told_so_wherever_a_hash_is_needed(
        self, hers: Client, hashing_elsewhere: Hashing, path: str, typed: dict[str, str]
    ) -> None:
        with hashing_elsewhere():
            page = hers.post(path, typed)

        assert asks_to_come_again(page)
        assert hers.post(path, typed).status_code == 302

    def test_uses_a_mailed_link_a_minute_later(
        self, client: Client, household: Household, hashing_elsewhere: Hashing
    ) -> None:
        path = f"/recover/{draw_recovery_link(user=household.user, at=NOW)}/"
        typed = {"password": "asahi2026", "again": "asahi2026"}

        with hashing_elsewhere():
            page = client.post(path, typed)

        assert asks_to_come_again(page)
        assert client.post(path, typed).status_code == 302
        assert User.objects.get(login_id="hanako").check_password("asahi2026")
