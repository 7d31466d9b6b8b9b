"""How the office writes things, and what it leads to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import template
from django.http import HttpRequest
from django.template import Context
from django.urls import reverse
from django.utils.translation import gettext_lazy

from pointclub.office import words
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


WAYS = (Way("home", gettext_lazy("What waits")),)


@register.simple_tag(takes_context=True)
def ways(context: Context) -> list[Shown]:
    """Return where this member of staff can go."""
    request: HttpRequest = context["request"]
    staff = getattr(request, "staff", None)
    if staff is None:
        return []
    here = request.resolver_match.url_name if request.resolver_match else ""
    return [
        Shown(reverse(f"office:{way.name}"), way.words, way.name == here)
        for way in WAYS
        if not way.permissions or staff.may(*way.permissions)
    ]


@register.filter
def role_names(roles: Iterable[Role]) -> str:
    """Write roles in the order of the table."""
    held = set(roles)
    return "、".join(str(words.ROLES[role]) for role in Role if role in held)
