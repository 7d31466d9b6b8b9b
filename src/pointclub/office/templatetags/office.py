"""How the office writes things, and what it leads to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import template
from django.http import HttpRequest
from django.template import Context
from django.urls import NoReverseMatch, reverse
from django.utils import dateformat, timezone
from django.utils.translation import gettext, gettext_lazy, pgettext

from pointclub.membership.rules import number as member_number
from pointclub.merchants.rules.keys import KeyAct
from pointclub.office import refusals, words
from pointclub.people.rules.permissions import Permission, Role

register = template.Library()


@dataclass(frozen=True, slots=True)
class Way:
    """An entry of the navigation, for who has one of the permissions; without any, for everybody."""

    name: str
    words: Any
    permissions: frozenset[Permission] = frozenset()


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry as it stands on a page."""

    address: str
    words: Any
    is_here: bool


MEMBERS = frozenset({Permission.SEARCH_MEMBERS, Permission.SEE_ACCOUNT, Permission.SEE_ORDERS})
FILES = frozenset({Permission.IMPORT_FILES, Permission.BRING_OVER_BALANCES, Permission.SEE_RUNS})
WAYS = (
    Way("home", gettext_lazy("Pending decisions")),
    Way("members", gettext_lazy("Members"), MEMBERS),
    Way("applications", gettext_lazy("Screening"), frozenset({Permission.SEE_APPLICATIONS})),
    Way("requests", gettext_lazy("Requests"), frozenset({Permission.SEE_REQUESTS})),
    Way("versions", gettext_lazy("Program"), frozenset({Permission.SEE_REQUESTS})),
    Way(
        "suspensions", gettext_lazy("Suspension"), frozenset({Permission.SUSPEND_POINTS, Permission.REQUEST_EXTENSION})
    ),
    Way("announcements", gettext_lazy("Announcements and advertising"), frozenset({Permission.SEE_ANNOUNCEMENTS})),
    Way("catalogue:index", gettext_lazy("Master data"), frozenset({Permission.SEE_CATALOGUE})),
    Way("files", gettext_lazy("Files"), FILES),
    Way("runs", gettext_lazy("Runs"), frozenset({Permission.SEE_RUNS})),
    Way("exports", gettext_lazy("Exports"), frozenset({Permission.SEE_EXPORTS})),
    Way("audit", gettext_lazy("Audit log"), frozenset({Permission.SEE_AUDIT})),
    Way("staff", gettext_lazy("Staff"), frozenset({Permission.SEE_STAFF})),
)
# Which entry a page belongs to that is none itself.
BELONGS_TO = {
    "application": "applications",
    "decide_application": "applications",
    "unmask_applicant": "applications",
    "keys": "catalogue:index",
    "issue_key": "catalogue:index",
    "revoke_key": "catalogue:index",
    "suspend": "suspensions",
    "lapses": "suspensions",
    "run": "runs",
    "ask_for_version": "versions",
    "version_request": "versions",
    "ask_for_export": "exports",
    "export": "exports",
    **dict.fromkeys(("announcement", "ask_for_announcement", "withdraw_announcement"), "announcements"),
    **dict.fromkeys(("mailing", "ask_for_mailing"), "announcements"),
    "upload": "files",
    "imported": "files",
    "member": "members",
    "account": "members",
    "receipt": "members",
    "orders": "members",
    "order_line": "members",
    "unmask": "members",
    "call": "members",
    "redeem": "members",
    "blocks": "members",
    "block": "members",
    "lift": "members",
    "request": "requests",
    "ask_for_adjustment": "requests",
    "ask_for_transfer": "requests",
    "ask_for_extension": "requests",
    "ask_for_revocation": "requests",
}

# The page about something that an act was done to, where its id leads to one.
PAGES = {
    "change_request": ("office:request", frozenset({Permission.SEE_REQUESTS})),
    "version_request": ("office:version_request", frozenset({Permission.SEE_REQUESTS})),
    "export": ("office:export", frozenset({Permission.SEE_EXPORTS})),
    "announcement": ("office:announcement", frozenset({Permission.SEE_ANNOUNCEMENTS})),
    "mailing": ("office:mailing", frozenset({Permission.SEE_ANNOUNCEMENTS})),
    "run": ("office:run", frozenset({Permission.SEE_RUNS})),
    "file": ("office:imported", FILES),
    "upload": ("office:upload", FILES),
}


