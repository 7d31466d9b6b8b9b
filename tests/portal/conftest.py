"""The household, and somebody of it at the screen."""

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation
from pytest_django import Settings

from pointclub.people.models import ContactAddress
from tests.factories.sign_ins import give_address, let_in
from tests.harness.mailbox import Mailbox, running_mailbox, sending_to
from tests.portal.household import NOW, Household, found_household


@pytest.fixture(autouse=True)
def japanese() -> Iterator[None]:
    """Begin in Japanese: a request in English leaves its language behind in this thread."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture
def household(db: None, set_clock: Callable[[dt.datetime], None]) -> Household:
    set_clock(NOW)
    return found_household()


@pytest.fixture
def hanako_client(household: Household, client: Client) -> Client:
    let_in(client, household.user)
    return client


@pytest.fixture
def mailbox(settings: Settings) -> Iterator[Mailbox]:
    """Give a mail server to which the settings send."""
    with running_mailbox() as mailbox:
        settings.ENVIRONMENT = sending_to(mailbox.url)
        yield mailbox


@pytest.fixture
def address(household: Household) -> ContactAddress:
    """Give Hanako an e-mail address, proved."""
    return give_address(household.user)
