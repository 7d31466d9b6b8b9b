"""How the address of a request is told in a log: what it is called, never what stands in it."""

from __future__ import annotations

import re

from django.http import HttpRequest

_PLAIN = re.compile(r"(/[a-z-]{1,20})*/?")
_LEFT_OUT = "…"


def told(request: HttpRequest) -> str:
    """Return the page's address with the names of what was in it; of an address that is no page, its plain beginning.

    Links that are mailed hold secrets, and one that was cut or lengthened on its way is no page but holds them still.
    """
    match = getattr(request, "resolver_match", None)
    if match is not None:
        return f"/{match.route}"
    plain = _PLAIN.match(request.path)
    beginning = plain[0] if plain else ""
    return beginning if beginning == request.path else f"{beginning}{_LEFT_OUT}"
