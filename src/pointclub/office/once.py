"""A form counts once, however often its button is pressed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from uuid import UUID

from django.db import IntegrityError, transaction
from django.http import HttpRequest
from uuid_utils.compat import uuid7

from pointclub.foundation.acts import act
from pointclub.office.models import Submission

FIELD = "once"


class SentBeforeError(Exception):
    """The form was sent before; `led_to` is the page that it led to then."""

    def __init__(self, led_to: str) -> None:
        super().__init__(led_to)
        self.led_to = led_to


def new_token() -> str:
    """Return what a form carries so that it counts once."""
    return str(uuid7())


def do_once(request: HttpRequest, act_of_form: Callable[[], str], *, at: dt.datetime) -> str:
    """Carry out the act and return the page that it leads to; sent again, only the page.

    The act and the note that it was done are one transaction: of two at once, the second undoes what it did.
    """
    try:
        token = UUID(request.POST.get(FIELD, ""))
    except ValueError:
        token = uuid7()
    try:
        return _do(token, act_of_form, at=at)
    except SentBeforeError as before:
        return before.led_to


@act
def _do(token: UUID, act_of_form: Callable[[], str], *, at: dt.datetime) -> str:
    before = Submission.objects.filter(token=token).first()
    if before is not None:
        return before.led_to
    led_to = act_of_form()
    try:
        with transaction.atomic():
            Submission.objects.create(token=token, led_to=led_to, sent_at=at)
    except IntegrityError as taken:
        raise SentBeforeError(Submission.objects.get(token=token).led_to) from taken
    return led_to
