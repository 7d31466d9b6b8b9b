"""What was typed when the proof had run out, kept encrypted until whoever typed it comes back with a fresh one."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json

from django.http import HttpRequest

from pointclub.people.models import SignIn
from pointclub.people.personal_data import UnreadablePersonalDataError, decrypt, encrypt
from pointclub.portal.registration.drafts import Typed, within_bounds

_KEY = "details_held"
_KEPT_FOR = dt.timedelta(hours=1)


def hold(request: HttpRequest, stay: SignIn, group: str, typed: Typed, *, at: dt.datetime) -> None:
    """Keep it for this stay and this page, in place of anything held before."""
    content = {"typed": within_bounds(typed), "held_at": at.isoformat()}
    sealed = encrypt(json.dumps(content), bound_to=_bound_to(stay, group))
    request.session[_KEY] = base64.b64encode(sealed).decode()


def find_held(request: HttpRequest, stay: SignIn, group: str, *, at: dt.datetime) -> Typed | None:
    """Return what is held for this page; what belongs to another page, or cannot be read, counts as nothing."""
    kept = request.session.get(_KEY)
    if kept is None:
        return None
    try:
        content = json.loads(decrypt(base64.b64decode(kept), bound_to=_bound_to(stay, group)))
    except (UnreadablePersonalDataError, binascii.Error):
        return None
    if at - dt.datetime.fromisoformat(content["held_at"]) > _KEPT_FOR:
        return None
    typed: Typed = content["typed"]
    return typed


def let_go(request: HttpRequest) -> None:
    """Forget it."""
    request.session.pop(_KEY, None)


def _bound_to(stay: SignIn, group: str) -> bytes:
    return f"details {group} typed in stay {stay.id}".encode()
