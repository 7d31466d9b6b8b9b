"""Balances brought over from an older system by file, each row with its own last day (FIL-1)."""

import datetime as dt
from collections.abc import Iterator, Sequence

from pointclub.files import services as files
from pointclub.files.rules.feeds import OPENING_BALANCES
from pointclub.files.rules.outcomes import Bad, KnownBefore, Outcome, ReadableRow, Taken
from pointclub.foundation.actors import Actor
from pointclub.foundation.fingerprints import fingerprint
from pointclub.foundation.refusals import Refusal, UnavailableError
from pointclub.membership import queries as membership
from pointclub.points import queries as points_queries
from pointclub.points import services as points


def import_opening_balances(incoming: files.IncomingFile, *, at: dt.datetime, actor: Actor) -> Iterator[files.Progress]:
    """Take in a file of opening balances, yielding after each chunk of rows; stopped anywhere, it goes on from there.

    An entry of the older system counts once, in whichever file it comes.

    Raises:
        BrokenFileError: the file is not whole; nothing was taken in.
        SequenceReusedError, SequenceGapError, EarlierFileUnfinishedError: it is not the sender's next file.
    """
    return files.import_file(
        incoming,
        feed=OPENING_BALANCES,
        judge_of=lambda sender: _Entries(sender, at, actor),
        at=at,
        actor=actor,
    )


class _Entries:
    """Carries out rows as opening balances from one older system."""

    def __init__(self, sender: str, at: dt.datetime, actor: Actor) -> None:
        self._sender = sender
        self._at = at
        self._actor = actor

    def __call__(self, rows: Sequence[ReadableRow]) -> list[Outcome]:
        standings = membership.find_standings(row.text("member_number") for row in rows)
        points.lock_accounts(sorted({standing.account_id for standing in standings.values()}))
        return [self._open(row, standings.get(row.text("member_number"))) for row in rows]

    def _open(self, row: ReadableRow, member: membership.Standing | None) -> Outcome:
        usable_through, number = row.values["usable_through"], row.number("points")
        assert isinstance(usable_through, dt.date)
        assert number is not None
        if member is None:
            return Bad("unknown_member", "No member has this number.")
        key = f"opening:{self._sender}:{row.text('reference')}"
        is_known = points_queries.has_transaction(member.account_id, key)
        try:
            points.open_balance(
                account_id=member.account_id,
                lots=[(usable_through, number)],
                key=key,
                fingerprint=fingerprint([str(usable_through), number]),
                at=self._at,
                actor=self._actor,
            )
        except UnavailableError:
            raise
        except Refusal as refusal:
            return Bad(refusal.code, refusal.message)
        return KnownBefore() if is_known else Taken(number)
