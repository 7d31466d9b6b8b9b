"""Questions about persons and sign-ins."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from pointclub.foundation.refusals import Refusal
from pointclub.people.models import Person, User
from pointclub.people.personal_data import blind_index


class UnknownStaffError(Refusal):
    """No active member of staff signs in with that login ID."""

    code = "unknown_staff"


def get_staff(login_id: str) -> User:
    """Return the active member of staff.

    Raises:
        UnknownStaffError: unknown, left, or not staff.
    """
    user = User.objects.filter(login_id=login_id.casefold(), is_staff=True, is_active=True).first()
    if user is None:
        message = f"No active member of staff has the login ID {login_id!r}. `pointclub staff add` makes one."
        raise UnknownStaffError(message, login_id=login_id)
    return user


def find_user(person_id: UUID) -> User | None:
    """Return with what login ID the person signs in to the portal, if with any; staff come in by another door."""
    return User.objects.filter(person_id=person_id, is_staff=False).first()


def language_of(person_id: UUID) -> str:
    """Return the language in which the person reads the site; without a sign-in it is Japanese."""
    found = User.objects.filter(person_id=person_id).values_list("language", flat=True).first()
    return found or User.Language.JAPANESE.value


def find_persons_by_name(name: str, *, most: int | None = None) -> list[Person]:
    """Return everybody of exactly that name, however it is spaced or how wide its letters are."""
    return list(Person.objects.filter(name_index=blind_index(name)).order_by("id")[:most])


def is_login_id_free(login_id: str) -> bool:
    """Return whether nobody signs in with that login ID; a moment later somebody may."""
    return not User.objects.filter(login_id=login_id.casefold()).exists()


def who_can_sign_in(persons: Iterable[UUID]) -> set[UUID]:
    """Return those of the persons who have a sign-in of their own and are not staff."""
    users = User.objects.filter(person_id__in=list(persons), is_active=True, is_staff=False)
    return set(users.values_list("person_id", flat=True))
