"""What is registered of whoever is in, as the pages need it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from pointclub.membership import queries as membership
from pointclub.notices import queries as notices
from pointclub.people import queries as people
from pointclub.people.models import ContactAddress, User
from pointclub.people.queries import KeptValue
from pointclub.people.rules.personal_fields import PersonalField

Kind = ContactAddress.Kind


@dataclasses.dataclass(frozen=True, slots=True)
class Standing:
    """Somebody's details now and before, their addresses, those that wait, and their wishes."""

    user: User
    history: list[KeptValue] = dataclasses.field(repr=False)
    addresses: Mapping[Kind, ContactAddress]
    waiting: Mapping[Kind, ContactAddress]
    advertising: frozenset[Kind]
    has_reminders: bool
    is_member: bool

    @property
    def now(self) -> dict[PersonalField, KeptValue]:
        """Return the values that count."""
        return {each.field: each for each in self.history if each.is_current}

    def text(self, field: PersonalField) -> str:
        """Return the value that counts, or nothing."""
        kept = self.now.get(field)
        return "" if kept is None else kept.text

    @property
    def proved(self) -> frozenset[Kind]:
        """Return which addresses are proved."""
        return frozenset(kind for kind, address in self.addresses.items() if address.verified_at is not None)


def standing_of(user: User) -> Standing:
    """Return how things stand with whoever is in."""
    return Standing(
        user=user,
        history=people.list_kept(user.person_id),
        addresses={each.place: each for each in people.list_mail_addresses(user.person_id)},
        waiting={each.place: each for each in people.list_waiting_addresses(user.person_id)},
        advertising=notices.advertising_choice_of(user.person_id),
        has_reminders=notices.wants_reminders(user.person_id),
        is_member=_is_member(user),
    )


def _is_member(user: User) -> bool:
    try:
        membership.get_primary_of(user.person_id)
    except membership.UnknownMemberError:
        return False
    return True
