"""Whether a member of staff knows who is calling, and so may tell a balance or act for the caller (BAL-2)."""

from __future__ import annotations

import datetime as dt

from pointclub.foundation.actors import Actor, staff
from pointclub.foundation.refusals import Refusal
from pointclub.membership.models import IdentityCheck, Member
from pointclub.membership.rules.identity import VALID_FOR
from pointclub.people import queries as people
from pointclub.people.models import User
from pointclub.people.rules.permissions import Permission


class IdentityNotCheckedError(Refusal):
    """The caller's identity was not checked, or too long ago, or by somebody else."""

    code = "identity_not_checked"


def identity_checked_until(*, member: Member, actor: Actor, at: dt.datetime) -> dt.datetime | None:
    """Return until when the actor's last passed check of that member counts; None where none counts any more."""
    passed = IdentityCheck.objects.filter(
        member=member, checked_by=str(actor), is_passed=True, checked_at__gt=at - VALID_FOR, checked_at__lte=at
    )
    last = passed.order_by("-checked_at").values_list("checked_at", flat=True).first()
    return None if last is None else last + VALID_FOR


def require_identity_checked(*, member: Member, actor: Actor, at: dt.datetime) -> None:
    """Do nothing if the actor has checked in the last half hour that it is this member who calls.

    Raises:
        IdentityNotCheckedError: they have not.
    """
    if identity_checked_until(member=member, actor=actor, at=at) is None:
        minutes = VALID_FOR // dt.timedelta(minutes=1)
        message = (
            f"Check first that it is the member who calls; a check counts for {minutes} "
            "minutes, for who made it. Nothing was told or done."
        )
        raise IdentityNotCheckedError(message)


def require_may_see(user: User | str, permission: Permission, *, member: Member, at: dt.datetime) -> User:
    """Return the member of staff if they may look at what is the member's, with a caller or without one.

    Who has the permission looks without a caller. Who may only tell balances has checked the caller's identity.

    Raises:
        UnknownStaffError: unknown, left, or not staff.
        PermissionDeniedError: none of their roles allows either.
        IdentityNotCheckedError: they may tell, and have not checked who calls.
    """
    found = people.require(user, permission, Permission.TELL_BALANCE)
    if permission not in people.permissions_of(found):
        require_identity_checked(member=member, actor=staff(found.login_id), at=at)
    return found
