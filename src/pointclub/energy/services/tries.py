"""Trying two numbers against the contracts on file, not too often (REG-1)."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from pointclub.energy.models import ContractTry
from pointclub.energy.queries import find_contract
from pointclub.energy.rules.tries import LIMITS, Limit, Scope
from pointclub.foundation.acts import act
from pointclub.foundation.periods import tokyo_day
from pointclub.foundation.refusals import UnavailableError
from pointclub.people.personal_data import blind_index

_LONGEST_NETWORK = 43


class TooManyContractTriesError(UnavailableError):
    """It was tried too often; nothing was looked at. The same for numbers that exist and for others."""

    code = "too_many_contract_tries"

    def __init__(self, *, retry_at: dt.datetime) -> None:
        """Carry the instant from which the next try is looked at."""
        self.retry_at = retry_at
        message = "There were too many attempts. Please wait until the time given, and try again."
        super().__init__(message, retry_at=retry_at.isoformat())


@act
def try_contract(*, customer_number: str, supply_point_number: str, network: str, at: dt.datetime) -> UUID | None:
    """Return the contract that has both numbers and goes on, or nothing, which says nothing about either number.

    Each try is on file whatever comes of it, so the entrance calls this in an act of its own, before any other.

    Raises:
        TooManyContractTriesError: a limit is reached.
    """
    tried = ContractTry(
        customer_index=blind_index(customer_number, of="contract_try"), network=network[:_LONGEST_NETWORK], tried_at=at
    )
    _wait_for_others(tried)
    for limit in LIMITS:
        wrong = list(_wrong_tries(tried, limit).values_list("tried_at", flat=True)[: limit.most])
        if len(wrong) == limit.most:
            raise TooManyContractTriesError(retry_at=wrong[-1] + limit.within)
    found = find_contract(customer_number, supply_point_number, on=tokyo_day(at))
    tried.matched_at = None if found is None else at
    tried.save(force_insert=True)
    return found


def _wait_for_others(tried: ContractTry) -> None:
    """Let tries of the same number or network come one by one, in an order that forms no ring."""
    network = blind_index(tried.network, of="contract_try_network")
    names = {int.from_bytes(index[:8], signed=True) for index in (tried.customer_index, network)}
    with connection.cursor() as cursor:
        for name in sorted(names):
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [name])


def _wrong_tries(tried: ContractTry, limit: Limit) -> QuerySet[ContractTry]:
    """Return what counts against the limit, the latest first."""
    wrong = ContractTry.objects.filter(matched_at__isnull=True, tried_at__gt=tried.tried_at - limit.within)
    if limit.scope is Scope.CUSTOMER:
        wrong = wrong.filter(customer_index=tried.customer_index)
    else:
        wrong = wrong.filter(network=tried.network)
    return wrong.order_by("-tried_at")
