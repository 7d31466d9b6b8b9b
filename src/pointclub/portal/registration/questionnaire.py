"""The questionnaire in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from pointclub.membership.rules.registration import Heard, is_answered
from pointclub.people.rules.field_errors import FieldError

ANSWERS: dict[str, Any] = {
    Heard.BILL: _("From a bill or a notice of my usage"),
    Heard.LEAFLET: _("From a leaflet or a letter"),
    Heard.WEB: _("From a web page or a search"),
    Heard.CALL_CENTRE: _("From the call centre"),
    Heard.SHOP: _("In a shop"),
    Heard.FRIENDS: _("From family or friends"),
    Heard.PRESS: _("From a newspaper, magazine or broadcast"),
    Heard.OTHER: _("In another way"),
    Heard.NO_ANSWER: _("I would rather not answer"),
}


def refuse_contradiction(answers: Sequence[str]) -> None:
    """Do nothing but where somebody answers and declines to answer at once.

    Raises:
        FieldError: `contradiction`.
    """
    if not is_answered(frozenset(Heard(each) for each in answers)):
        raise FieldError("contradiction")
