"""Members of the old club for tests, on file as its system would have sent them."""

from __future__ import annotations

import datetime as dt
import itertools
from uuid import UUID

from django.contrib.auth.hashers import PBKDF2PasswordHasher

from pointclub.files import services as files
from pointclub.files.queries import ImportState, get_import
from pointclub.membership import services as membership
from pointclub.membership.models import OldLot, OldMember
from pointclub.membership.models.old_members import old_number_index
from tests.factories.club import STAFF, jst
from tests.factories.feed_files import FeedFile

COLUMNS = ("reference", "old_member_number", "password_verifier", "points", "usable_through")
OLD_NUMBER, OLD_PASSWORD = "AB120045", "mukashi8"

_SEQUENCE = itertools.count(1)


def verifier(password: str = OLD_PASSWORD) -> str:
    """Return a hash as the older system keeps it; few rounds, for tests have many of them."""
    return PBKDF2PasswordHasher().encode(password, "shio1234shio1234", iterations=10)


def old_row(
    reference: str = "1",
    *,
    number: str = OLD_NUMBER,
    verified_by: str | None = None,
    points: object = 1_200,
    usable_through: str = "2027-03-31",
) -> tuple[str, ...]:
    return (reference, number, verifier() if verified_by is None else verified_by, str(points), usable_through)


def old_file(*rows: tuple[str, ...], sequence_number: int | None = None) -> FeedFile:
    """Return a file with these rows, the sender's next one unless it says otherwise."""
    return FeedFile("legacy", rows, sequence_number or next(_SEQUENCE), "old-members", COLUMNS, ("points",))


def send_old_members(*rows: tuple[str, ...], at: dt.datetime | None = None) -> ImportState:
    """Take in a file with these rows."""
    incoming = files.IncomingFile(old_file(*rows).stream(), "old-members.csv", accepts_gap=True)
    *_, last = membership.import_old_members(incoming, at=at or jst("2026-03-02 04:00"), actor=STAFF)
    return get_import(last.file_id)


def old_member_on_file(*lots: tuple[str, int], number: str = OLD_NUMBER) -> UUID:
    """Put one old member on file, with last days and points, and return the id."""
    rows = [
        old_row(f"{number}-{place}", number=number, points=points, usable_through=day)
        for place, (day, points) in enumerate(lots or (("2027-03-31", 1_200),))
    ]
    state = send_old_members(*rows)
    assert state.accepted == len(rows)
    return OldMember.objects.get(number_index=old_number_index(number)).id


def more_than_a_lot_holds(old_id: UUID) -> None:
    """Give an old member more points of one last day than any lot can hold, which no file may say any more."""
    OldLot.objects.create(
        old_member_id=old_id,
        entry_index=b"more",
        points=1_000_000_000,
        usable_through=dt.date(2027, 3, 31),
        told_at=jst("2026-03-02 04:00"),
    )
