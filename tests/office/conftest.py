"""The office on the day it is looked at."""

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.utils import translation

from tests.factories.club import jst

NOW = jst("2026-11-21 09:15")


@pytest.fixture(autouse=True)
def japanese() -> Iterator[None]:
    """Begin in Japanese: a request in English leaves its language behind in this thread."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture
def office(db: None, set_clock: Callable[[dt.datetime], None]) -> None:
    """Open the office at NOW."""
    set_clock(NOW)
