"""Where somebody goes on to, who was sent another way first."""

from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.urls import translate_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language

from pointclub.people.models import User

_LONGEST = 2_000


def asked_way(request: HttpRequest) -> str:
    """Return what the request names as the way on, unchecked: it is handed from form to form, and none is so long."""
    asked = request.POST.get("next") or request.GET.get("next", "")
    return asked if len(asked) <= _LONGEST else ""


def way_on(request: HttpRequest) -> str:
    """Return the page asked for where it lies on this site, else my page; a bare word is the address of no page."""
    asked = asked_way(request)
    within = url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    if within and asked.startswith("/"):
        return asked
    return resolve_url("portal:my_page")


def in_language_of(user: User, way: str) -> str:
    """Return the same page in the language that the user reads, for who came in on the Japanese pages.

    Everybody arrives on those. Who signs in on an English page has chosen it in this browser, and stays with it.
    """
    if get_language() != settings.LANGUAGE_CODE or user.language == settings.LANGUAGE_CODE:
        return way
    return translate_url(way, user.language)
