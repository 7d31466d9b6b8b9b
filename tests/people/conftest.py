"""Keys that a test may change."""

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest
from pytest_django import Settings

KEY_OF_LAST_YEAR = bytes(range(32))
KEY_OF_THIS_YEAR = bytes(range(32, 64))


@pytest.fixture
def set_keys(settings: Settings) -> Callable[..., None]:
    """Let a test start anew with other keys: `personal_data_keys`, `blind_index_key`, `password_pepper`."""

    def set_to(**keys: Any) -> None:
        settings.ENVIRONMENT = dataclasses.replace(settings.ENVIRONMENT, **keys)

    return set_to
