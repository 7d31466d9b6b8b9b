"""What leads hanako back to a forgotten login ID or password: a keyword, and an address that is proved."""

from __future__ import annotations

import datetime as dt

from pointclub.foundation import actors
from pointclub.people import queries
from pointclub.people import services as people
from pointclub.people.models import Person

# Printed by `pointclub demo`.
MAIL, KEYWORD = "member-1@example.com", "みほんのことば"


def let_recover(person: Person, *, at: dt.datetime) -> None:
    """Set the keyword, and let the person have opened the link in the mail that proves the address."""
    people.set_identity_keyword(person=person, keyword=KEYWORD, at=at, actor=actors.system("demo"))
    for address in queries.list_mail_addresses(person.id):
        token = people.issue_address_proof(address_id=address.id, at=at)
        people.prove_address(token=token, at=at, actor=actors.system("demo"))
