"""Energy contracts for tests, on file as the billing system would have sent them."""

from __future__ import annotations

import datetime as dt
import itertools
from uuid import UUID

from pointclub.energy import services as energy
from pointclub.energy.models import EnergyContract
from pointclub.files import services as files
from pointclub.files.queries import ImportState, get_import
from tests.factories.club import STAFF, jst
from tests.factories.feed_files import FeedFile

COLUMNS = (
    "reference",
    "kind",
    "customer_number",
    "supply_point_number",
    "menu_code",
    "holder_name",
    "starts_on",
    "ends_on",
    "changed_at",
)
CUSTOMER = "11222233334444"
SUPPLY_POINT = "0600112222333344440001"

_SEQUENCE = itertools.count(1)


def contract_row(  # noqa: PLR0913 -- A row has its columns.
    reference: str = "C-1",
    *,
    kind: str = "electricity",
    customer: str = CUSTOMER,
    supply_point: str = SUPPLY_POINT,
    menu: str = "juryo-a",
    holder: str = "見本 花子",
    starts_on: str = "2020-04-01",
    ends_on: str = "",
    changed_at: str = "2026-03-01T09:00:00",
) -> tuple[str, ...]:
    return (reference, kind, customer, supply_point, menu, holder, starts_on, ends_on, changed_at)


def send_contracts(*rows: tuple[str, ...], at: dt.datetime | None = None) -> ImportState:
    """Take in a file with these rows; each call is the sender's next file."""
    file = FeedFile("billing", rows, next(_SEQUENCE), "contracts", COLUMNS, ())
    incoming = files.IncomingFile(file.stream(), "contracts.csv", accepts_gap=True)
    *_, last = energy.import_contracts(incoming, at=at or jst("2026-03-02 04:00"), actor=STAFF)
    return get_import(last.file_id)


def contract_on_file(reference: str = "C-1", **facts: str) -> UUID:
    """Put one contract on file and return its id."""
    state = send_contracts(contract_row(reference, **facts))
    assert state.accepted == 1
    return EnergyContract.objects.get(reference=reference).id
