"""Contracts on file, found by both numbers or by whom they are linked to."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from uuid import UUID

from pointclub.energy.models import ContractLink, ContractVersion, index_of
from pointclub.energy.rules.numbers import grouped_customer_number


@dataclass(frozen=True, slots=True)
class Contract:
    """A contract as its latest version tells of it; in a log it shows no number."""

    id: UUID
    kind: ContractVersion.Kind
    menu_code: str
    starts_on: dt.date
    ends_on: dt.date | None
    customer_number: str = field(repr=False)


def find_contract(customer_number: str, supply_point_number: str, *, on: dt.date) -> UUID | None:
    """Return the contract that has both numbers now and goes on that day; which of them was wrong is told to nobody."""
    for version in ContractVersion.objects.filter(numbers_index=index_of(customer_number, supply_point_number)):
        latest = current_version(version.contract_id)
        if latest is not None and latest.id == version.id and latest.holds_on(on):
            return version.contract_id
    return None


def list_contracts_of(person_id: UUID) -> list[Contract]:
    """Return the contracts that a person uses the portal for, in the order in which they were linked."""
    links = ContractLink.objects.filter(person_id=person_id, ended_at__isnull=True).order_by("linked_at", "id")
    versions = [current_version(link.contract_id) for link in links]
    return [_described(version) for version in versions if version is not None]


def current_version(contract_id: UUID) -> ContractVersion | None:
    """Return what the billing system said last, by its own clock."""
    return ContractVersion.objects.filter(contract_id=contract_id).order_by("changed_at").last()


def _described(version: ContractVersion) -> Contract:
    return Contract(
        id=version.contract_id,
        kind=ContractVersion.Kind(version.kind),
        menu_code=version.menu_code,
        starts_on=version.starts_on,
        ends_on=version.ends_on,
        customer_number=grouped_customer_number(version.read_customer_number()),
    )
