"""Who acts when a command writes, or shows what is not for everybody; and whether they may."""

from pointclub.foundation import actors
from pointclub.people import queries as people
from pointclub.people.rules.permissions import Permission


def staff(login_id: str, permission: Permission) -> actors.Actor:
    """Return the member of staff who gave a login ID after `--as`, if one of their roles allows it (STF-1).

    Raises:
        UnknownStaffError: no active member of staff signs in with it.
        PermissionDeniedError: none of their roles allows it.
    """
    return actors.staff(people.require(login_id, permission).login_id)


def staff_or_job(login_id: str | None, permission: Permission, *, job: str) -> actors.Actor:
    """Return the member of staff, or without one the job that does the same at night."""
    return actors.system(job) if login_id is None else staff(login_id, permission)
