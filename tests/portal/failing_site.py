"""The site's addresses with one more, where a fault of ours waits, and with the portal's error pages."""

from typing import NoReturn

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.urls import path

from pointclub.config.urls import urlpatterns as site
from pointclub.portal import errors


class DeliberateError(Exception):
    """The fault."""


def fail(_request: HttpRequest) -> NoReturn:
    raise DeliberateError


def forbid(_request: HttpRequest) -> NoReturn:
    raise PermissionDenied


handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
urlpatterns = [path("fault/", fail), path("not-yours/", forbid), *site]
