"""What is the same for every test, and so is worked out once a process or at a price that tests can pay.

At full counts nothing is spared: there, passwords cost what they cost in service.
"""

from collections.abc import Iterator

import pytest
from whitenoise.middleware import WhiteNoiseMiddleware  # type: ignore[import-untyped]  # it brings no types

from pointclub.people.passwords import PepperedArgon2PasswordHasher
from tests.harness.counts import is_deep

_LEAST_COST = {"time_cost": 1, "memory_cost": 8}
_COST_IN_SERVICE = {name: getattr(PepperedArgon2PasswordHasher, name) for name in _LEAST_COST}


@pytest.fixture(scope="session", autouse=True)
def static_files_found_once() -> Iterator[None]:
    """Look for the static files once: each client of a test has a chain of middleware of its own, which would."""
    found: dict[str, object] = {}

    look_for = WhiteNoiseMiddleware.add_files_from_finders

    def look_once(self: WhiteNoiseMiddleware) -> None:
        if not found:
            look_for(self)
            found.update(self.files)
        self.files.update(found)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", look_once)
        yield


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """Hash passwords at the least cost that there is."""
    with pytest.MonkeyPatch.context() as patch:
        if not is_deep():
            _set_cost(patch, _LEAST_COST)
        yield


@pytest.fixture
def passwords_at_full_cost(cheap_passwords: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash passwords at the cost that they have in service."""
    _set_cost(monkeypatch, _COST_IN_SERVICE)


def _set_cost(patch: pytest.MonkeyPatch, cost: dict[str, int]) -> None:
    for name, value in cost.items():
        patch.setattr(PepperedArgon2PasswordHasher, name, value)
