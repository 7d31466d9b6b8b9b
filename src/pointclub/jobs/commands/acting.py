"""Who acts when a command writes, or shows what is not for everybody; and whether they may."""

import datetime as dt

from pointclub.foundation import actors
from pointclub.membership import queries as membership
from pointclub.membership.models import Member
from pointclub.people import queries as people
from pointclub.people.rules.permissions import Permission


def staff(login_id: str, *permissions: Permission) -> actors.Actor:
    """Return the member of staff who gave a login ID after `--as`, if their roles allow one of these things (STF-1).

    Raises:
        UnknownStaffError: no active member of staff signs in with it.
        PermissionDeniedError: none of their roles allows any of them.
    """
    return actors.staff(people.require(login_id, *permissions).login_id)


def looking_at(login_id: str, permission: Permission, *, number: str, at: dt.datetime) -> Member:
    """Return the member of that number, if the member of staff may look at what is the member's (BAL-2).

    Raises:
        UnknownStaffError: no active member of staff signs in with the login ID.
        PermissionDeniedError: none of their roles allows it, with a caller or without one.
        UnknownMemberError: nobody has the number.
        IdentityNotCheckedError: they may tell a caller, and have not checked who calls.
    """
    user = people.require(login_id, permission, Permission.TELL_BALANCE)
    member = membership.get_member(number)
    membership.require_may_see(user, permission, member=member, at=at)
    return member


def staff_or_job(login_id: str | None, permission: Permission, *, job: str) -> actors.Actor:
    """Return the member of staff, or without one the job that does the same at night."""
    return actors.system(job) if login_id is None else staff(login_id, permission)
