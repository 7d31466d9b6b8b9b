"""What registering and joining the club later share: forms are judged, wait for one another, and are screened."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from pointclub.audit import services as audit
from pointclub.foundation.actors import Actor
from pointclub.foundation.periods import tokyo_day
from pointclub.foundation.refusals import Refusal
from pointclub.foundation.turns import wait_for_turn
from pointclub.membership.models import Registration
from pointclub.membership.queries import find_registration, screen
from pointclub.membership.rules import registration as rules
from pointclub.membership.services.memberships import admit
from pointclub.membership.services.old_points import move_old_points
from pointclub.notices import services as notices
from pointclub.people.personal_data import blind_index


class RegistrationChangedError(Refusal):
    """The form was sent off before, and says something else now; what was sent first stands."""

    code = "registration_changed"


class DeclarationNeededError(Refusal):
    """Both statements about anti-social forces are confirmed, or nobody is registered (TRM-5)."""

    code = "declaration_needed"


class AcceptanceNeededError(Refusal):
    """A document that applies was not accepted."""

    code = "acceptance_needed"


class InvalidFormError(Refusal):
    """A value is not what the function of its field returns; which ones is said, the values are not."""

    code = "invalid_form"


@dataclass(frozen=True, slots=True)
class Registered:
    """What a registration led to; ``is_new`` is false where the same form was sent off before."""

    registration_id: UUID
    user_id: UUID
    state: Registration.State
    member_number: str | None
    is_new: bool


def refuse_unfit(form: rules.AnyForm, *, at: dt.datetime) -> None:
    """Do nothing where both statements were made, every document that applies was accepted and every value fits.

    Raises:
        DeclarationNeededError, AcceptanceNeededError, InvalidFormError: as they say.
    """
    if not rules.is_declared(form):
        message = "Please confirm both statements about anti-social forces."
        raise DeclarationNeededError(message)
    missing = rules.missing_documents(form)
    if missing:
        message = "Please read and accept the documents that apply."
        raise AcceptanceNeededError(message, documents=[str(document) for document in missing])
    misfits = rules.misfits(form, on=tokyo_day(at))
    if misfits:
        message = "Please check the form; some of it cannot be taken as it is."
        raise InvalidFormError(message, fields=misfits)


def wait_for_others(shared: Iterable[str]) -> None:
    """Let forms that share a token, name, e-mail address or number come one by one.

    Else two forms of one person, sent at once, would each find nobody alike.
    """
    wait_for_turn(blind_index(each, of="registering") for each in set(shared) - {""})


def digest_of(form: rules.AnyForm, *said_by: str) -> bytes:
    """Return what two forms that say the same have in common."""
    return blind_index(repr([*rules.said_in(form), *said_by]), of="registration")


def find_answer(once: UUID, digest: bytes) -> Registered | None:
    """Return what the form was answered when it was sent off before.

    Raises:
        RegistrationChangedError: another form was sent off under the token.
    """
    found = find_registration(token=once)
    if found is None:
        return None
    if bytes(found.digest) != digest:
        message = "This form was sent off before with something else in it. What was sent first is registered."
        raise RegistrationChangedError(message)
    return answer(found, is_new=False)


def decide(registration: Registration, *, act: str, at: dt.datetime, actor: Actor) -> None:
    """Admit the applicant, hold the application, or leave it at the portal; keep and record which it was."""
    person = registration.user.person
    screened = screen(person.id)
    registration.reasons = [str(reason) for reason in screened.reasons]
    registration.suspects = [str(other) for other in screened.suspects]
    registration.state = Registration.State.PORTAL_ONLY
    if screened.reasons:
        registration.state = Registration.State.HELD
    elif registration.wants_club:
        registration.member = admit(person=person, at=at, actor=actor)
        registration.state = Registration.State.ADMITTED
        if registration.old_member_id is not None:
            move_old_points(member=registration.member, old_member_id=registration.old_member_id, at=at, actor=actor)
    hold = notices.hold_advertising if screened.reasons else notices.release_advertising
    hold(person_id=person.id, how="screening", at=at, actor=actor)
    registration.save(force_insert=True)
    audit.record_act(
        act=act,
        actor=actor,
        subject=audit.Subject("person", person.id),
        at=at,
        details={
            "registration": str(registration.id),
            "door": str(registration.door),
            "state": str(registration.state),
            "reasons": registration.reasons,
        },
    )


def answer(registration: Registration, *, is_new: bool) -> Registered:
    """Return what a registration led to."""
    return Registered(
        registration_id=registration.id,
        user_id=registration.user_id,
        state=Registration.State(registration.state),
        member_number=None if registration.member is None else registration.member.number,
        is_new=is_new,
    )
