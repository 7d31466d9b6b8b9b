"""Light or dark: who chose one is shown it in this browser from the first byte on, signed in or not."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from pointclub.people.models import User

COOKIE = "pointclub_scheme"
_REMEMBERED = dt.timedelta(days=365)


def scheme_of(request: HttpRequest) -> str:
    """Return light or dark, where one of them was chosen; nothing where the device decides."""
    chosen = request.COOKIES.get(COOKIE, "")
    return chosen if chosen in {User.Scheme.LIGHT, User.Scheme.DARK} else ""


def set_scheme(response: HttpResponseBase, scheme: User.Scheme) -> None:
    """Let the browser remember what was chosen."""
    if scheme is User.Scheme.SYSTEM:
        response.delete_cookie(COOKIE)
        return
    response.set_cookie(
        COOKIE,
        scheme.value,
        max_age=_REMEMBERED,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
