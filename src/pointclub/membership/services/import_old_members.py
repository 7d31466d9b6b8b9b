"""Old members by file, with a verifier of their passwords and one row for each part of their points (FIL-1, REG-6)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Sum

from pointclub.files import services as files
from pointclub.files.rules.feeds import OLD_MEMBERS
from pointclub.files.rules.outcomes import Bad, KnownBefore, Outcome, ReadableRow, Taken
from pointclub.foundation.actors import Actor
from pointclub.membership.models import OldLot, OldMember
from pointclub.membership.models.old_members import old_entry_index, old_number_index
from pointclub.membership.rules.old_members import misfit_of_verifier, old_number
from pointclub.people.rules.field_errors import FieldError
from pointclub.points.rules.bounds import MAXIMUM_POINTS

_MISFITS = {
    "unknown_format": "The verifier is in none of the formats that docs/files.md lists.",
    "too_costly": "The verifier asks for more work than a page can wait for.",
}


def import_old_members(incoming: files.IncomingFile, *, at: dt.datetime, actor: Actor) -> Iterator[files.Progress]:
    """Take in a file of old members, yielding after each chunk of rows; stopped anywhere, it goes on from there.

    Until a member's points have been moved, what is said last of an entry counts; from then on nothing changes them.

    Raises:
        BrokenFileError: the file is not whole; nothing was taken in.
        SequenceReusedError, SequenceGapError, EarlierFileUnfinishedError: it is not the sender's next file.
    """
    return files.import_file(
        incoming, feed=OLD_MEMBERS, judge_of=lambda sender: _Entries(sender, at), at=at, actor=actor
    )


@dataclass(frozen=True, slots=True)
class _Said:
    """What a row says, once each cell fits."""

    number_index: bytes
    entry_index: bytes
    verifier: str
    points: int
    usable_through: dt.date


class _Entries:
    """Keeps rows as what is known of old members."""

    def __init__(self, sender: str, at: dt.datetime) -> None:
        self._sender = sender
        self._at = at

    def __call__(self, rows: Sequence[ReadableRow]) -> list[Outcome]:
        return [self._judge(row) for row in rows]

    def _judge(self, row: ReadableRow) -> Outcome:
        verifier = row.text("password_verifier")
        if misfit := misfit_of_verifier(verifier):
            return Bad(misfit, _MISFITS[misfit])
        try:
            number = old_number(row.text("old_member_number"))
        except FieldError as wrong:
            return Bad(wrong.code, "An old member's number has up to 40 letters and digits.")
        points, usable_through = row.number("points"), row.values["usable_through"]
        assert points is not None
        assert isinstance(usable_through, dt.date)
        entry_index = old_entry_index(self._sender, row.text("reference"))
        return self._keep(_Said(old_number_index(number), entry_index, verifier, points, usable_through))

    def _keep(self, said: _Said) -> Outcome:
        lot = OldLot.objects.filter(entry_index=said.entry_index).first()
        old = self._old_member(said)
        if lot is not None and lot.old_member_id != old.id:
            return Bad("other_member", "This entry belongs to another old member.")
        is_same = lot is not None and (lot.points, lot.usable_through) == (said.points, said.usable_through)
        if old.moved_at is not None:
            return KnownBefore() if is_same else Bad("moved_before", "This member's points were moved before.")
        if _exceeds_what_an_account_holds(old, said):
            return Bad("too_many_points", f"An old member has up to {MAXIMUM_POINTS:,} points in all.")
        has_same_verifier = old.verifier == said.verifier
        if is_same and has_same_verifier:
            return KnownBefore()
        if not has_same_verifier:
            old.seal(said.verifier)
            old.save(update_fields=["sealed_verifier"])
        now = {"points": said.points, "usable_through": said.usable_through, "told_at": self._at}
        if lot is None:
            OldLot.objects.create(old_member=old, entry_index=said.entry_index, **now)
        else:
            OldLot.objects.filter(id=lot.id).update(**now)
        return Taken(said.points)

    def _old_member(self, said: _Said) -> OldMember:
        """Return the old member, locked against a move at the same moment."""
        new = OldMember(number_index=said.number_index, recorded_at=self._at)
        new.seal(said.verifier)
        OldMember.objects.bulk_create([new], ignore_conflicts=True)
        return OldMember.objects.select_for_update(no_key=True).get(number_index=said.number_index)


def _exceeds_what_an_account_holds(old: OldMember, said: _Said) -> bool:
    """Tell whether the member's points would be more than one lot can hold: all of them may have one last day."""
    others = OldLot.objects.filter(old_member=old).exclude(entry_index=said.entry_index)
    so_far: int = others.aggregate(points=Sum("points", default=0))["points"]
    return so_far + said.points > MAXIMUM_POINTS
