"""What the pages of registration tell beside the errors of fields."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.utils.translation import gettext_lazy

from pointclub.portal.templatetags.portal import time_of_day

_WORDS = {
    "town_found": gettext_lazy("We filled in prefecture and town. Please correct them where they do not fit."),
    "several_towns": gettext_lazy("This postal code covers several towns. Please choose one."),
    "no_town": gettext_lazy("We do not know this postal code. Please choose the prefecture and type the town."),
    "no_postal_code": gettext_lazy("To have the address filled in, please type the seven digits of the postal code."),
    "trial_sent": gettext_lazy("We sent a test message to %(address)s. If it does not arrive, check the address."),
    "irregular_sent": gettext_lazy(
        "We sent a test message to %(address)s. Some servers refuse addresses with two dots in a row or a dot before "
        "the @: if it does not arrive, please enter another address."
    ),
    "no_mail": gettext_lazy("To have a test message sent, please type a whole address such as hanako@example.com."),
    "too_many_trials": gettext_lazy("Many test messages have been sent already. Another can be sent after %(time)s."),
    "superseded": gettext_lazy(
        "A document changed while you were filling in the form. Please read it and tick its box again."
    ),
    "too_many_attempts": gettext_lazy(
        "This login ID cannot be checked now, because too many that are taken were tried. Please continue after "
        "%(time)s."
    ),
    "contract_linked": gettext_lazy(
        "This contract has been registered already. Please call us if you know nothing about this."
    ),
    "hashes_busy": gettext_lazy(
        "A great many people are using this site just now. Nothing you typed is lost: please press the button once "
        "more in a minute."
    ),
    "refused": gettext_lazy("We could not register these details. Please check them once more, or call us."),
    "changed_elsewhere": gettext_lazy("What you typed was changed in another window. Please check it again."),
    "expired": gettext_lazy(
        "More than an hour has passed since your last step. What you typed just now is kept; please choose again how "
        "you register."
    ),
}


def in_words(said: Mapping[str, str]) -> str:
    """Return it in the language of the page."""
    words = _WORDS.get(said.get("code", ""))
    if words is None:
        return ""
    retry_at = said.get("retry_at")
    time = time_of_day(dt.datetime.fromisoformat(retry_at)) if retry_at else ""
    return str(words) % {"address": said.get("address", ""), "time": time}


GOOD_NEWS = frozenset({"town_found", "trial_sent", "irregular_sent"})
