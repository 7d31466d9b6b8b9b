"""What the buttons of the form do besides going on: fill in the address, send a test message, show a document.

Each works by sending the form to itself, so that all of them work without scripts and nothing typed is lost.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping

from django.http import QueryDict

from pointclub.foundation.actors import Actor
from pointclub.notices import services as notices
from pointclub.people.postal_codes import Town, find_towns
from pointclub.people.rules import narrow_fields
from pointclub.people.rules.field_errors import FieldError
from pointclub.portal.registration.details_fields import PASSWORDS
from pointclub.portal.registration.details_form import input_names, judge_passwords
from pointclub.portal.registration.documents import read_shown
from pointclub.portal.registration.drafts import Draft, within_bounds

FIND_TOWN, TAKE_TOWN = "find_town", "town"
TRY = "try"
READ = "read"
MAILS = ("mail", "second_mail")


def take_in(draft: Draft, posted: QueryDict, *, at: dt.datetime) -> Draft:
    """Return the draft with what the form sent, whatever it is; a password that fits stays until another one does."""
    password, problem, typed_at = draft.password, dict(draft.password_problem), draft.password_typed_at
    first, again = (posted.get(name, "") for name in PASSWORDS)
    if first or again:
        password, problem = judge_passwords(first, again)
        typed_at = at.isoformat()
    taken_in = take_in_typed(draft, posted, names=input_names())
    return dataclasses.replace(taken_in, password=password, password_typed_at=typed_at, password_problem=problem)


def take_in_typed(draft: Draft, posted: QueryDict, *, names: Iterable[str]) -> Draft:
    """Return the draft with what was typed into the inputs of those names, and with the documents that were shown."""
    typed = {name: posted.getlist(name) for name in names if name in posted}
    shown = read_shown(posted.getlist("shown"))
    return dataclasses.replace(draft, typed=within_bounds(typed), shown=shown, said={})


def towns_of(draft: Draft) -> list[Town]:
    """Return the towns of the postal code typed, in the order in which they are offered."""
    try:
        return find_towns(narrow_fields.postal_code(_typed(draft, "postal_code")))
    except FieldError:
        return []


def find_town(draft: Draft) -> Draft:
    """Fill in prefecture and town where the postal code stands for one; else say so and leave the rest as it is."""
    try:
        narrow_fields.postal_code(_typed(draft, "postal_code"))
    except FieldError:
        return _saying(draft, "address", "no_postal_code")
    towns = towns_of(draft)
    if len(towns) == 1:
        return _living_in(draft, towns[0])
    return _saying(draft, "address", "several_towns" if towns else "no_town")


def take_town(draft: Draft, number: str) -> Draft:
    """Fill in the town chosen of several."""
    towns = towns_of(draft)
    if not number.isdecimal() or not number.isascii() or not int(number[:4]) < len(towns):
        return _saying(draft, "address", "no_town")
    return _living_in(draft, towns[int(number[:4])])


def send_trial(draft: Draft, name: str, *, network: str, language: str, at: dt.datetime, actor: Actor) -> Draft:
    """Send the fixed test message to the address typed (NTC-4); the answer never tells whether anybody has it."""
    try:
        address = narrow_fields.mail(_typed(draft, name))
    except FieldError:
        return _saying(draft, name, "no_mail")
    try:
        notices.send_trial(
            address=address,
            network=network,
            device=str(draft.once),
            language=language,
            at=at,
            actor=actor,
        )
    except notices.InvalidTrialAddressError:
        return _saying(draft, name, "no_mail")
    except notices.TooManyTrialsError as refused:
        return _saying(draft, name, "too_many_trials", {"retry_at": refused.retry_at.isoformat()})
    irregular = narrow_fields.is_irregular_mail(address)
    return _saying(draft, name, "irregular_sent" if irregular else "trial_sent", {"address": address})


def _living_in(draft: Draft, town: Town) -> Draft:
    typed = {**draft.typed, "prefecture": [town.prefecture], "town": [town.town]}
    return _saying(dataclasses.replace(draft, typed=typed), "address", "town_found")


def _saying(draft: Draft, place: str, code: str, values: Mapping[str, str] | None = None) -> Draft:
    return dataclasses.replace(draft, said={"place": place, "code": code, **(values or {})})


def _typed(draft: Draft, name: str) -> str:
    return next(reversed(draft.typed.get(name, [""])), "")
