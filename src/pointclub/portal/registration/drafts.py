"""What an applicant has typed so far, kept in the session from page to page, encrypted and for an hour.

Nothing of it stands in the session's table in the clear, in an address or in a hidden field. Passwords are in it as
well, for the rule that judges them needs the login ID, which may change until the end; no page ever shows them again.
A newcomer's opens in that session alone; what somebody typed who is in, to whoever that is, in the next stay as well.
"""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest

from pointclub.people.personal_data import UnreadablePersonalDataError, decrypt, encrypt

KEPT_FOR = dt.timedelta(hours=1)
# Under which names drafts lie in a session.
REGISTRATION, ENROLMENT = "registration_draft", "enrolment_draft"
# What somebody pastes by mistake is shown again in full; what no person types is not kept for a machine.
_LARGEST = 100_000
_LONGEST_OF_LARGEST = 1_000

Typed = Mapping[str, list[str]]


@dataclasses.dataclass(frozen=True, slots=True)
class Contract:
    """A contract that was found by both numbers, and the one by which its customer knows it."""

    contract_id: UUID
    customer_number: str


@dataclasses.dataclass(frozen=True, slots=True)
class OldMembership:
    """A membership of the old club that was found by number and password, and the number as its member knows it."""

    old_member_id: UUID
    number: str


@dataclasses.dataclass(frozen=True, slots=True)
class Draft:
    """A registration under way.

    `once` is its one-time token. `typed` is what the form sent last, without passwords. `password` is there where one
    was typed twice and fits, with the instant, else `password_problem` says what was wrong with it. `was_tried` tells
    whether errors are to be shown, `taken` and `free` which login ID was looked up and found to be so, `shown` which
    versions of the documents stood on the page, and `said` what a button other than the last has to tell, and where.
    """

    once: UUID = dataclasses.field(default_factory=uuid4)
    has_door: bool = False
    contract: Contract | None = None
    old_membership: OldMembership | None = None
    old_problem: Mapping[str, str] = dataclasses.field(default_factory=dict)
    typed: Typed = dataclasses.field(default_factory=dict)
    password: str = ""
    password_typed_at: str = ""
    password_problem: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    was_tried: bool = False
    taken: str = ""
    free: str = ""
    shown: Mapping[str, str] = dataclasses.field(default_factory=dict)
    said: Mapping[str, str] = dataclasses.field(default_factory=dict)


def find_draft(request: HttpRequest, *, at: dt.datetime, of: str = REGISTRATION) -> Draft | None:
    """Return what this browser has typed within the last hour; what cannot be read counts as nothing."""
    kept = request.session.get(of)
    if kept is None or request.session.session_key is None:
        return None
    try:
        text = decrypt(base64.b64decode(kept), bound_to=_bound_to(request, of))
    except (UnreadablePersonalDataError, ValueError):
        return None
    content = json.loads(text)
    # Another release may have kept other fields; what was typed under it is asked for anew.
    if content.keys() != {*(each.name for each in dataclasses.fields(Draft)), "kept_at"}:
        return None
    if at - dt.datetime.fromisoformat(content.pop("kept_at")) > KEPT_FOR:
        return None
    contract = content.pop("contract")
    if contract is not None:
        contract = Contract(UUID(contract["contract_id"]), contract["customer_number"])
    old = content.pop("old_membership")
    if old is not None:
        old = OldMembership(UUID(old["old_member_id"]), old["number"])
    return Draft(once=UUID(content.pop("once")), contract=contract, old_membership=old, **content)


def keep_draft(request: HttpRequest, draft: Draft, *, at: dt.datetime, of: str = REGISTRATION) -> None:
    """Keep it for another hour; a newcomer's first moves the session to a new key, which nobody can have planted."""
    if of == REGISTRATION and of not in request.session:
        request.session.cycle_key()
    content = {**dataclasses.asdict(draft), "kept_at": at.isoformat()}
    sealed = encrypt(json.dumps(content, default=str), bound_to=_bound_to(request, of))
    request.session[of] = base64.b64encode(sealed).decode()


def keep_draft_at_once(request: HttpRequest, draft: Draft, *, at: dt.datetime, of: str = REGISTRATION) -> None:
    """Keep it though the answer will be that we are busy, after which nobody else writes the session."""
    keep_draft(request, draft, at=at, of=of)
    request.session.save()


def drop_draft(request: HttpRequest, *, of: str = REGISTRATION) -> None:
    """Forget it."""
    request.session.pop(of, None)


def within_bounds(typed: Typed) -> Typed:
    """Return what was typed; of what is larger than any person's input only the beginnings."""
    if sum(len(text) for texts in typed.values() for text in texts) <= _LARGEST:
        return typed
    return {name: [text[:_LONGEST_OF_LARGEST] for text in texts[: _LARGEST // 1_000]] for name, texts in typed.items()}


def _bound_to(request: HttpRequest, of: str) -> bytes:
    whose = f"user {request.user.pk}" if of == ENROLMENT else f"session {request.session.session_key}"
    return f"{of} of {whose}".encode()
