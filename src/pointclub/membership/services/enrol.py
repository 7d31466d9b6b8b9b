"""Joining the club after having registered without it: the club's part of the registration form, and its screening."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.foundation.refusals import Refusal
from pointclub.membership.models import Registration
from pointclub.membership.queries import can_join_later
from pointclub.membership.rules import registration as rules
from pointclub.membership.rules.registration import EnrolmentForm
from pointclub.membership.services.applying import (
    Registered,
    answer,
    decide,
    digest_of,
    find_answer,
    refuse_unfit,
    wait_for_others,
)
from pointclub.notices import services as notices
from pointclub.notices.rules.kinds import Kind
from pointclub.people import queries as people_queries
from pointclub.people import services as people
from pointclub.people.models import SignIn
from pointclub.people.rules.personal_fields import MAILS, PHONES, PersonalField
from pointclub.terms import services as terms

# What a proof of acceptance says of the occasion.
HOW = "enrolment"


class CannotEnrolError(Refusal):
    """Nobody joins who belongs to the club or did, has an application that waits or was declined, or never registered.

    Which of them it is stands on my page.
    """

    code = "cannot_enrol"


@act
def enrol(*, stay: SignIn, form: EnrolmentForm, once: UUID, at: dt.datetime, actor: Actor) -> Registered:
    """Let somebody who registered without the club join it, once for the token and once for the sign-in.

    What screening finds holds the application as it does a registration, and the same desk decides on it.

    Raises:
        StayEndedError: the stay has ended.
        RegistrationChangedError: another form was sent off under the token.
        CannotEnrolError: there is nothing to join, or no way to any more.
        DeclarationNeededError, AcceptanceNeededError: the form lacks something.
        InvalidFormError: a value was not converted, or cannot be.
        DocumentSupersededError: a document changed since it was shown.
        OldPointsMovedError: the old membership's points went to somebody else since its password was shown.
    """
    refuse_unfit(form, at=at)
    user = people.hold_stay(stay=stay)
    known = people_queries.personal_data_of([user.person_id])[user.person_id]
    contacts = [known.get(field, "") for field in (PersonalField.NAME, *MAILS, *PHONES)]
    wait_for_others([str(once), str(user.id), *contacts])
    digest = digest_of(form, str(user.id))
    if (before := find_answer(once, digest)) is not None:
        return before
    if not can_join_later(user.person_id):
        message = "You have joined the club, or applied to, or cannot join it here."
        raise CannotEnrolError(message)
    people.record_personal_data(person=user.person, values=rules.details_of_club(form.club), at=at, actor=actor)
    terms.accept_documents(
        person=user.person, shown=form.documents, language=form.language, how=HOW, at=at, actor=actor
    )
    registration = Registration(
        token=once,
        digest=digest,
        user=user,
        door=Registration.Door.ACCOUNT,
        wants_club=True,
        heard=[],
        old_member_id=form.old_member_id,
        registered_at=at,
    )
    decide(registration, act="membership.enrol", at=at, actor=actor)
    _tell(registration, at=at, actor=actor)
    return answer(registration, is_new=True)


def _tell(registration: Registration, *, at: dt.datetime, actor: Actor) -> None:
    kind, values = Kind.APPLICATION_HELD, {}
    if registration.member is not None:
        kind, values = Kind.APPLICATION_ADMITTED, {"member_number": registration.member.number}
    notices.tell(
        person_id=registration.user.person_id,
        kind=kind,
        values=values,
        once=f"{kind}:{registration.id}",
        at=at,
        actor=actor,
    )
