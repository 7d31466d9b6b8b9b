"""The household, and somebody of it at the screen."""

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

from tests.factories.sign_ins import let_in
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
