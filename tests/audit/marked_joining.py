"""How somebody joins in a life in which every text carries a mark."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any
from uuid import uuid4

from pointclub.energy import services as energy
from pointclub.foundation import actors
from pointclub.foundation.periods import tokyo_day
from pointclub.membership import services as membership
from pointclub.people import queries as people_queries
from pointclub.people import services as people
from pointclub.people.models import ContactAddress, Person, User
from pointclub.people.rules.permissions import Role
from pointclub.people.rules.personal_fields import PersonalField
from pointclub.terms import queries as terms
from tests.factories.club import STAFF
from tests.factories.contracts import CUSTOMER, SUPPLY_POINT, contract_on_file
from tests.factories.old_members import old_member_on_file
from tests.factories.registrations import another, joining, link_to
from tests.factories.sign_ins import begin
from tests.factories.staff import staff


def change_details(person: Person, user: User, *, name: str, word: str, at: dt.datetime) -> None:
    facts: dict[str, Any] = {"at": at, "actor": STAFF}
    people.change_name(person=person, name=f"{name}（新）", **facts)
    people.change_password(user=user, password=f"{word}34", **facts)
    people.set_identity_keyword(person=person, keyword=name[:10], **facts)
    values = {PersonalField.FIRST_MAIL: f"{word}@example.net", PersonalField.TOWN: name}
    people.record_personal_data(person=person, values=values, **facts)
    people.choose_display(user=user, language=User.Language.ENGLISH, scheme=User.Scheme.DARK, **facts)
    change_addresses(person, word=word, at=at)
    change_on_the_pages(user, name=name, word=word, at=at)


def change_addresses(person: Person, *, word: str, at: dt.datetime) -> None:
    """Ask for two other e-mail addresses, of which one is given up and one proved."""
    facts: dict[str, Any] = {"at": at, "actor": STAFF}
    first, second = ContactAddress.Kind.FIRST, ContactAddress.Kind.SECOND
    people.ask_for_address_change(person=person, place=second, address=f"{word}@example.org", **facts)
    people.withdraw_address_change(person=person, place=second, **facts)
    address_id = people.ask_for_address_change(person=person, place=first, address=f"{word}.2@example.org", **facts)
    assert address_id is not None
    people.prove_address(token=people.issue_address_proof(address_id=address_id, at=at), **facts)


def change_on_the_pages(user: User, *, name: str, word: str, at: dt.datetime) -> None:
    """Change what the pages change, with marks in all that is typed."""
    stay = begin(user, at=at).sign_in
    acting: dict[str, Any] = {"at": at, "actor": membership.as_actor(user)}
    facts: dict[str, Any] = {"user": user, **acting}
    values = {PersonalField.BUILDING: name, PersonalField.FIRST_MAIL: f"{word}.3@example.org"}
    membership.change_details(stay=stay, values=values, link_to=link_to, **acting)
    (waiting,) = people_queries.list_waiting_addresses(user.person_id)
    token = people.issue_address_proof(address_id=waiting.id, at=at)
    membership.prove_address(token=token, at=at, actor=facts["actor"])
    membership.change_keyword(stay=stay, keyword=name[:10], **acting)
    membership.choose_advertising(wanted=[ContactAddress.Kind.FIRST], **facts)


def use_the_portal(person: Person, *, name: str, at: dt.datetime) -> None:
    """Register a contract whose every text carries the mark, and let it go."""
    contract_on_file(name, holder=name, menu=name)
    contract_id = energy.try_contract(customer_number=CUSTOMER, supply_point_number=SUPPLY_POINT, network=name, at=at)
    assert contract_id is not None
    energy.link_contract(contract_id=contract_id, person=person, at=at, actor=STAFF)
    energy.unlink_contract(contract_id=contract_id, person=person, at=at, actor=STAFF)


def be_looked_at(*, name: str, word: str, reason: str, at: dt.datetime) -> None:
    """Register two people whose name is on the exclusion list, one of whom is let in, and take the name off again."""
    officer = actors.staff(staff(Role.PRIVACY_OFFICER, actor=STAFF.id).login_id)
    entry = membership.add_exclusion(name=name, birth_date=None, reason=reason, at=at, actor=officer)
    decisions = (membership.admit_application, membership.decline_application)
    for number, decide in enumerate(decisions):
        form = another(
            number, full_name=name, login_id=f"{word[:6]}{number}", nickname=name, building=name, language="en"
        )
        documents = {document: terms.in_force(document, on=tokyo_day(at)).version for document in form.documents}
        registered = membership.register(
            form=dataclasses.replace(form, documents=documents), once=uuid4(), link_to=link_to, at=at, actor=STAFF
        )
        decide(registration_id=registered.registration_id, reason=reason, at=at, actor=STAFF)
    join_later(name=name, word=word, at=at)
    membership.end_exclusion(exclusion_id=entry.id, reason=reason, at=at, actor=officer)


def join_later(*, name: str, word: str, at: dt.datetime) -> None:
    """Register without the club, and join it after all, with points of an old one."""
    form = another(7, full_name=f"{name}七号", login_id=f"{word[:6]}7", nickname=name)
    later = joining(club={"family_name": name[:10], "given_name": name[:10]})
    today = {document: terms.in_force(document, on=tokyo_day(at)).version for document in form.documents}
    registered = membership.register(
        form=dataclasses.replace(form, club=None, documents=today), once=uuid4(), link_to=link_to, at=at, actor=STAFF
    )
    user = User.objects.get(id=registered.user_id)
    shown = {document: today[document] for document in later.documents}
    membership.enrol(
        stay=begin(user, at=at).sign_in,
        form=dataclasses.replace(later, documents=shown, old_member_id=old_member_on_file(number=word)),
        once=uuid4(),
        at=at,
        actor=membership.as_actor(user),
    )
