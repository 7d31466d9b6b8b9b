"""Requests in the words of the office: what is asked for, by whom, and whether this member of staff may decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pointclub.membership import queries as membership
from pointclub.membership.rules.number import grouped
from pointclub.office import words
from pointclub.office.door import SignedIn
from pointclub.people.rules.permissions import Permission

DECIDING: Mapping[str, Permission] = {
    "adjust": Permission.DECIDE_ADJUSTMENT,
    "transfer": Permission.DECIDE_TRANSFER,
    "extend": Permission.DECIDE_EXTENSION,
}


@dataclass(frozen=True)
class Told:
    """A request as it is shown; ``request`` is the row, numbers are those of the primary members."""

    request: Any
    kind: Any
    member_number: str
    to_member_number: str
    is_own: bool
    may_decide: bool

    @property
    def state(self) -> Any:
        """Return words, icon and tint."""
        return words.REQUEST_STATES[self.request.state]

    @property
    def is_waiting(self) -> bool:
        """Tell whether nobody has decided yet."""
        return bool(self.request.state == "requested")


def tell(requests: Sequence[Any], staff: SignedIn) -> list[Told]:
    """Return the requests as they are shown to this member of staff."""
    accounts = [account for each in requests for account in (each.account_id, each.to_account_id)]
    numbers = {account: grouped(number) for account, number in membership.primary_numbers(accounts).items()}
    own = str(staff.actor)
    return [
        Told(
            request=each,
            kind=words.REQUEST_KINDS[each.kind],
            member_number=numbers.get(each.account_id, ""),
            to_member_number=numbers.get(each.to_account_id, ""),
            is_own=each.requested_by == own,
            may_decide=each.state == "requested" and each.requested_by != own and staff.may(DECIDING[each.kind]),
        )
        for each in requests
    ]
