"""How somebody joins in a life in which every text carries a mark."""

from __future__ import annotations

import datetime as dt
from typing import Any

from pointclub.energy import services as energy
from pointclub.people import services as people
from pointclub.people.models import ContactAddress, Person, User
from pointclub.people.rules.personal_fields import PersonalField
from tests.factories.club import STAFF
from tests.factories.contracts import CUSTOMER, SUPPLY_POINT, contract_on_file


def change_details(person: Person, user: User, *, name: str, word: str, at: dt.datetime) -> None:
    facts: dict[str, Any] = {"at": at, "actor": STAFF}
    people.change_name(person=person, name=f"{name}（新）", **facts)
    people.change_password(user=user, password=f"{word}34", **facts)
    people.set_identity_keyword(person=person, keyword=name[:10], **facts)
    values = {PersonalField.FIRST_MAIL: f"{word}@example.net", PersonalField.TOWN: name}
    people.record_personal_data(person=person, values=values, **facts)
    address = ContactAddress.objects.get(person=person)
    people.prove_address(token=people.issue_address_proof(address_id=address.id, at=at), **facts)


def use_the_portal(person: Person, *, name: str, at: dt.datetime) -> None:
    """Register a contract whose every text carries the mark, and let it go."""
    contract_on_file(name, holder=name, menu=name)
    contract_id = energy.try_contract(customer_number=CUSTOMER, supply_point_number=SUPPLY_POINT, network=name, at=at)
    assert contract_id is not None
    energy.link_contract(contract_id=contract_id, person=person, at=at, actor=STAFF)
    energy.unlink_contract(contract_id=contract_id, person=person, at=at, actor=STAFF)
