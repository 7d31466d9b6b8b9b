"""Whether all the books agree: the checks of every module, one after another, an account chunk at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from pointclub.audit.queries import verify_audit
from pointclub.earning import queries as earning
from pointclub.membership import queries as membership
from pointclub.points import queries as points
from pointclub.rewards import queries as rewards


class Difference(Protocol):
    """What all checks report."""

    @property
    def account_id(self) -> UUID | None:
        """Whose account it is."""

    @property
    def what(self) -> str:
        """Which figure differs."""

    @property
    def stands(self) -> int | str:
        """What is written."""

    @property
    def follows(self) -> int | str:
        """What the postings say."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A part of the books gone through; ``passed`` counts accounts for the progress, ``accounts`` those checked.

    ``postings`` is None where they were summed and not gone through one by one.
    """

    passed: int
    accounts: int
    postings: int | None
    differences: Sequence[Difference]


def verify_books() -> Iterator[Checked]:
    """Recompute every running figure from what it follows from, and every hash of the audit log."""
    for chunk in points.verify_ledger():
        yield Checked(chunk.accounts, chunk.accounts, None, chunk.differences)
    others: Iterable[Sequence[Difference]] = (
        check()
        for check in (
            earning.verify_accruals,
            rewards.verify_redemptions,
            membership.verify_memberships,
            membership.verify_revocations,
            points.verify_requests,
        )
    )
    for found in others:
        yield Checked(0, 0, None, found)
    # One by one: a log in which nothing agrees is no reason to run out of memory.
    for difference in verify_audit():
        yield Checked(0, 0, None, [difference])


def replay_books(scope: points.ReplayScope) -> Iterator[Checked]:
    """Rebuild the ledger from its first transaction on, and hold accruals and applications against it."""
    for chunk in points.replay_ledger(scope, also=(earning.compare_accruals, rewards.compare_redemptions)):
        yield Checked(chunk.passed, chunk.accounts, chunk.postings, chunk.differences)


def tell_differences(found: Sequence[Difference]) -> list[dict[str, Any]]:
    """Return the differences with the members' numbers, for people and programs alike."""
    numbers = membership.primary_numbers(each.account_id for each in found)
    return [
        {
            "member_number": None if each.account_id is None else numbers.get(each.account_id),
            "account": each.account_id,
            "what": each.what,
            "stands": _plain(each.stands),
            "follows": _plain(each.follows),
        }
        for each in found
    ]


def _plain(figure: int | str) -> int | str:
    """Return a sum of the database, which comes as a decimal number, as the whole number that it is."""
    return figure if isinstance(figure, str) else int(figure)
