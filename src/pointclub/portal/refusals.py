"""What refusals say to members, in the language of the page."""

import datetime as dt
import math

from django.http import HttpResponse
from django.utils.translation import gettext_lazy

from pointclub.foundation.refusals import Refusal, UnavailableError
from pointclub.portal.templatetags.portal import time_of_day

_TOO_MANY = 429
_BUSY = 503
_A_MINUTE = 60
_WORDS = {
    "wrong_code": gettext_lazy("This code is wrong or has expired. Please check it, or have a new one sent."),
    "used_code": gettext_lazy("This code has been used already. Please have a new one sent."),
    "too_many_attempts": gettext_lazy("There were too many attempts. Please try again after %(time)s."),
    "too_many_everywhere": gettext_lazy(
        "A great many attempts are being made just now, so for your safety new browsers have to wait. Please try "
        "again after %(time)s. A browser that we know, a passkey or a link in a mail from us can be used at once."
    ),
    "hashes_busy": gettext_lazy(
        "A great many people are signing in just now. Please try again in a minute, and type your password once more."
    ),
    "too_many_codes": gettext_lazy(
        "Many codes have been sent already. The last one is still valid; another can be sent after %(time)s."
    ),
    "login_id_taken": gettext_lazy("Somebody uses this login ID already. Please choose another."),
    "login_id_is_password": gettext_lazy("The login ID must not be the same as the password."),
    "login_id_needed": gettext_lazy("Because a theft was reported, please choose a new login ID as well."),
    "unfit_password": gettext_lazy("This password cannot be used. Please choose another."),
    "passkey_refused": gettext_lazy(
        "This passkey could not be verified. Please load the page again and try once more, or sign in with your "
        "password."
    ),
    "too_many_passkeys": gettext_lazy("You have twenty passkeys already. Please remove one before you add another."),
    "no_second_factor": gettext_lazy("No authenticator app has been set up."),
    "external_id_taken": gettext_lazy("This external ID is linked to another member. Nothing was changed."),
    "has_external_id": gettext_lazy("An external ID is linked already. Please unlink it before you link another."),
    "stay_ended": gettext_lazy("Your sign-in ended in the meantime. Nothing was changed. Please sign in again."),
    "account_changed": gettext_lazy("Something about your login ID changed just now. Please sign in again."),
    "no_external_id": gettext_lazy("No external ID is linked."),
}
_OF_AN_APP = {
    "wrong_code": gettext_lazy("This code is wrong. Check the time on your device and enter the code shown now."),
    "used_code": gettext_lazy("This code was used before. Please wait for the next one."),
}


def tell(refusal: Refusal, *, of_app: bool = False) -> str:
    """Return it in words; one that has none here says what the service said. An app shows codes, nobody sends them."""
    words = (_OF_AN_APP if of_app else _WORDS).get(refusal.code) or _WORDS.get(refusal.code)
    if words is None:
        return refusal.message
    retry_at = refusal.details.get("retry_at")
    time = time_of_day(dt.datetime.fromisoformat(retry_at)) if retry_at else ""
    return str(words).replace("%(time)s", time)


def ask_to_wait(response: HttpResponse, refusal: Refusal | None, *, at: dt.datetime) -> HttpResponse:
    """Let the answer say to programs as well that, and until when, somebody has to wait; other refusals say nothing."""
    if not isinstance(refusal, UnavailableError):
        return response
    retry_at = refusal.details.get("retry_at")
    response.status_code = _BUSY if retry_at is None else _TOO_MANY
    wait = _A_MINUTE if retry_at is None else math.ceil((dt.datetime.fromisoformat(retry_at) - at).total_seconds())
    response["Retry-After"] = str(max(wait, 1))
    return response
