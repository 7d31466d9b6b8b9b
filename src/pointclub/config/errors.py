"""What went wrong is told in the manner of the door that the request came by."""

from types import ModuleType

from django.http import HttpRequest, HttpResponse

from pointclub.config.doors import leads_to_office
from pointclub.office import errors as office
from pointclub.portal import errors as portal


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that cannot be understood."""
    answer: HttpResponse = _door(request).bad_request(request, exception)
    return answer


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request for what is not this person's."""
    answer: HttpResponse = _door(request).forbidden(request, exception)
    return answer


def outdated_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that was open too long, or that another site sent."""
    answer: HttpResponse = _door(request).outdated_form(request, reason)
    return answer


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request for a page that does not exist."""
    answer: HttpResponse = _door(request).not_found(request, exception)
    return answer


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer when the fault is ours."""
    answer: HttpResponse = _door(request).server_error(request)
    return answer


def _door(request: HttpRequest) -> ModuleType:
    return office if leads_to_office(request) else portal
