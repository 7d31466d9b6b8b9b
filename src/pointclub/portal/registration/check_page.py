"""The page on which everything but the password is read over, as it will be kept (REG-3, REG-4)."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext, pgettext

from pointclub.portal.registration import old_membership
from pointclub.portal.registration.club_fields import OF_THE_CLUB, SEXES, DraftForm
from pointclub.portal.registration.details_fields import ADDRESSES
from pointclub.portal.registration.drafts import Draft
from pointclub.portal.registration.fields import PartsInput
from pointclub.portal.registration.questionnaire import ANSWERS
from pointclub.portal.templatetags.portal import full_day

_NOT_SHOWN = {
    "password",
    "password_again",
    "mail_again",
    "second_mail_again",
    "wants_club",
    old_membership.NUMBER,
    old_membership.PASSWORD,
}
_SALT = "pointclub.portal.registration.check_page"
_WRITTEN: Mapping[str, Callable[[Any], list[str]]] = {
    "postal_code": lambda digits: [f"{digits[:3]}-{digits[3:]}"],
    "mobile": lambda digits: [f"{digits[:3]}-{digits[3:7]}-{digits[7:]}"],
    "birth_date": lambda day: [full_day(dt.date.fromisoformat(day))],
    "sex": lambda chosen: [str(dict(SEXES)[chosen])],
    "questionnaire": lambda chosen: [str(ANSWERS[each]) for each in chosen],
    "advertising": lambda chosen: [str(words) for key, words in ADDRESSES if key in chosen],
}


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """A field as it will be kept; `field_id` is where it is edited, `was` what was typed, where that looked another."""

    label: str
    values: Sequence[str]
    field_id: str
    was_converted: bool = False


def rows_of(form: DraftForm) -> list[Row]:
    """Return all rows of a form without errors, in its order."""
    return [_row(form, name) for name in _names(form)]


def digest_of(draft: Draft) -> str:
    """Return what tells whether a page shows this very draft and not one that another window has changed."""
    content = (draft.once, draft.contract, draft.old_membership, sorted(draft.typed.items()))
    return salted_hmac(_SALT, repr(content), algorithm="sha256").hexdigest()


def _names(form: DraftForm) -> Iterator[str]:
    wants_club = form.cleaned_data.get("wants_club", True)
    for name in form.fields:
        if name not in _NOT_SHOWN and (wants_club or name not in OF_THE_CLUB):
            yield name


def _row(form: DraftForm, name: str) -> Row:
    bound = form[name]
    value = form.cleaned_data[name]
    shown = _shown(name, value)
    return Row(
        label=str(bound.label),
        values=shown or [pgettext("no value", "None")],
        field_id=bound.auto_id,
        was_converted=isinstance(value, str) and _was_converted(form, name, value),
    )


def _shown(name: str, value: Any) -> list[str]:
    if value is True:
        return [gettext("Yes")]
    if not value:
        return []
    return _WRITTEN[name](value) if name in _WRITTEN else [value]


def _was_converted(form: DraftForm, name: str, value: str) -> bool:
    """Tell whether what will be kept looks otherwise than what was typed; hyphens between digits are no matter."""
    typed = form[name].data
    if isinstance(form.fields[name].widget, PartsInput):
        typed = "".join(part or "" for part in typed or [])
    if name == "postal_code":
        typed = (typed or "").replace("-", "")
    return bool(value) and (typed or "").strip() != value
