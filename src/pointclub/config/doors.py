"""Two doors into one site: which session a request brings is decided by its path, and by nothing else."""

from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import patch_vary_headers

from pointclub.office import sessions as office

OFFICE = "/office/"


def leads_to_office(request: HttpRequest) -> bool:
    """Tell whether the request comes by the door of staff."""
    return request.path_info.startswith(OFFICE)


class SessionDoors(SessionMiddleware):
    """Gives a request to the office the session of its office cookie, and any other the one of the member's cookie."""

    def process_request(self, request: HttpRequest) -> None:
        """Open the session of this door; the other door's cookie is not looked at."""
        if leads_to_office(request):
            request.session = office.SessionStore(request.COOKIES.get(settings.OFFICE_SESSION_COOKIE_NAME))
        else:
            super().process_request(request)

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        """Write the session down and set its cookie, for this door alone."""
        if not leads_to_office(request):
            return super().process_response(request, response)
        return _leave_office(request, response)


def _leave_office(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Every answer begins the half hour anew; the cookie goes with the browser's window."""
    name: str = settings.OFFICE_SESSION_COOKIE_NAME
    patch_vary_headers(response, ("Cookie",))
    request.session.keys()  # Reads it, if nobody has: a key that has run out is no key any more.
    if request.session.is_empty():
        if name in request.COOKIES:
            response.delete_cookie(name, path=OFFICE, samesite="Strict")
    elif response.status_code < 500:  # noqa: PLR2004 -- What went wrong with us is not written down.
        try:
            request.session.save()
        except UpdateError as ended:
            message = "The session was ended by another request."
            raise SessionInterrupted(message) from ended
        key = request.session.session_key
        assert key is not None
        response.set_cookie(
            name, key, path=OFFICE, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Strict"
        )
    return response
