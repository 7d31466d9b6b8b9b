"""Pages for what went wrong in the office, each with a way on and a reference number that the log knows too."""

import logging
import secrets
import sys
from collections.abc import Collection
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from pointclub.people.rules.permissions import Permission, Role, roles_with

logger = logging.getLogger(__name__)


def role_needed(request: HttpRequest, permissions: Collection[Permission]) -> HttpResponse:
    """Answer somebody whose roles do not reach, and say which would."""
    roles = [role for role in Role if any(role in roles_with(permission) for permission in permissions)]
    wanted = ", ".join(sorted(permissions))
    return _page(request, "office/errors/role_needed.html", 403, because=f"needs {wanted}", roles=roles)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that cannot be understood."""
    return _page(request, "office/errors/bad_request.html", 400, because=type(exception).__name__)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request for what is not this person's."""
    return _page(request, "office/errors/forbidden.html", 403, because=type(exception).__name__)


def outdated_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that was open too long, or that another site sent."""
    return _page(request, "office/errors/outdated_form.html", 403, because=reason)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request for a page that does not exist."""
    return _page(request, "office/errors/not_found.html", 404, because=type(exception).__name__)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer when the fault is ours; nothing here asks the database, which may be the fault."""
    kind = sys.exc_info()[0]
    return _page(request, "office/errors/server_error.html", 500, because=kind and kind.__name__)


def _page(request: HttpRequest, template: str, status: int, *, because: object, **shown: Any) -> HttpResponse:
    """Write the reference number down together with where and why, then show it.

    Neither the query nor the words of an exception are written down: either may hold what somebody typed.
    """
    number = secrets.token_hex(4).upper()
    reference = f"{number[:4]}-{number[4:]}"
    place = request.resolver_match.view_name if request.resolver_match else "no page"
    logger.warning("Answered %s %s with %s, reference %s: %s", request.method, place, status, reference, because)
    return render(request, template, {"reference": reference, **shown}, status=status)
