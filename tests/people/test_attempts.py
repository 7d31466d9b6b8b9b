"""Tries are counted by account, browser and network, and by what lies around a network (REG-8)."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterable
from typing import Any

import pytest

from pointclub.people import passwords
from pointclub.people import services as people
from pointclub.people.models import SignInAlarm, SignInAttempt
from pointclub.people.rules.attempts import Step
from pointclub.people.rules.networks import around
from tests.factories.club import jst
from tests.factories.old_members import verifier

pytestmark = pytest.mark.rule("REG-8")
AT = jst("2026-04-01 12:00")


@pytest.mark.parametrize(
    ("network", "expected"),
    [
        ("192.0.2.77", ("192.0.2.0/24", "192.0.2.0/24")),
        ("2001:db8:1:2ff::/64", ("2001:db8:1:200::/56", "2001:db8:1::/48")),
        ("unknown", ("unknown", "unknown")),
    ],
)
def test_a_network_lies_in_larger_ones(network: str, expected: tuple[str, str]) -> None:
    assert around(network) == expected


def tries_before_refusal(networks: Iterable[str], *, step: Step) -> int:
    """Try another account from each network until there is a refusal; return how many tries found room."""
    for number, network in enumerate(networks):
        try:
            people.begin_attempt(step=step, login_id=f"m{number}", network=network, device="", at=AT)
        except people.TooManyEverywhereError:
            pytest.fail("The limit of the whole club was reached.")
        except people.TooManyAttemptsError:
            return number
    pytest.fail("All tries found room.")


def file_tries(count: int, *, step: Step) -> None:
    """Put wrong tries on file, from everywhere."""
    SignInAttempt.objects.bulk_create(
        SignInAttempt(step=step, account_index=b"%d" % each, network=f"n{each}", site="s", block="b", tried_at=AT)
        for each in range(count)
    )


@pytest.mark.django_db
class TestOneCustomerOfAProvider:
    def test_with_many_addresses_is_stopped_long_before_the_club_is(self) -> None:
        of_a_24 = [f"192.0.2.{number % 250}" for number in range(200)]
        of_a_56 = [f"2001:db8:1:{number % 250:x}::/64" for number in range(200)]
        of_a_48 = [f"2001:db8:2:{number % 250:x}00::/64" for number in range(400)]

        room = [tries_before_refusal(networks, step=Step.MEMBER) for networks in (of_a_24, of_a_56, of_a_48)]

        assert room == [150, 150, 300]


@pytest.mark.django_db
class TestTheLimitOfTheWholeClub:
    def test_lets_strangers_wait_and_says_until_when(self) -> None:
        file_tries(1_000, step=Step.RECOVERY)

        with pytest.raises(people.TooManyEverywhereError) as refusal:
            people.begin_attempt(step="recovery", login_id="a@example.com", network="192.0.2.1", device="", at=AT)

        assert refusal.value.retry_at == AT + dt.timedelta(hours=1)

    def test_lets_browsers_that_are_known_go_on_and_whoever_chooses_another_login_id(self) -> None:
        file_tries(3_000, step=Step.MEMBER)

        people.begin_attempt(step="member", login_id="hanako", network="192.0.2.1", device="known", at=AT)
        people.begin_attempt(step="own_id", login_id="hanako", network="192.0.2.1", device="", at=AT)

    @pytest.mark.parametrize("step", [Step.LOGIN_ID, Step.OLD_PAIR, Step.OWN_PAIR, Step.CONTRACT])
    def test_is_none_where_no_known_browser_could_go_on_meanwhile(self, step: Step) -> None:
        file_tries(3_000, step=step)

        people.begin_attempt(step=step, login_id="hanako", network="192.0.2.1", device="", at=AT)

        assert SignInAlarm.objects.get().step == step

    def test_is_told_to_staff_before_it_is_reached(self) -> None:
        file_tries(299, step=Step.RECOVERY)
        people.begin_attempt(step="recovery", login_id="a@example.com", network="192.0.2.1", device="", at=AT)

        alarm = SignInAlarm.objects.get()
        assert (alarm.step, alarm.wrong_tries, alarm.within_minutes) == ("recovery", 300, 60)


@pytest.mark.django_db
@pytest.mark.parametrize("step", [Step.OLD_PAIR, Step.CONTRACT])
def test_five_wrong_tries_of_a_number_keep_nobody_out_of_it_elsewhere(step: Step) -> None:
    facts: dict[str, Any] = {"step": step, "login_id": "AB120045", "device": "", "at": AT}
    for _ in range(5):
        people.begin_attempt(network="198.51.100.7", **facts)

    with pytest.raises(people.TooManyAttemptsError):
        people.begin_attempt(network="198.51.100.7", **facts)
    for number in range(15):
        people.begin_attempt(network=f"203.0.{number}.7", **facts)
    with pytest.raises(people.TooManyAttemptsError):
        people.begin_attempt(network="192.0.2.1", **facts)


@pytest.mark.django_db
def test_right_tries_have_a_limit_too() -> None:
    facts: dict[str, Any] = {"step": "member", "login_id": "hanako", "network": "192.0.2.1", "at": AT}
    for _ in range(60):
        people.note_success(attempt=people.begin_attempt(device="known", **facts), at=AT)

    with pytest.raises(people.TooManyAttemptsError):
        people.begin_attempt(device="known", **facts)
    people.begin_attempt(device="another", **facts)


def test_hashing_gives_up_where_no_place_becomes_free(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "LONGEST_WAIT_SECONDS", 0.01)
    free = threading.Event()
    holders = [threading.Thread(target=_hold, args=(free,)) for _ in range(4)]
    for holder in holders:
        holder.start()

    with pytest.raises(passwords.HashesBusyError), passwords.place_to_hash():
        pytest.fail("There was a fifth place.")

    free.set()
    for holder in holders:
        holder.join()
    with passwords.place_to_hash(), passwords.place_to_hash():
        pass


@pytest.mark.rule("REG-6")
def test_another_systems_hash_waits_no_longer_for_a_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "LONGEST_WAIT_SECONDS", 0.01)
    free = threading.Event()
    holders = [threading.Thread(target=_hold, args=(free,)) for _ in range(4)]
    for holder in holders:
        holder.start()
    threading.Timer(2, free.set).start()

    with pytest.raises(passwords.HashesBusyError):
        passwords.verifies_elsewhere("x", verifier())

    free.set()
    for holder in holders:
        holder.join()


def _hold(until: threading.Event) -> None:
    with passwords.place_to_hash():
        until.wait(20)
