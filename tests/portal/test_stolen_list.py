"""A list of stolen passwords is tried from many networks: it opens nothing, and staff hear of it (REG-8, MEM-6)."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from django.test import Client

from pointclub.membership import services as membership
from pointclub.people.models import SignIn, SignInAlarm, SignInAttempt
from pointclub.people.rules.attempts import ALARMS, Step
from pointclub.rewards.models import RedemptionOrder
from tests.factories.club import STAFF
from tests.factories.sign_ins import give_address, know
from tests.portal.household import JOINED_AT, PASSWORD, Household, register

pytestmark = [pytest.mark.django_db, pytest.mark.rule("REG-8", "MEM-6")]

_FROM_NETWORKS = 200
# How many pairs, and one in how many is right: few enough to be quick, or what a real robbery takes.
_QUICK = (40, 20)
_IN_FULL = (10_000, 100)


def test_of_the_stolen_pairs_none_opens_a_page_and_the_alarm_is_raised(household: Household, deep: bool) -> None:
    pairs, one_in = _IN_FULL if deep else _QUICK
    valid = {f"member{number:04d}": PASSWORD for number in range(pairs // one_in)}
    for login_id in valid:
        user = register("見本 会員", login_id)
        membership.admit(person=user.person, at=JOINED_AT, actor=STAFF)
        give_address(user, f"{login_id}@example.com")
    tried = [*valid, *(f"nobody{number:05d}" for number in range(pairs - len(valid)))]
    random.Random(20261122).shuffle(tried)  # noqa: S311 -- An order, not a secret.
    answers: Counter[str] = Counter()
    opened = 0

    for number, login_id in enumerate(tried):
        network = number % _FROM_NETWORKS
        thief = Client(REMOTE_ADDR=f"198.51.100.{network}" if network < 100 else f"203.0.113.{network}")
        response = thief.post("/sign-in/", {"login_id": login_id, "password": valid.get(login_id, "stolen1")})
        answers[response.get("Location", str(response.status_code))] += 1
        opened += thief.get("/").status_code == 200

    assert opened == 0
    assert set(answers) <= {"200", "429", "/sign-in/code/"}
    assert answers["/sign-in/code/"] <= len(valid)
    assert not SignIn.objects.exists()
    assert not RedemptionOrder.objects.exists()
    tries_of_an_account = Counter(
        bytes(index) for index in SignInAttempt.objects.values_list("account_index", flat=True)
    )
    assert max(tries_of_an_account.values()) <= 5
    if deep:
        assert SignInAlarm.objects.earliest("raised_at").wrong_tries >= ALARMS[Step.MEMBER].most

    own = Client()
    know(own, household.user)
    assert own.post("/sign-in/", {"login_id": "hanako", "password": PASSWORD})["Location"] == "/"
