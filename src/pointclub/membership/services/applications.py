"""Deciding on an application that screening held: once, for good, and by somebody who may (SCR-1)."""

from __future__ import annotations

import contextlib
import datetime as dt
from uuid import UUID

from pointclub.audit import services as audit
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.foundation.refusals import Refusal
from pointclub.membership.models import Registration
from pointclub.membership.queries import UnknownApplicationError
from pointclub.membership.services.memberships import admit
from pointclub.membership.services.old_points import OldPointsMovedError, move_old_points
from pointclub.notices import services as notices
from pointclub.notices.rules.kinds import Kind
from pointclub.people import queries as people
from pointclub.people.rules.permissions import Permission
from pointclub.points.services import InvalidPointsError

_LONGEST_REASON = 500


class ApplicationReasonError(Refusal):
    """Why an application was decided so is on record."""

    code = "application_reason"


class ApplicationDecidedError(Refusal):
    """The application does not wait, or was decided before."""

    code = "already_decided"


@act
def admit_application(*, registration_id: UUID, reason: str, at: dt.datetime, actor: Actor) -> Registration:
    """Let the applicant in: as a member where the club was wanted, else as a user of the portal without a question.

    Raises:
        PermissionDeniedError: no role of the actor allows it.
        UnknownApplicationError: there is no such application.
        ApplicationReasonError: there is no reason.
        ApplicationDecidedError: it does not wait for a decision.
    """
    application = _waiting(registration_id, reason=reason, actor=actor)
    application.state = Registration.State.PORTAL_ONLY
    if application.wants_club:
        application.member = admit(person=application.user.person, at=at, actor=actor)
        application.state = Registration.State.ADMITTED
        _move_old_points(application, at=at, actor=actor)
    _keep("membership.admit_application", application, reason=reason, at=at, actor=actor)
    notices.release_advertising(person_id=application.user.person_id, how="screening", at=at, actor=actor)
    if application.member is not None:
        number = application.member.number
        _tell(application, Kind.APPLICATION_ADMITTED, {"member_number": number}, at=at, actor=actor)
    return application


@act
def decline_application(*, registration_id: UUID, reason: str, at: dt.datetime, actor: Actor) -> Registration:
    """Turn the applicant down, who is not told why; the sign-in stays, and opens the portal alone.

    Advertising, which is held since the registration, stays so.

    Raises:
        PermissionDeniedError: no role of the actor allows it.
        UnknownApplicationError: there is no such application.
        ApplicationReasonError: there is no reason.
        ApplicationDecidedError: it does not wait for a decision.
    """
    application = _waiting(registration_id, reason=reason, actor=actor)
    application.state = Registration.State.DECLINED
    _keep("membership.decline_application", application, reason=reason, at=at, actor=actor)
    _tell(application, Kind.APPLICATION_DECLINED, {}, at=at, actor=actor)
    return application


def _waiting(registration_id: UUID, *, reason: str, actor: Actor) -> Registration:
    """Return the application, locked, so that the second of two who decide finds it decided."""
    people.require(actor.id, Permission.SCREEN_APPLICATIONS)
    if not 0 < len(reason.strip()) <= _LONGEST_REASON:
        message = f"Say why, in up to {_LONGEST_REASON} characters."
        raise ApplicationReasonError(message)
    locked = Registration.objects.select_for_update(of=("self",), no_key=True).select_related("user__person")
    application = locked.filter(id=registration_id).first()
    if application is None:
        message = "There is no such application."
        raise UnknownApplicationError(message)
    if application.state != Registration.State.HELD:
        message = "This application does not wait for a decision any more."
        raise ApplicationDecidedError(message, state=str(application.state))
    return application


def _move_old_points(application: Registration, *, at: dt.datetime, actor: Actor) -> None:
    """Bring over what the applicant showed the password for.

    What somebody else took meanwhile, or what no account can hold, keeps nobody out.
    """
    if application.member is None or application.old_member_id is None:
        return
    with contextlib.suppress(OldPointsMovedError, InvalidPointsError):
        move_old_points(member=application.member, old_member_id=application.old_member_id, at=at, actor=actor)


def _keep(name: str, application: Registration, *, reason: str, at: dt.datetime, actor: Actor) -> None:
    application.decided_by, application.decided_at = str(actor), at
    application.save(update_fields=["state", "member", "decided_by", "decided_at"])
    audit.record_act(
        act=name,
        actor=actor,
        subject=audit.Subject("person", application.user.person_id),
        at=at,
        details={"registration": str(application.id), "reasons": application.reasons},
        reason=reason.strip(),
    )


def _tell(
    application: Registration, kind: Kind, values: dict[str, str | int], *, at: dt.datetime, actor: Actor
) -> None:
    person_id, once = application.user.person_id, f"{kind}:{application.id}"
    notices.tell(person_id=person_id, kind=kind, values=values, once=once, at=at, actor=actor)
