"""Registrations, the desk of those that wait, and the exclusion list."""

from __future__ import annotations

from collections.abc import Mapping
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
class HeldApplication:
    """An application on the desk: the applicant and whom he or she may be, masked."""

    registration: Registration
    data: PersonalData
    suspects: Mapping[UUID, PersonalData]
    numbers: Mapping[UUID, str]


def find_registration(*, token: UUID) -> Registration | None:
    """Return the registration that was made under that token."""
    return Registration.objects.select_related("user", "member").filter(token=token).first()


def find_registration_of(person_id: UUID) -> Registration | None:
    """Return how somebody registered, who did."""
    return Registration.objects.select_related("user", "member").filter(user__person_id=person_id).first()


def get_application(registration_id: UUID) -> Registration:
    """Return the registration.

    Raises:
        UnknownApplicationError: there is none of that id.
    """
    found = Registration.objects.select_related("user__person", "member").filter(id=registration_id).first()
    if found is None:
        message = "There is no such application."
        raise UnknownApplicationError(message)
    return found


def list_held_applications() -> list[HeldApplication]:
    """Return the applications that wait for staff, the oldest first."""
    held = list(
        Registration.objects.select_related("user").filter(state=Registration.State.HELD).order_by("registered_at")
    )
    suspects = {UUID(other) for registration in held for other in registration.suspects}
    masked = people.masked_data_of({registration.user.person_id for registration in held} | suspects)
    numbers = {
        member.person_id: member.number
        for member in Member.objects.filter(person_id__in=suspects).order_by("joined_at")
    }
    return [_on_the_desk(registration, masked, numbers) for registration in held]


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


def _on_the_desk(
    registration: Registration, masked: Mapping[UUID, PersonalData], numbers: Mapping[UUID, str]
) -> HeldApplication:
    others = [UUID(other) for other in registration.suspects]
    return HeldApplication(
        registration,
        masked[registration.user.person_id],
        {other: masked[other] for other in others},
        {other: numbers[other] for other in others if other in numbers},
    )
