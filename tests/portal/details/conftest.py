"""Hanako with all of her details, a proved address, and a fresh proof or none."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from pointclub.people import services as people
from pointclub.people.models import Person
from pointclub.people.rules.personal_fields import PersonalField as Field
from pointclub.portal import entering
from tests.factories.club import STAFF
from tests.factories.sign_ins import give_address
from tests.portal.household import JOINED_AT, NOW, Household

REGISTERED = {
    Field.FAMILY_NAME: "山田",
    Field.GIVEN_NAME: "花子",
    Field.KANA: "ヤマダ ハナコ",
    Field.BIRTH_DATE: "1980-04-01",
    Field.SEX: "f",
    Field.POSTAL_CODE: "5300005",
    Field.PREFECTURE: "大阪府",
    Field.TOWN: "大阪市北区中之島",
    Field.STREET: "１－２－２２",
    Field.BUILDING: "見本ビル３０１号",
    Field.MOBILE: "09012345678",
    Field.NICKNAME: "ひだまり花子",
}


def show_proof(client: Client, *, at: dt.datetime = NOW) -> None:
    """Note that the password was shown just now."""
    session = client.session
    session[entering._PROVED_AT] = at.isoformat()
    session.save()


@pytest.fixture
def hanako(household: Household) -> Person:
    person = household.user.person
    people.record_personal_data(person=person, values=REGISTERED, at=JOINED_AT, actor=STAFF)
    people.set_identity_keyword(person=person, keyword="みけのたま", at=JOINED_AT, actor=STAFF)
    give_address(household.user)
    return person


@pytest.fixture
def browser_in(hanako: Person, hanako_client: Client) -> Client:
    """Return a browser in which Hanako is, without a fresh proof."""
    return hanako_client


@pytest.fixture
def proved(browser_in: Client) -> Client:
    """Return a browser in which Hanako is and has just shown her password."""
    show_proof(browser_in)
    return browser_in


@pytest.fixture
def later(set_clock: Callable[[dt.datetime], None]) -> Callable[..., None]:
    """Let time pass, counted from the day's beginning."""

    def pass_by(**delta: float) -> None:
        set_clock(NOW + dt.timedelta(**delta))

    return pass_by
