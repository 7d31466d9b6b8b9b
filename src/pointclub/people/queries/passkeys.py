"""Whose passkeys there are."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from allauth.mfa.models import Authenticator

from pointclub.people.models import User


@dataclass(frozen=True, slots=True)
class Passkey:
    """A passkey as its owner knows it."""

    number: int
    name: str
    added_at: dt.datetime
    used_at: dt.datetime | None


def list_passkeys(user: User) -> list[Passkey]:
    """Return somebody's passkeys, the newest first."""
    kept = Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).order_by("-created_at", "-id")
    return [Passkey(each.id, each.data["name"], each.created_at, each.last_used_at) for each in kept]
