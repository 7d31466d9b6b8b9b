"""Who acts when a command writes."""

from pointclub.foundation import actors
from pointclub.people import queries as people


def staff(login_id: str) -> actors.Actor:
    """Return the member of staff who gave a login ID after `--as`.

    Raises:
        UnknownStaffError: no active member of staff signs in with it.
    """
    return actors.staff(people.get_staff(login_id).login_id)


def staff_or_job(login_id: str | None, *, job: str) -> actors.Actor:
    """Return the member of staff, or without one the job that does the same at night."""
    return actors.system(job) if login_id is None else staff(login_id)
