"""Refusals, roles and states in the words of the office. What machines call by a code, people read as a sentence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from pointclub.foundation.refusals import Refusal
from pointclub.people.rules.permissions import Role

ROLES: Mapping[Role, Any] = {
    Role.CALL_CENTRE: gettext_lazy("Call centre"),
    Role.MERCHANT_DESK: gettext_lazy("Merchant desk"),
    Role.FULFILMENT: gettext_lazy("Fulfilment"),
    Role.ACCOUNTING: gettext_lazy("Accounting"),
    Role.PROGRAM_MANAGER: gettext_lazy("Program manager"),
    Role.PRIVACY_OFFICER: gettext_lazy("Privacy officer"),
    Role.AUDITOR: gettext_lazy("Auditor"),
    Role.ADMINISTRATOR: gettext_lazy("Administrator"),
}

_REFUSALS: Mapping[str, Any] = {
    "too_many_attempts": gettext_lazy("There were too many attempts. Please try again at %(retry_at)s or later."),
    "wrong_code": gettext_lazy("This code does not fit. Check the time on your device and enter the code shown now."),
    "used_code": gettext_lazy("This code was used before. Please wait for the next one."),
    "already_enrolled": gettext_lazy("A second factor is set up already. An administrator can reset it."),
    "not_enrolled": gettext_lazy("There is no second factor to reset."),
    "own_factor": gettext_lazy("Another administrator resets your second factor."),
}


def for_refusal(refusal: Refusal) -> str:
    """Return why something was refused."""
    sentence = _REFUSALS.get(refusal.code)
    if sentence is None:
        return gettext("This was refused, and nothing was changed: %(reason)s") % {"reason": refusal.message}
    return str(sentence) % {name: _written(value) for name, value in refusal.details.items()}


def _written(value: Any) -> Any:
    """Write an instant as a clock in Japan shows it, and a figure with its commas."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, str):
        try:
            instant = dt.datetime.fromisoformat(value)
        except ValueError:
            return value
        if instant.tzinfo is not None:
            return timezone.localtime(instant).strftime("%H:%M")
    return value
