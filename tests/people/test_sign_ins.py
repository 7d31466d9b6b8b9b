"""Login IDs are unique in whatever case, and passwords cost what they should to guess."""

import threading
import time
from collections.abc import Callable
from typing import Any

import argon2
import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import Argon2PasswordHasher, check_password, identify_hasher, make_password
from django.db import IntegrityError

from pointclub.people import passwords, queries
from pointclub.people import services as people
from pointclub.people.models import Person, User
from tests.factories.club import STAFF, jst

AT = jst("2026-04-01 12:00")
PASSWORD = "hidamari7asa"
SetKeys = Callable[..., None]


@pytest.fixture
def hanako(db: None) -> Person:
    return people.record_person(name="山田 花子", at=AT, actor=STAFF)


@pytest.fixture
def taro(db: None) -> Person:
    return people.record_person(name="山田 太郎", at=AT, actor=STAFF)


def register(person: Person, login_id: str, **facts: Any) -> User:
    return people.register_user(person=person, login_id=login_id, at=AT, actor=STAFF, **{"password": None} | facts)


class TestLoginIds:
    @pytest.mark.parametrize("again", ["hanako", "HANAKO", "Hanako"])
    def test_are_taken_in_whatever_case(self, hanako: Person, taro: Person, again: str) -> None:
        register(hanako, "Hanako")

        with pytest.raises(people.LoginIdTakenError) as refusal:
            register(taro, again)

        assert refusal.value.details == {"login_id": again}
        assert User.objects.get().login_id == "hanako"

    def test_are_kept_in_lower_case_by_the_database_too(self, hanako: Person) -> None:
        with pytest.raises(IntegrityError, match="login_id_is_kept_in_lower_case"):
            User.objects.create(person=hanako, login_id="Hanako", registered_at=AT)

    def test_find_staff_in_whatever_case(self, hanako: Person) -> None:
        user = register(hanako, "tanto-1", is_staff=True)

        assert queries.get_staff("TANTO-1") == user

    @pytest.mark.parametrize("facts", [{"is_staff": False}, {"is_staff": True, "is_active": False}])
    def test_find_no_staff_who_are_not_or_have_left(self, hanako: Person, facts: dict[str, bool]) -> None:
        user = register(hanako, "tanto-1")
        User.objects.filter(id=user.id).update(**facts)

        with pytest.raises(queries.UnknownStaffError):
            queries.get_staff("tanto-1")


@pytest.mark.django_db
class TestSigningIn:
    def test_takes_the_password_and_no_other(self, hanako: Person) -> None:
        user = register(hanako, "hanako", password=PASSWORD)

        assert authenticate(username="hanako", password=PASSWORD) == user
        assert authenticate(username="hanako", password=PASSWORD.title()) is None

    def test_without_a_password_is_not_possible(self, hanako: Person) -> None:
        user = register(hanako, "hanako")

        assert not user.has_usable_password()
        assert authenticate(username="hanako", password="") is None


class TestPasswords:
    @pytest.mark.usefixtures("passwords_at_full_cost")
    def test_are_hashed_by_argon2id_with_the_agreed_cost(self) -> None:
        algorithm, hashed = make_password(PASSWORD).split("$", 1)

        parameters = argon2.extract_parameters("$" + hashed)

        assert algorithm == "argon2_peppered"
        assert parameters.type is argon2.Type.ID
        assert (parameters.memory_cost, parameters.time_cost, parameters.parallelism) == (19 * 1024, 2, 1)

    def test_have_a_salt_of_their_own(self) -> None:
        assert make_password(PASSWORD) != make_password(PASSWORD)

    def test_do_not_verify_under_another_pepper(self, set_keys: SetKeys) -> None:
        hashed = make_password(PASSWORD)
        assert check_password(PASSWORD, hashed)

        set_keys(password_pepper="another pepper of the same length")

        assert not check_password(PASSWORD, hashed)

    def test_do_not_verify_without_the_pepper(self) -> None:
        _, hashed = make_password(PASSWORD).split("$", 1)

        with pytest.raises(argon2.exceptions.VerifyMismatchError):
            argon2.PasswordHasher().verify("$" + hashed, PASSWORD)

    def test_of_an_older_cost_are_hashed_anew_at_the_next_sign_in(self, monkeypatch: pytest.MonkeyPatch) -> None:
        cheap = make_password(PASSWORD)
        monkeypatch.setattr(passwords.PepperedArgon2PasswordHasher, "time_cost", 3)
        anew: list[str] = []

        assert check_password(PASSWORD, cheap, setter=anew.append)

        assert anew == [PASSWORD]

    @pytest.mark.parametrize("act", ["encode", "verify"])
    def test_are_hashed_four_at_a_time_at_most(self, monkeypatch: pytest.MonkeyPatch, act: str) -> None:
        hasher = identify_hasher(make_password(PASSWORD))
        at_once: list[int] = []
        running: list[None] = []

        def look(*_: object) -> bool:
            running.append(None)
            at_once.append(len(running))
            time.sleep(0.02)
            running.pop()
            return True

        monkeypatch.setattr(Argon2PasswordHasher, act, look)
        threads = [threading.Thread(target=getattr(hasher, act), args=(PASSWORD, "salt")) for _ in range(16)]

        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert len(at_once) == 16
        assert max(at_once) == 4
