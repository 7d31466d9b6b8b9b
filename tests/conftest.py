"""What every test stands on: fixtures by subject, the counts of long properties, and a clean environment."""

import datetime as dt
import os
import signal
from collections.abc import Callable

import hypothesis
import pytest
from pytest_django import Settings

from pointclub.foundation import clock
from tests.harness.counts import is_deep

pytest_plugins = ("tests.harness.databases", "tests.harness.browser", "tests.harness.thrift")

_QUICK = hypothesis.settings(deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.register_profile("quick", _QUICK)
hypothesis.settings.register_profile("deep", _QUICK, max_examples=2_000, print_blob=True)


def pytest_configure() -> None:
    """Choose the counts, and refuse an environment under which the tests would judge something else."""
    # Started in the background, the tests hand an ignored Ctrl-C on to the programs that they send one to.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    hypothesis.settings.load_profile("deep" if is_deep() else "quick")
    stray = sorted(name for name in os.environ if name.startswith("POINTCLUB_") and name != "POINTCLUB_TEST_DEEP")
    if stray:
        pytest.exit(f"The tests bring their own settings; unset {', '.join(stray)}.", returncode=2)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that no worker is left alone with it at the end."""
    long = (
        "tests/faults",
        "tests/model/test_ledger",
        "tests/explain/test_whole",
        "tests/traps/test_t04",
        "tests/jobs/test_killed",
        "tests/traps/test_t09",
    )
    items.sort(key=lambda item: not item.nodeid.startswith(long))


@pytest.fixture
def deep() -> bool:
    """Tell whether long properties run at their full counts."""
    return is_deep()


@pytest.fixture
def set_clock(settings: Settings) -> Callable[[dt.datetime], None]:
    """Let a test set business time; it runs on from there."""

    def set_to(at: dt.datetime) -> None:
        settings.BUSINESS_TIME_STARTS_AT = at - clock.since_first_reading()

    return set_to
