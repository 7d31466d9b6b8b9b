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

REQUEST_KINDS: Mapping[str, Any] = {
    "adjust": gettext_lazy("Adjustment"),
    "transfer": gettext_lazy("Transfer"),
    "extend": gettext_lazy("Other last day"),
}

# What a state is called, and which icon and tint go with the words.
REQUEST_STATES: Mapping[str, tuple[Any, str, str]] = {
    "requested": (gettext_lazy("Waiting"), "clock", "wait"),
    "approved": (gettext_lazy("Approved, under way"), "clock", "wait"),
    "carried_out": (gettext_lazy("Carried out"), "check", "ok"),
    "rejected": (gettext_lazy("Turned down"), "cross", "no"),
}

MEMBER_ROLES: Mapping[str, Any] = {
    "primary": gettext_lazy("Primary member"),
    "family": gettext_lazy("Family member"),
}

END_REASONS: Mapping[str, Any] = {
    "withdrawn": gettext_lazy("Withdrew"),
    "eligibility_lost": gettext_lazy("Lost eligibility"),
    "revoked": gettext_lazy("Revoked"),
}

LOT_KINDS: Mapping[str, Any] = {
    "ordinary": gettext_lazy("Ordinary"),
    "special": gettext_lazy("Special last day"),
    "returned": gettext_lazy("Returned"),
    "extended": gettext_lazy("Other last day"),
    "restored": gettext_lazy("Restored"),
    "transferred": gettext_lazy("Transferred"),
}

CONTRAS: Mapping[str, Any] = {
    "merchant": gettext_lazy("Merchant"),
    "bills": gettext_lazy("Bills"),
    "opening": gettext_lazy("Brought over"),
    "redeemed": gettext_lazy("Rewards"),
    "lapsed": gettext_lazy("Lapse"),
    "forfeited": gettext_lazy("Forfeit"),
    "restored": gettext_lazy("Restoration"),
    "moved": gettext_lazy("Between lots"),
    "adjusted": gettext_lazy("Adjustment"),
    "transferred": gettext_lazy("Transfer"),
    "arrears": gettext_lazy("Arrears"),
}

REWARD_KINDS: Mapping[str, Any] = {
    "gift": gettext_lazy("Gift"),
    "bill_payment": gettext_lazy("Payment of a bill"),
    "miles": gettext_lazy("Miles"),
    "donation": gettext_lazy("Donation"),
}

LINE_STATES: Mapping[str, tuple[Any, str, str]] = {
    "accepted": (gettext_lazy("Accepted"), "clock", "wait"),
    "fulfilled": (gettext_lazy("Delivered"), "check", "ok"),
    "returned": (gettext_lazy("Returned"), "cross", "no"),
}

FATES: Mapping[str, Any] = {
    "left": gettext_lazy("Still there"),
    "redeemed": gettext_lazy("Used"),
    "lapsed": gettext_lazy("Lapsed"),
    "forfeited": gettext_lazy("Forfeited"),
    "transferred": gettext_lazy("Transferred"),
    "adjusted": gettext_lazy("Adjusted"),
    "paid_arrears": gettext_lazy("Paid arrears"),
    "taken_back": gettext_lazy("Taken back with its sale"),
    "taken_for_another": gettext_lazy("Taken for another sale"),
}

ACCRUAL_STATES: Mapping[str, Any] = {
    "pending": gettext_lazy("Waits for the update"),
    "partly_posted": gettext_lazy("In the balance in part"),
    "posted": gettext_lazy("In the balance"),
    "nothing": gettext_lazy("Gave nothing"),
}

ORIGINS: Mapping[str, Any] = {
    "accrual": gettext_lazy("Purchase or bill"),
    "opening": gettext_lazy("Brought over"),
    "adjustment": gettext_lazy("Adjustment"),
    "transfer": gettext_lazy("Transfer"),
}

TAKINGS: Mapping[str, Any] = {
    "own": gettext_lazy("Its own points"),
    "others": gettext_lazy("Points of other origins"),
    "arrears_paid": gettext_lazy("Arrears, paid since"),
    "arrears_open": gettext_lazy("Arrears, still open"),
}

ACTIVITIES: Mapping[str, Any] = {
    "accrual": gettext_lazy("Adding points"),
    "redemption": gettext_lazy("Using points"),
    "enquiry": gettext_lazy("Looking points up"),
}

RUN_KINDS: Mapping[str, Any] = {
    "update": gettext_lazy("Balance update"),
    "lapse": gettext_lazy("Lapse"),
    "verify": gettext_lazy("Check of the books"),
    "replay": gettext_lazy("Replay of the books"),
    "root": gettext_lazy("Sealing of the books"),
}

RUN_STATES: Mapping[str, tuple[Any, str, str]] = {
    "asked": (gettext_lazy("Waits for the worker"), "clock", "wait"),
    "running": (gettext_lazy("Under way"), "clock", "wait"),
    "done": (gettext_lazy("Done"), "check", "ok"),
    "failed": (gettext_lazy("Broke off"), "cross", "no"),
}

