"""Trying two numbers against the contracts on file, not too often (REG-1)."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from pointclub.energy.queries import find_contract
from pointclub.foundation.acts import act
from pointclub.foundation.periods import tokyo_day
from pointclub.people import services as people


@act
def try_contract(*, customer_number: str, supply_point_number: str, network: str, at: dt.datetime) -> UUID | None:
    """Return the contract that has both numbers and goes on, or nothing, which says nothing about either number.

    Each try is on file whatever comes of it, so the entrance calls this in an act of its own, before any other.

    Raises:
        TooManyAttemptsError: a limit is reached.
    """
    attempt = people.begin_attempt(step="contract", login_id=customer_number, network=network, device="", at=at)
    found = find_contract(customer_number, supply_point_number, on=tokyo_day(at))
    if found is not None:
        people.note_success(attempt=attempt, at=at)
    return found
