"""Pages for what went wrong, each with a way on and a reference number that the log knows too."""

import logging
import secrets
import sys

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from pointclub.foundation import addresses
from pointclub.portal import members

logger = logging.getLogger(__name__)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that cannot be understood."""
    return _page(request, "400.html", 400, because=type(exception).__name__)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request for what is not this person's."""
    return _page(request, "403.html", 403, because=type(exception).__name__)


def outdated_form(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    """Answer a form that was open too long, or that another site sent."""
    back = members.lead_back_to_form(request)
    if back is not None:
        return back
    return _page(request, "403_csrf.html", 403, because=reason)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request for a page that does not exist."""
    return _page(request, "404.html", 404, because=type(exception).__name__)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer when the fault is ours; nothing here asks the database, which may be the fault."""
    kind = sys.exc_info()[0]
    return _page(request, "500.html", 500, because=kind and kind.__name__)


def _page(request: HttpRequest, template: str, status: int, *, because: object) -> HttpResponse:
    """Write the reference number down together with where and why, then show it.

    Of an exception only its kind is written, and no part of an address that names anything: both may hold what
    somebody typed, or the secret of a mailed link.
    """
    number = secrets.token_hex(4).upper()
    reference = f"{number[:4]}-{number[4:]}"
    logger.warning("Answered %s with %s, reference %s: %r", addresses.told(request), status, reference, because)
    response = render(request, template, {"reference": reference}, status=status)
    add_never_cache_headers(response)
    return response