FEEDS: Mapping[str, Any] = {
    "purchases": gettext_lazy("Purchases"),
    "opening-balances": gettext_lazy("Opening balances"),
}

FILE_STATES: Mapping[str, tuple[Any, str, str]] = {
    "waiting": (gettext_lazy("Waits for the worker"), "clock", "wait"),
    "held": (gettext_lazy("Held, is tried again"), "pause", "wait"),
    "unfinished": (gettext_lazy("Not finished"), "clock", "wait"),
    "taken_in": (gettext_lazy("Taken in"), "check", "ok"),
    "finished": (gettext_lazy("Taken in"), "check", "ok"),
    "refused": (gettext_lazy("Refused"), "cross", "no"),
}

FIGURES: Mapping[str, Any] = {
    "points": gettext_lazy("Points"),
    "checked": gettext_lazy("Accounts checked"),
    "postings": gettext_lazy("Postings checked"),
    "differences": gettext_lazy("Differences"),
}

# Names of the tables above, as templates ask for them.
TABLES: Mapping[str, Mapping[str, Any]] = {
    "member_role": MEMBER_ROLES,
    "end_reason": END_REASONS,
    "lot": LOT_KINDS,
    "contra": CONTRAS,
    "reward": REWARD_KINDS,
    "fate": FATES,
    "accrual_state": ACCRUAL_STATES,
    "origin": ORIGINS,
    "taking": TAKINGS,
    "activity": ACTIVITIES,
    "run": RUN_KINDS,
    "feed": FEEDS,
    "figure": FIGURES,
}

# The same for states, each with its icon and its tint.
STATES: Mapping[str, Mapping[str, tuple[Any, str, str]]] = {
    "request": REQUEST_STATES,
    "line": LINE_STATES,
    "run": RUN_STATES,
    "file": FILE_STATES,
}

_REFUSALS: Mapping[str, Any] = {
    "too_many_attempts": gettext_lazy("There were too many attempts. Please try again at %(retry_at)s or later."),
    "wrong_code": gettext_lazy("This code does not fit. Check the time on your device and enter the code shown now."),
    "used_code": gettext_lazy("This code was used before. Please wait for the next one."),
    "already_enrolled": gettext_lazy("A second factor is set up already. An administrator can reset it."),
    "not_enrolled": gettext_lazy("There is no second factor to reset."),
    "unknown_member": gettext_lazy("No member has this number."),
    "same_person": gettext_lazy("Who asked for it cannot decide on it. Somebody else must."),
    "already_decided": gettext_lazy("This was decided before."),
    "insufficient_points": gettext_lazy(
        "%(requested)s points were asked for and %(available)s can be used: %(short_by)s are missing."
    ),
    "account_closed": gettext_lazy("The membership has ended, so its points can no longer be moved."),
    "month_closed": gettext_lazy("The books of that month are closed."),
    "expiry_shortened": gettext_lazy("Another last day can only be later than the one the points have."),
    "invalid_points": gettext_lazy("Points are whole numbers from 1 to 1,000,000,000."),
    "points_suspended": gettext_lazy("Points management is suspended at the moment. Nothing was changed."),
    "already_asked": gettext_lazy("This is waiting or under way already; its result will be shown below."),
    "unknown_suspension": gettext_lazy("It is not paused."),
    "invalid_suspension": gettext_lazy("A pause ends after it starts, and has its text in both languages."),
    "uploaded_before": gettext_lazy("The same file was handed in before and waits to be taken in."),
    "upload_too_large": gettext_lazy("The file is too large for this page."),
    "broken_file": gettext_lazy("The file does not hold together, and nothing of it was taken in: %(message)s"),
    "sequence_gap": gettext_lazy(
        "File %(expected)s of this sender has not come; this is file %(found)s. Nothing of it was taken in."
    ),
    "sequence_reused": gettext_lazy("A file with this number, or a later one, came before with other content."),
    "earlier_file_unfinished": gettext_lazy("An earlier file of this sender has to be finished first."),
    "unknown_merchant": gettext_lazy("The sender is no merchant of ours."),
    "merchant_suspended": gettext_lazy("The merchant is suspended; the file is held until it may give points again."),
    "own_factor": gettext_lazy("Another administrator resets your second factor."),
}


def for_refusal(refusal: Refusal) -> str:
    """Return why something was refused."""
    sentence = _REFUSALS.get(refusal.code)
    if sentence is None:
        return gettext("This was refused, and nothing was changed: %(reason)s") % {"reason": refusal.message}
    written = {name: _written(value) for name, value in refusal.details.items()}
    return str(sentence) % {"message": refusal.message, **written}


def for_kept_refusal(code: str, message: str) -> str:
    """Return why something was refused that nobody saw: its figures stand in the English words only."""
    sentence = str(_REFUSALS.get(code, ""))
    if not sentence or "%(" in sentence:
        return gettext("This was refused: %(reason)s") % {"reason": message}
    return sentence


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
