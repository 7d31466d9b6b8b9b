"""Forms come in UTF-8, as our pages say; what claims another charset was not sent by one of them."""

import codecs
from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse


class Utf8Only:
    """Refuses other charsets before anything reads the form: some can spell what is no text at all."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Go on with what is ours."""
        return self._get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> None:
        """Look at what the request says of itself; what is raised here is answered by the page for bad requests."""
        charset = (request.content_params or {}).get("charset")
        if charset is not None and not _is_utf8(charset):
            message = "The form is not in UTF-8."
            raise BadRequest(message)


def _is_utf8(charset: str) -> bool:
    try:
        return codecs.lookup(charset).name == "utf-8"
    except LookupError:
        return False
