"""What checks find, as rows to print."""

from collections.abc import Sequence
from typing import Any, Protocol
from uuid import UUID

from pointclub.membership import queries as membership


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
        """What follows from the postings, or from what a hash covers, or what was sealed."""


def rows(found: Sequence[Difference]) -> list[dict[str, Any]]:
    """Return a row for each difference, with the number of the member whose account it is."""
    numbers = membership.primary_numbers(each.account_id for each in found)
    return [
        {
            "member_number": None if each.account_id is None else numbers.get(each.account_id),
            "account": each.account_id,
            "what": each.what,
            "stands": each.stands,
            "follows": each.follows,
        }
        for each in found
    ]
