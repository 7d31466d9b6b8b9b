"""Changing what is registered of oneself: kept with what stood before, and told where it matters (MEM-7)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping

from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.foundation.refusals import Refusal
from pointclub.membership.services.address_proofs import CHANGED, mail_proof, tell_of_mail_change
from pointclub.membership.services.register import PhoneNeededError
from pointclub.membership.services.signing_in import tell_of_change
from pointclub.notices import services as notices
from pointclub.people import queries as people_queries
from pointclub.people import services as people
from pointclub.people.models import ContactAddress, Person, SignIn, User
from pointclub.people.rules.personal_fields import ADDRESS_PARTS, MAILS, PHONES, PersonalField

_ASKED = {
    ContactAddress.Kind.FIRST: "mail_change_asked",
    ContactAddress.Kind.SECOND: "second_mail_change_asked",
}
_HOME = frozenset({*ADDRESS_PARTS, PersonalField.ADDRESS, PersonalField.POSTAL_CODE})
_KEPT_FOR_GOOD = frozenset({PersonalField.NAME, PersonalField.FIRST_MAIL})
_BY_STAFF = frozenset({PersonalField.BIRTH_DATE, PersonalField.SEX})


class DetailNeededError(Refusal):
    """There is always a name and a first e-mail address, and birth date and sex are changed by staff."""

    code = "detail_needed"


@act
def change_details(
    *,
    stay: SignIn,
    values: Mapping[PersonalField, str],
    removed: Collection[PersonalField] = (),
    link_to: Callable[[str], str],
    at: dt.datetime,
    actor: Actor,
) -> frozenset[PersonalField]:
    """Keep those values from now on, and none of the removed fields; return the fields that changed.

    An e-mail address waits until the link that is mailed to it is opened: until then all mail goes where it went. Who
    asks for a change of it, or changes phone or address, is told so at the addresses on file. ``link_to`` makes the
    address of a page out of what proves an e-mail address.

    Raises:
        TooManyAddressChangesError: so many other addresses were named that the next one waits.
        DetailNeededError: one of the fields cannot be removed, or not be changed by its owner.
        PhoneNeededError: no phone number would be left.
        InvalidPersonalDataError, EmptyNameError: a text is no value of its field; nothing is changed.
        StayEndedError: the stay has ended meanwhile.
    """
    user = people.hold_stay(stay=stay)
    _refuse_what_must_stay(values, removed)
    person = Person.objects.select_for_update(no_key=True).get(id=user.person_id)
    changed: set[PersonalField] = set()
    if PersonalField.NAME in values and people.change_name(
        person=person, name=values[PersonalField.NAME], at=at, actor=actor
    ):
        changed.add(PersonalField.NAME)
    plain = {field: text for field, text in values.items() if field not in {PersonalField.NAME, *MAILS}}
    changed |= people.record_personal_data(person=person, values=plain, at=at, actor=actor)
    gone = set(removed) - {PersonalField.SECOND_MAIL}
    changed |= people.remove_personal_data(person=person, fields=gone, at=at, actor=actor)
    _refuse_without_phone(person, changed)
    for field in MAILS:
        if field in values and _ask_for_mail(user, person, field, values[field], link_to=link_to, at=at, actor=actor):
            changed.add(field)
    if PersonalField.SECOND_MAIL in removed and _remove_second_mail(user, person, at=at, actor=actor):
        changed.add(PersonalField.SECOND_MAIL)
    for what, fields in (("phone_changed", set(PHONES)), ("address_changed", _HOME)):
        if changed & fields:
            tell_of_change(user, what, at=at, actor=actor)
    return frozenset(changed)


@act
def change_keyword(*, stay: SignIn, keyword: str, at: dt.datetime, actor: Actor) -> None:
    """Take another identity keyword, and tell its owner: it opens the way back to a lost password.

    Raises:
        InvalidKeywordError: it is none.
        StayEndedError: the stay has ended meanwhile.
    """
    user = people.hold_stay(stay=stay)
    people.set_identity_keyword(person=user.person, keyword=keyword, at=at, actor=actor)
    tell_of_change(user, "keyword_changed", at=at, actor=actor)


@act
def choose_advertising(
    *,
    user: User,
    wanted: Collection[ContactAddress.Kind],
    stay: SignIn | None = None,
    at: dt.datetime,
    actor: Actor,
) -> None:
    """Let advertising go to those addresses and to no other, at once; one that is not proved takes none (NTC-3).

    Raises:
        StayEndedError: the stay in which it was asked for has ended.
    """
    if stay is not None:
        people.hold_stay(stay=stay)
    addresses = people_queries.list_mail_addresses(user.person_id)
    proved = {ContactAddress.Kind(each.kind) for each in addresses if each.verified_at is not None}
    others = set(CHANGED) - set(wanted)
    notices.agree_to_advertising(
        person_id=user.person_id, kinds=proved & set(wanted), how="settings", at=at, actor=actor
    )
    notices.stop_advertising(person_id=user.person_id, kinds=others, how="settings", at=at, actor=actor)


def _refuse_what_must_stay(values: Collection[PersonalField], removed: Collection[PersonalField]) -> None:
    if _KEPT_FOR_GOOD & set(removed) or _BY_STAFF & {*values, *removed}:
        message = "This is always kept, or changed by staff only."
        raise DetailNeededError(message)


def _refuse_without_phone(person: Person, changed: Collection[PersonalField]) -> None:
    if not set(PHONES) & set(changed):
        return
    if not set(PHONES) & set(people_queries.personal_data_of([person.id])[person.id]):
        message = "Please enter a phone number."
        raise PhoneNeededError(message)


def _ask_for_mail(
    user: User,
    person: Person,
    field: PersonalField,
    text: str,
    *,
    link_to: Callable[[str], str],
    at: dt.datetime,
    actor: Actor,
) -> bool:
    place = ContactAddress.Kind(field.value)
    address_id = people.ask_for_address_change(person=person, place=place, address=text, at=at, actor=actor)
    if address_id is None:
        return False
    mail_proof(
        user=user,
        address_id=address_id,
        link_to=link_to,
        at=at,
        actor=actor,
        once=f"prove:{address_id}:{at.isoformat()}",
    )
    tell_of_mail_change(user, _ASKED[place], at=at, actor=actor)
    return True


def _remove_second_mail(user: User, person: Person, *, at: dt.datetime, actor: Actor) -> bool:
    """Do without a second address; its consent to advertising ends with it, so that the next one asks anew."""
    place = ContactAddress.Kind.SECOND
    old = [each for each in people_queries.list_mail_addresses(person.id) if each.kind == place]
    if not old:
        return people.withdraw_address_change(person=person, place=place, at=at, actor=actor)
    people.remove_personal_data(person=person, fields=[PersonalField.SECOND_MAIL], at=at, actor=actor)
    notices.stop_advertising(person_id=person.id, kinds=[place], how="settings", at=at, actor=actor)
    tell_of_mail_change(user, CHANGED[place], also=old[0].id, at=at, actor=actor)
    return True
