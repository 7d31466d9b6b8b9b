"""Requests in the words of the office: what is asked for, by whom, and whether this member of staff may decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pointclub.membership import queries as membership
from pointclub.membership.models import RevocationRequest
from pointclub.membership.rules.number import grouped
from pointclub.office import words
from pointclub.office.door import SignedIn
from pointclub.people.rules.permissions import Permission
from pointclub.points import queries as points

DECIDING: Mapping[str, Permission] = {
    "adjust": Permission.DECIDE_ADJUSTMENT,
    "transfer": Permission.DECIDE_TRANSFER,
    "extend": Permission.DECIDE_EXTENSION,
    "revoke": Permission.DECIDE_REVOCATION,
}


def kind_of(request: Any) -> str:
    """Return what is asked for, as the tables of words and permissions name it."""
    return "revoke" if isinstance(request, RevocationRequest) else str(request.kind)


def list_all() -> list[Any]:
    """Return the requests about points and about memberships in one queue: what waits, then the latest."""
    return sorted(
        [*points.list_requests(), *membership.list_revocations()],
        key=lambda request: (request.state != "requested", -request.requested_at.timestamp()),
    )


def get(request_id: UUID) -> Any:
    """Return the request, whatever it is about.

    Raises:
        NoSuchRequestError: there is none of that id.
    """
    return membership.find_revocation(request_id) or points.get_request(request_id)


@dataclass(frozen=True)
class Told:
    """A request as it is shown; ``request`` is the row, numbers are those of the primary members."""

    request: Any
    code: str
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
    accounts = [account for each in requests for account in _accounts(each)]
    numbers = {account: grouped(number) for account, number in membership.primary_numbers(accounts).items()}
    own = str(staff.actor)
    return [
        Told(
            request=each,
            code=code,
            kind=words.REQUEST_KINDS[code],
            member_number=numbers.get(of, ""),
            to_member_number=numbers.get(to, ""),
            is_own=each.requested_by == own,
            may_decide=each.state == "requested" and each.requested_by != own and staff.may(DECIDING[code]),
        )
        for each in requests
        for code, (of, to) in [(kind_of(each), _accounts(each))]
    ]


def _accounts(request: Any) -> tuple[Any, Any]:
    """Return whose points it is about, and to whom they would go."""
    if isinstance(request, RevocationRequest):
        return request.membership.account_id, None
    return request.account_id, request.to_account_id
