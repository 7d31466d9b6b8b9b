"""The office speaks the language that was chosen in this browser; its addresses are the same in both."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from django.utils.deprecation import MiddlewareMixin

COOKIE = "office_language"
PATH = "/office/"
LANGUAGES = ("ja", "en")


class OfficeLanguage(MiddlewareMixin):
    """Comes after Django's own choice, which goes by the address."""

    def process_request(self, request: HttpRequest) -> None:
        """Activate the chosen language, Japanese where none was."""
        if request.path_info.startswith(PATH):
            chosen = request.COOKIES.get(COOKIE)
            translation.activate(chosen if chosen in LANGUAGES else settings.LANGUAGE_CODE)
            request.LANGUAGE_CODE = translation.get_language()


def remember(response: Any, language: str) -> None:
    """Let this browser keep the language."""
    response.set_cookie(
        COOKIE, language, max_age=365 * 24 * 60 * 60, path=PATH, secure=settings.SESSION_COOKIE_SECURE, samesite="Lax"
    )
