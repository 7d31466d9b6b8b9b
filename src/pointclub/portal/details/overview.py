"""All that is registered, group by group, with what stood before."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from pointclub.foundation import actors
from pointclub.people.models import ContactAddress
from pointclub.people.queries import KeptValue
from pointclub.people.rules.personal_fields import PersonalField
from pointclub.people.rules.wide_fields import Sex
from pointclub.portal.details.forms import parts_of
from pointclub.portal.details.standing import Standing
from pointclub.portal.registration.club_fields import SEXES
from pointclub.portal.registration.details_form import DetailsForm
from pointclub.portal.templatetags.portal import full_day

_GROUPS: Sequence[tuple[str, Any, Sequence[PersonalField]]] = (
    (
        "name",
        _("Name"),
        (
            PersonalField.NAME,
            PersonalField.FAMILY_NAME,
            PersonalField.GIVEN_NAME,
            PersonalField.KANA,
            PersonalField.BIRTH_DATE,
            PersonalField.SEX,
        ),
    ),
    (
        "address",
        _("Address"),
        (
            PersonalField.POSTAL_CODE,
            PersonalField.ADDRESS,
            PersonalField.PREFECTURE,
            PersonalField.TOWN,
            PersonalField.STREET,
            PersonalField.BUILDING,
        ),
    ),
    ("phones", _("Phone"), (PersonalField.LAND_LINE, PersonalField.MOBILE)),
    ("mails", _("E-mail"), (PersonalField.FIRST_MAIL, PersonalField.SECOND_MAIL)),
    ("nickname", _("Nickname"), (PersonalField.NICKNAME,)),
)
_LABELS: Mapping[PersonalField, Any] = {
    PersonalField.FIRST_MAIL: DetailsForm.base_fields["mail"].label,
    PersonalField.KANA: _("Name in katakana"),
    PersonalField.ADDRESS: _("Address"),
}
# Shown even where there is no value, so that it is seen what could be registered.
_ALWAYS = frozenset({PersonalField.LAND_LINE, PersonalField.MOBILE, PersonalField.FIRST_MAIL, PersonalField.NICKNAME})
_ALWAYS_TOO = frozenset({PersonalField.SECOND_MAIL, PersonalField.POSTAL_CODE})
_BY: Mapping[actors.ActorKind, Any] = {
    actors.ActorKind.MEMBER: _("by you"),
    actors.ActorKind.STAFF: _("by our staff"),
    actors.ActorKind.SYSTEM: _("by us"),
}
_REGISTRATION = str(actors.system("registration"))


@dataclasses.dataclass(frozen=True, slots=True)
class Line:
    """A value that counts: since when, by whom, and for e-mail the address with its marks."""

    label: Any
    text: str
    since: dt.datetime | None = None
    by: Any = ""
    address: ContactAddress | None = None
    waiting: ContactAddress | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Former:
    """A value that counted until another took its place, or until it was removed."""

    label: Any
    text: str
    until: dt.datetime
    by: Any


@dataclasses.dataclass(frozen=True, slots=True)
class Group:
    """What is changed on one page."""

    key: str
    title: Any
    lines: Sequence[Line]
    former: Sequence[Former]


def groups_of(standing: Standing) -> list[Group]:
    """Return the groups of personal data; what the person wishes for stands beside them."""
    return [Group(key, title, _lines(standing, fields), _former(standing, fields)) for key, title, fields in _GROUPS]


def _lines(standing: Standing, fields: Sequence[PersonalField]) -> list[Line]:
    return [_line(standing, field) for field in fields if field in standing.now or field in _ALWAYS | _ALWAYS_TOO]


def _line(standing: Standing, field: PersonalField) -> Line:
    kept = standing.now.get(field)
    place = ContactAddress.Kind(field.value) if field.value in ContactAddress.Kind.values else None
    return Line(
        label=_label(field),
        text="" if kept is None else _WRITTEN.get(field, str)(kept.text),
        since=None if kept is None else kept.recorded_at,
        by="" if kept is None else _by_whom(kept.recorded_by),
        address=None if place is None else standing.addresses.get(place),
        waiting=None if place is None else standing.waiting.get(place),
    )


def _former(standing: Standing, fields: Sequence[PersonalField]) -> list[Former]:
    gone = [(each, each.replaced_at) for each in standing.history if each.field in fields]
    return [
        Former(_label(each.field), each.text, until, _by_whom(each.replaced_by))
        for each, until in sorted(gone, key=_latest_first, reverse=True)
        if until is not None
    ]


def _latest_first(row: tuple[KeptValue, dt.datetime | None]) -> str:
    return "" if row[1] is None else row[1].isoformat()


def _label(field: PersonalField) -> Any:
    return _LABELS.get(field) or DetailsForm.base_fields[field.value].label


def _by_whom(written: str) -> Any:
    """Say who it was; who registers acts by the system, and is nobody else."""
    if not written:
        return ""
    return _BY[actors.ActorKind.MEMBER] if written == _REGISTRATION else _BY.get(actors.named(written).kind, "")


def _dialled(number: str) -> str:
    """Write a number as one reads it, where it is certain where its area code ends."""
    is_certain = number.startswith(("03", "06", "050", "070", "080", "090"))
    return "-".join(parts_of(number)) if is_certain else number


_WRITTEN: Mapping[PersonalField, Callable[[str], str]] = {
    PersonalField.POSTAL_CODE: lambda digits: f"{digits[:3]}-{digits[3:]}",
    PersonalField.BIRTH_DATE: lambda day: full_day(dt.date.fromisoformat(day)),
    PersonalField.SEX: lambda chosen: str(dict(SEXES)[Sex(chosen)]),
    PersonalField.LAND_LINE: _dialled,
    PersonalField.MOBILE: _dialled,
}
