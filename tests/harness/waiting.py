"""Waiting for something to become true, for so long and no longer."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

_LOOK_EVERY_SECONDS = 0.02


def wait_until(is_true: Callable[[], object], what: str, *, seconds: float = 120) -> None:
    """Return as soon as it is true; fail the test where it does not become so."""
    deadline = time.monotonic() + seconds
    while not is_true():
        if time.monotonic() > deadline:
            pytest.fail(f"In {seconds} seconds it did not come to this: {what}.")
        time.sleep(_LOOK_EVERY_SECONDS)
