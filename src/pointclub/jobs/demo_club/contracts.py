"""Energy contracts that nobody has: one is hanako's, the others wait for whoever registers with them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from pointclub.energy import services as energy
from pointclub.energy.models import ContractLink, EnergyContract
from pointclub.energy.rules.numbers import grouped_customer_number
from pointclub.files.rules.feeds import CONTRACTS
from pointclub.foundation import actors
from pointclub.foundation.periods import tokyo_day
from pointclub.jobs.demo_club.desks import actor_at
from pointclub.jobs.demo_club.feeds import file_of
from pointclub.people.models import Person
from pointclub.people.rules.permissions import Role

_MENUS = ("electricity", "juryo-a"), ("electricity", "yoru-toku"), ("gas", "gas-ippan"), ("electricity", "juryo-b")
_SUPPLY_POINTS = {"electricity": "060000000000000000{:04d}", "gas": "0000000000000{:04d}"}


@dataclass(frozen=True, slots=True)
class ContractOnFile:
    """What stands on the bill of a contract of the made-up club."""

    reference: str
    kind: str
    menu_code: str
    customer_number: str
    supply_point_number: str


ON_FILE = tuple(
    ContractOnFile(
        reference=f"DEMO-{count}",
        kind=kind,
        menu_code=menu,
        customer_number=f"{count:014d}",
        supply_point_number=_SUPPLY_POINTS[kind].format(count),
    )
    for count, (kind, menu) in enumerate(_MENUS, start=1)
)


def bring_contracts_in(hanako: Person, *, at: dt.datetime) -> None:
    """Take in the file that the billing system would send, and let hanako use the portal for the first contract."""
    today = tokyo_day(at)
    began_on = today.replace(year=today.year - 2, day=1)
    rows = [
        (one.reference, one.kind, one.customer_number, one.supply_point_number, one.menu_code, "", began_on, "", at)
        for one in ON_FILE
    ]
    incoming = file_of(CONTRACTS, rows, sender="billing", on=today)
    for _ in energy.import_contracts(incoming, at=at, actor=actor_at(Role.ACCOUNTING)):
        pass
    first = EnergyContract.objects.get(reference=ON_FILE[0].reference)
    energy.link_contract(contract_id=first.id, person=hanako, at=at, actor=actors.system("demo"))


def find_free_numbers() -> tuple[str, str] | None:
    """Return customer and supply-point number of a contract that nobody has registered yet, as on a bill."""
    linked = ContractLink.objects.filter(ended_at__isnull=True).values_list("contract__reference", flat=True)
    loaded = EnergyContract.objects.values_list("reference", flat=True)
    free = set(loaded) - set(linked)
    for one in ON_FILE:
        if one.reference in free:
            return grouped_customer_number(one.customer_number), one.supply_point_number
    return None
