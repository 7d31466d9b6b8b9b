"""Today, and time that passes."""

import datetime as dt
from collections.abc import Callable

import pytest

from tests.portal.household import NOW, Household, register


@pytest.fixture
def today(household: Household) -> Household:
    """Let the pages open on the day of the household, whose `hanako` has a login ID."""
    return household


@pytest.fixture
def later(set_clock: Callable[[dt.datetime], None]) -> Callable[..., None]:
    """Let time pass, counted from the day's beginning."""

    def pass_by(**delta: float) -> None:
        set_clock(NOW + dt.timedelta(**delta))

    return pass_by


@pytest.fixture
def takers() -> Callable[[int], list[str]]:
    """Give login IDs to others."""

    def take(count: int) -> list[str]:
        login_ids = [f"taken{number:03}" for number in range(count)]
        for login_id in login_ids:
            register("見本 一郎", login_id)
        return login_ids

    return take