@register.simple_tag(takes_context=True)
def ways(context: Context) -> list[Shown]:
    """Return where this member of staff can go."""
    request: HttpRequest = context["request"]
    staff = getattr(request, "staff", None)
    if staff is None:
        return []
    match = request.resolver_match
    page = str(match.url_name) if match else ""
    here = "catalogue:index" if match and match.namespace == "catalogue" else BELONGS_TO.get(page, page)
    return [
        Shown(reverse(way.name if ":" in way.name else f"office:{way.name}"), way.words, way.name == here)
        for way in WAYS
        if not way.permissions or staff.may(*way.permissions)
    ]


@register.simple_tag(takes_context=True)
def may(context: Context, *permissions: str) -> bool:
    """Tell whether one of these permissions is theirs, so that nothing is offered that the door would refuse."""
    staff = getattr(context["request"], "staff", None)
    return staff is not None and staff.may(*map(Permission, permissions))


@register.simple_tag(takes_context=True)
def page_of(context: Context, kind: str, subject_id: str) -> str:
    """Return the address of the page about it, or nothing where there is none that they may open."""
    name, permissions = PAGES.get(kind, ("", frozenset()))
    if not name or not may(context, *permissions):
        return ""
    try:
        return reverse(name, args=[subject_id])
    except NoReverseMatch:  # A night's run is named by its day, and has no page of its own.
        return ""


@register.filter
def plain(value: Any) -> str:
    """Write a detail of the record: yes and no as words, lists with commas."""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, list):
        return ", ".join(plain(each) for each in value)
    return "–" if value is None else str(value)


@register.filter
def word(code: str, table: str) -> str:
    """Say in words what stands as a code; one that has no words yet stands as it is."""
    return str(words.TABLES[table].get(str(code), code))


@register.simple_tag
def state_of(code: str, table: str) -> tuple[Any, str, str]:
    """Return words, icon and tint of a state."""
    return words.STATES[table][str(code)]


@register.filter
def refusal_words(upload: Any) -> str:
    """Say why a file was refused or is held."""
    return refusals.tell_kept(upload.refusal_code, upload.refusal)


@register.filter
def grouped(number: str) -> str:
    """Write a member number in groups of four."""
    return member_number.grouped(number)


@register.filter
def login(actor: str) -> str:
    """Write an actor of the books for people: ``sato`` for staff, others with their kind."""
    kind, _, identifier = actor.partition(":")
    return identifier if kind == "staff" else actor


def day(value: dt.date) -> str:
    """Write a day in full, as templates do with the filter of the members' site."""
    return dateformat.format(value, pgettext("date format: day with weekday", "D, j F Y"))


@register.filter
def instant(value: dt.datetime) -> str:
    """Write an instant by the minute in Japan, with its year."""
    written = pgettext("date format: instant", "j M Y, H:i")
    return dateformat.format(timezone.localtime(value), written)


@register.filter
def time_of_day(value: dt.datetime) -> str:
    """Write the time of an instant in Japan: 09:45."""
    return dateformat.format(timezone.localtime(value), "H:i")


@register.filter
def ungrouped(number: str) -> str:
    """Write a member number as addresses have it."""
    return member_number.ungrouped(number)


@register.filter
def role_names(roles: Iterable[Role]) -> str:
    """Write roles in the order of the table."""
    held = set(roles)
    between = pgettext("between two in a list", ", ")
    return between.join(str(words.ROLES[role]) for role in Role if role in held)


@register.filter
def key_acts(acts: Iterable[str]) -> str:
    """Write what a terminal key is for."""
    between = pgettext("between two in a list", ", ")
    return between.join(str(words.KEY_ACTS[KeyAct(act)]) for act in acts)
