"""Where somebody goes on to, who was sent another way first."""

from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme


def asked_way(request: HttpRequest) -> str:
    """Return what the request names as the way on, unchecked: it is handed from form to form."""
    return request.POST.get("next") or request.GET.get("next", "")


def way_on(request: HttpRequest) -> str:
    """Return the page asked for where it lies on this site, else my page; a bare word is the address of no page."""
    asked = asked_way(request)
    within = url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    if within and asked.startswith("/"):
        return asked
    return resolve_url("portal:my_page")
