"""Which figures are in force on a day, and what is paused at an instant."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from pointclub.foundation.postgresql.prepared import Question, ask, models_of
from pointclub.foundation.refusals import NotFoundError, UnavailableError
from pointclub.program.models import NightRun, ProgramVersion, Suspension, VersionRequest

Activity = Suspension.Activity


_IS_PAUSED = """
SELECT 1 FROM program_suspension
WHERE activity = %s AND starts_at <= %s AND (ends_before IS NULL OR ends_before > %s) LIMIT 1
"""
_IS_BEFORE_FIRST_VERSION = """
SELECT 1 WHERE NOT EXISTS (SELECT FROM program_version WHERE effective_from <= %s)
"""


class NoProgramVersionError(NotFoundError):
    """No version of the program is in force that early."""

    code = "no_program_version"

    @classmethod
    def on(cls, day: dt.date) -> NoProgramVersionError:
        """Return the refusal for that day."""
        return cls(f"No version of the program is in force on {day}.", on=str(day))


class UnknownVersionRequestError(NotFoundError):
    """There is no such request."""

    code = "unknown_version_request"


class PointsSuspendedError(UnavailableError):
    """Points management is paused (SUS-1); the text for members and merchants comes with it."""

    code = "points_suspended"

    def __init__(self, suspension: Suspension) -> None:
        """Carry the texts and, where it is known, the instant from which to try again."""
        self.suspension = suspension
        super().__init__(
            suspension.text_en,
            activity=suspension.activity,
            text_ja=suspension.text_ja,
            text_en=suspension.text_en,
            retry_at=suspension.ends_before.isoformat() if suspension.ends_before else None,
        )


def get_version(*, on: dt.date) -> ProgramVersion:
    """Return the version in force that day (TRM-4).

    Raises:
        NoProgramVersionError: the day is before the first version.
    """
    condition = "WHERE effective_from <= %s ORDER BY effective_from DESC LIMIT 1"
    found = ask(models_of(ProgramVersion, condition, (on,)))
    if not found:
        raise NoProgramVersionError.on(on)
    return found[0]


def refuse_before_first_version(*, on: dt.date) -> None:
    """Do nothing where a version of the program is in force.

    Raises:
        NoProgramVersionError: the day is before the first version.
    """
    if ask(before_first_version_question(on)):
        raise NoProgramVersionError.on(on)


def before_first_version_question(on: dt.date) -> Question[bool]:
    """Return what :func:`refuse_before_first_version` asks, to be asked ahead; it seldom finds anything."""
    return Question(_IS_BEFORE_FIRST_VERSION, (on,), bool)


def list_versions() -> list[ProgramVersion]:
    """Return all versions, the earliest first."""
    return list(ProgramVersion.objects.order_by("effective_from"))


def get_version_request(request_id: UUID) -> VersionRequest:
    """Return the request.

    Raises:
        UnknownVersionRequestError: there is none of that id.
    """
    request = VersionRequest.objects.filter(id=request_id).first()
    if request is None:
        message = f"There is no request {request_id} for a version."
        raise UnknownVersionRequestError(message)
    return request


def list_version_requests() -> list[VersionRequest]:
    """Return the requests, those that wait first, then the latest."""
    requests = VersionRequest.objects.order_by("-requested_at", "-id")
    return sorted(requests, key=lambda request: request.decided_at is not None)


def is_paused_question(activity: Suspension.Activity, *, at: dt.datetime) -> Question[bool]:
    """Return the question whether the activity is paused, to be asked together with others."""
    return Question(_IS_PAUSED, (activity.value, at, at), bool)


def find_suspension(activity: Suspension.Activity, *, at: dt.datetime) -> Suspension | None:
    """Return the pause of that activity at that instant, the longest where several overlap."""
    found = ask(suspension_question(activity, at))
    return found[0] if found else None


def suspension_question(activity: Suspension.Activity, at: dt.datetime) -> Question[list[Suspension]]:
    """Return what :func:`find_suspension` asks, to be asked ahead."""
    condition = """
        WHERE activity = %s AND starts_at <= %s AND (ends_before IS NULL OR ends_before > %s)
        ORDER BY ends_before DESC NULLS FIRST LIMIT 1
    """
    return models_of(Suspension, condition, (str(activity), at, at))


def refuse_if_suspended(activity: Suspension.Activity, *, at: dt.datetime) -> None:
    """Do nothing unless the activity is paused.

    Raises:
        PointsSuspendedError: it is.
    """
    if (suspension := find_suspension(activity, at=at)) is not None:
        raise PointsSuspendedError(suspension)


def list_suspensions() -> list[Suspension]:
    """Return all pauses, the latest first."""
    return list(Suspension.objects.order_by("-starts_at", "-id"))


def list_nights(*, limit: int) -> list[NightRun]:
    """Return the runs of the last nights, the latest first."""
    return list(NightRun.objects.order_by("-night", "-finished_at", "-id")[:limit])


def get_last_night(job: NightRun.Job) -> dt.date | None:
    """Return the last night that the job has done."""
    return NightRun.objects.filter(job=job).order_by("-night").values_list("night", flat=True).first()
