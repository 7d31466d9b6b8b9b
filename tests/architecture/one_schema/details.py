"""Somebody changes what is registered of them."""

from __future__ import annotations

from typing import Any

from pointclub.membership import services as membership
from pointclub.people import queries as people_queries
from pointclub.people import services as people
from pointclub.people.models import ContactAddress, User
from pointclub.people.rules.personal_fields import PersonalField
from tests.factories.registrations import REGISTERED_AT, link_to
from tests.factories.sign_ins import begin


def change_all_details(user: User) -> None:
    """Change what is registered, with an e-mail address that is withdrawn and one that is proved."""
    at = REGISTERED_AT
    stay = begin(user, at=at).sign_in
    acting: dict[str, Any] = {"at": at, "actor": membership.as_actor(user)}
    facts: dict[str, Any] = {"user": user, **acting}
    first, second = PersonalField.FIRST_MAIL, PersonalField.SECOND_MAIL
    changes = {PersonalField.NAME: "別人　七子", PersonalField.TOWN: "大阪市北区堂島", second: "betsu@example.org"}
    membership.change_details(stay=stay, values=changes, link_to=link_to, **acting)
    replaced = {first: "betsu@example.net"}
    membership.change_details(stay=stay, values=replaced, removed=[second], link_to=link_to, **acting)
    (waiting,) = people_queries.list_waiting_addresses(user.person_id)
    token = people.issue_address_proof(address_id=waiting.id, at=at)
    membership.prove_address(token=token, at=at, actor=facts["actor"])
    membership.change_keyword(stay=stay, keyword="みけのたま", **acting)
    membership.choose_advertising(wanted=[ContactAddress.Kind.FIRST], **facts)
    people.choose_display(language=User.Language.ENGLISH, scheme=User.Scheme.DARK, **facts)
    people_queries.list_kept(user.person_id)
    people_queries.keyword_set_at(user.person_id)
    people_queries.mail_changed_at(user.person_id)
