"""What somebody typed whose stay or proof had ended, kept until they are in again or have shown the password anew.

It lies encrypted in the browser's session, also while nobody is in there, and opens to whom the form was shown to
alone: whoever else comes in by that browser sees nothing of it. The form shows it, and nothing sends it off by itself.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.http import HttpRequest, QueryDict
from django.utils.crypto import constant_time_compare, salted_hmac

from pointclub.people.models import SignIn, User
from pointclub.people.personal_data import UnreadablePersonalDataError, decrypt, encrypt
from pointclub.portal.registration.drafts import ENROLMENT, Typed, within_bounds

# The input of a form that says whom it was shown to, for when nobody is in any more.
SHOWN_TO = "shown_to"
_KEY = "held"
_NAMES = "names_held"
_SALT = "pointclub.portal.held"
_IN_THE_STAY = dt.timedelta(hours=1)
_AFTER_THE_STAY = dt.timedelta(minutes=15)
AnyView = TypeVar("AnyView", bound=Callable[..., Any])


def holds(*names: str) -> Callable[[AnyView], AnyView]:
    """Say that a view has a form of its own to come back to, and which of its fields may wait: never a secret."""

    def mark(view: AnyView) -> AnyView:
        view.__dict__[_NAMES] = names
        return view

    return mark


def has_form(view: Callable[..., Any]) -> bool:
    """Tell whether the view, however it was wrapped, has a form to come back to."""
    return _NAMES in view.__dict__


def mark_of(user: User) -> str:
    """Return the word by which a form names whom it was shown to; it tells nothing to anybody else."""
    return salted_hmac(_SALT, str(user.pk), algorithm="sha256").hexdigest()


def was_shown_to(request: HttpRequest, stay: SignIn) -> bool:
    """Tell whether the form that was sent is one that was shown to whoever is in."""
    return constant_time_compare(request.POST.get(SHOWN_TO, ""), mark_of(stay.user))


def hold(request: HttpRequest, view: Callable[..., Any], *, stay: SignIn | None, at: dt.datetime) -> bool:
    """Keep what was typed, in place of anything held before; tell whether there is anything."""
    owner = request.POST.get(SHOWN_TO) or ("" if stay is None else mark_of(stay.user))
    typed = {name: request.POST.getlist(name) for name in view.__dict__[_NAMES] if name in request.POST}
    if not typed or not owner:
        return False
    until = at + (_AFTER_THE_STAY if stay is None else _IN_THE_STAY)
    content = {"typed": within_bounds(typed), "until": until.isoformat()}
    sealed = encrypt(json.dumps(content), bound_to=_bound_to(request, owner))
    request.session[_KEY] = base64.b64encode(sealed).decode()
    return True


def find_held(request: HttpRequest, stay: SignIn, *, at: dt.datetime) -> Typed | None:
    """Return what is held for this page; what belongs to another page or person, or is too old, counts as nothing."""
    kept = request.session.get(_KEY)
    if kept is None:
        return None
    try:
        content = json.loads(decrypt(base64.b64decode(kept), bound_to=_bound_to(request, mark_of(stay.user))))
    except (UnreadablePersonalDataError, binascii.Error):
        return None
    if at > dt.datetime.fromisoformat(content["until"]):
        return None
    typed: Typed = content["typed"]
    return typed


def firsts_of(typed: Typed | None) -> dict[str, str]:
    """Return it for a form in which every name has one input."""
    return {name: texts[0] for name, texts in (typed or {}).items()}


def as_posted(typed: Typed) -> QueryDict:
    """Return it as the form sent it."""
    posted = QueryDict(mutable=True)
    for name, texts in typed.items():
        posted.setlist(name, texts)
    return posted


def let_go(request: HttpRequest) -> None:
    """Forget it."""
    request.session.pop(_KEY, None)


@contextmanager
def outliving(request: HttpRequest) -> Iterator[None]:
    """Empty the session within this; what opens to one person alone is there afterwards as well."""
    waiting = {name: request.session[name] for name in (_KEY, ENROLMENT) if name in request.session}
    yield
    for name, sealed in waiting.items():
        request.session[name] = sealed


def _bound_to(request: HttpRequest, owner: str) -> bytes:
    page = request.resolver_match
    assert page is not None
    return f"{page.view_name} {sorted(page.kwargs.items())} typed by {owner}".encode()
