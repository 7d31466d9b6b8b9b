"""Registrations, the desk of those that wait, and the exclusion list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from pointclub.foundation.postgresql.prepared import Question, ask
from pointclub.foundation.refusals import NotFoundError
from pointclub.membership.models import Exclusion, Member, Registration
from pointclub.people import queries as people
from pointclub.people.queries import PersonalData

_OWES_PROOF = """
SELECT 1 FROM membership_registration AS registration
JOIN people_user AS sign_in ON sign_in.id = registration.user_id
WHERE sign_in.person_id = %s AND NOT EXISTS (
    SELECT FROM people_contact_address AS address
    WHERE address.person_id = %s AND address.kind = 'first_mail' AND address.verified_at IS NOT NULL
)
"""


class UnknownApplicationError(NotFoundError):
    """There is no such application."""

    code = "unknown_application"


@dataclass(frozen=True, slots=True)
class Suspect:
    """Somebody on file who may be the applicant, masked; without a number where he or she never was a member."""

    number: str | None
    data: PersonalData


@dataclass(frozen=True, slots=True)
class HeldApplication:
    """An application as it lies on the desk: the applicant, masked, and whom he or she may be."""

    registration: Registration
    data: PersonalData
    suspects: tuple[Suspect, ...]


def find_registration(*, token: UUID) -> Registration | None:
    """Return the registration that was made under that token."""
    return Registration.objects.select_related("user", "member").filter(token=token).first()


def find_registration_of(person_id: UUID) -> Registration | None:
    """Return how things stand with somebody who registered: the form by which they joined later, where there is one."""
    forms = Registration.objects.select_related("user", "member").filter(user__person_id=person_id)
    return forms.order_by("-registered_at", "-id").first()


def can_join_later(person_id: UUID) -> bool:
    """Tell whether somebody registered without the club, never belonged to it, and has not applied to since.

    Who was declined is not asked again: that is for the call centre.
    """
    latest = find_registration_of(person_id)
    if latest is None or latest.state != Registration.State.PORTAL_ONLY:
        return False
    return not Member.objects.filter(person_id=person_id, role=Member.Role.PRIMARY).exists()


def get_application(registration_id: UUID) -> HeldApplication:
    """Return the application, whether or not it waits still.

    Raises:
        UnknownApplicationError: there is none of that id.
    """
    found = Registration.objects.select_related("user").filter(id=registration_id).first()
    if found is None:
        message = "There is no such application."
        raise UnknownApplicationError(message)
    return _on_the_desk([found])[0]


def list_held_applications() -> list[HeldApplication]:
    """Return the applications that wait for staff, the oldest first."""
    held = Registration.objects.select_related("user").filter(state=Registration.State.HELD)
    return _on_the_desk(list(held.order_by("registered_at", "id")))


def owes_address_proof(person_id: UUID) -> bool:
    """Tell whether somebody registered and has proved no first address yet (REG-5).

    Who was brought over or admitted by staff never registered and owes no proof. A proof once given counts on when the
    address is changed later: the new one takes the old one's place by a proof of its own.
    """
    return ask(address_question(person_id))


def address_question(person_id: UUID) -> Question[bool]:
    """Return what :func:`owes_address_proof` asks, to be asked ahead."""
    return Question(_OWES_PROOF, (person_id, person_id), bool)


def list_exclusions() -> list[Exclusion]:
    """Return the entries that hold now, the latest first."""
    return list(Exclusion.objects.filter(ended_at__isnull=True).order_by("-added_at", "id"))


def _on_the_desk(registrations: Sequence[Registration]) -> list[HeldApplication]:
    suspects = {UUID(other) for registration in registrations for other in registration.suspects}
    masked = people.masked_data_of({registration.user.person_id for registration in registrations} | suspects)
    members = Member.objects.filter(person_id__in=suspects).order_by("joined_at")
    numbers = {member.person_id: member.number for member in members}
    return [
        HeldApplication(
            registration,
            masked[registration.user.person_id],
            tuple(
                Suspect(numbers.get(other), masked[other]) for other in (UUID(each) for each in registration.suspects)
            ),
        )
        for registration in registrations
    ]
