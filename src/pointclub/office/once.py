"""A form counts once, however often its button is pressed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from uuid import UUID

from django.db import connection
from django.http import HttpRequest
from uuid_utils.compat import uuid7

from pointclub.foundation.acts import act
from pointclub.office.models import Submission

FIELD = "once"


def new_token() -> str:
    """Return what a form carries so that it counts once."""
    return str(uuid7())


def do_once(request: HttpRequest, act_of_form: Callable[[], str], *, at: dt.datetime) -> str:
    """Carry out the act and return the page that it leads to; sent again, only the page.

    The act and the note that it was done are one transaction, and of two at once the second waits for the first: what
    the first has done would make the service refuse the same again.
    """
    try:
        token = UUID(request.POST.get(FIELD, ""))
    except ValueError:
        token = uuid7()
    return _do(token, act_of_form, at=at)


@act
def _do(token: UUID, act_of_form: Callable[[], str], *, at: dt.datetime) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(token.bytes[8:], signed=True)])
    before = Submission.objects.filter(token=token).first()
    if before is not None:
        return before.led_to
    led_to = act_of_form()
    Submission.objects.create(token=token, led_to=led_to, sent_at=at)
    return led_to
