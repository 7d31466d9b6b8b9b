"""Contracts by file, as the billing system tells of them (FIL-1)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from pointclub.energy.models import ContractVersion, EnergyContract
from pointclub.energy.rules.numbers import customer_number, supply_point_number
from pointclub.files import services as files
from pointclub.files.rules.feeds import CONTRACTS
from pointclub.files.rules.outcomes import Bad, KnownBefore, Outcome, ReadableRow, Taken
from pointclub.foundation.actors import Actor
from pointclub.people.personal_data import blind_index
from pointclub.people.rules.field_errors import FieldError


def import_contracts(incoming: files.IncomingFile, *, at: dt.datetime, actor: Actor) -> Iterator[files.Progress]:
    """Take in a file of contracts, yielding after each chunk of rows; stopped anywhere, it goes on from there.

    Of what is said of one contract the latest by the sender's clock counts, in whatever order it comes; what was said
    before stays on file.

    Raises:
        BrokenFileError: the file is not whole; nothing was taken in.
        SequenceReusedError, SequenceGapError, EarlierFileUnfinishedError: it is not the sender's next file.
    """
    return files.import_file(incoming, feed=CONTRACTS, judge_of=lambda _: _Versions(at), at=at, actor=actor)


class _Versions:
    """Keeps rows as what was said of a contract."""

    def __init__(self, at: dt.datetime) -> None:
        self._at = at

    def __call__(self, rows: Sequence[ReadableRow]) -> list[Outcome]:
        return [self._keep(row) for row in rows]

    def _keep(self, row: ReadableRow) -> Outcome:
        try:
            customer = customer_number(row.text("customer_number"))
            supply_point = supply_point_number(row.text("supply_point_number"))
        except FieldError as wrong:
            return Bad(wrong.code, "The number does not have the digits that it should.")
        if row.text("kind") not in ContractVersion.Kind.values:
            return Bad("unknown_kind", f"The kind is one of {', '.join(ContractVersion.Kind.values)}.")
        version = self._version(row)
        if version.ends_on is not None and version.ends_on < version.starts_on:
            return Bad("ends_before_it_starts", "The contract ends before it starts.")
        contract, _ = EnergyContract.objects.get_or_create(
            reference=row.text("reference"), defaults={"recorded_at": self._at}
        )
        kept = ContractVersion.objects.filter(contract=contract, changed_at=version.changed_at).first()
        if kept is not None:
            is_same = bytes(kept.fingerprint) == version.fingerprint
            return KnownBefore() if is_same else Bad("said_otherwise", "Something else was said for the same instant.")
        version.contract = contract
        version.seal(customer_number=customer, supply_point_number=supply_point, holder=row.text("holder_name") or None)
        version.save(force_insert=True)
        return Taken(0)

    def _version(self, row: ReadableRow) -> ContractVersion:
        changed_at, starts_on, ends_on = (row.values[name] for name in ("changed_at", "starts_on", "ends_on"))
        assert isinstance(changed_at, dt.datetime)
        assert isinstance(starts_on, dt.date)
        assert ends_on is None or isinstance(ends_on, dt.date)
        return ContractVersion(
            changed_at=changed_at,
            kind=row.text("kind"),
            menu_code=row.text("menu_code"),
            starts_on=starts_on,
            ends_on=ends_on,
            # Keyed, so that a copy of the database cannot be asked which numbers give this.
            fingerprint=blind_index("\0".join(str(row.values[column.name]) for column in CONTRACTS.columns), of="row"),
            recorded_at=self._at,
        )
