"""The old member's number and its password, shown on a form of ours (REG-6): found out at once, and never kept.

What a draft keeps is which old membership was found, and the number as it was typed. The password is looked at when it
arrives and forgotten; one that was wrong has to be typed anew.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from pointclub.foundation.refusals import Refusal
from pointclub.membership import queries as membership
from pointclub.membership.models import OldMember
from pointclub.membership.rules.old_members import old_number
from pointclub.membership.services import OldPointsMovedError
from pointclub.people import services as people
from pointclub.people.passwords import HashesBusyError, place_to_hash
from pointclub.people.rules.field_errors import FieldError
from pointclub.portal import entering
from pointclub.portal.registration.drafts import Draft, OldMembership
from pointclub.portal.templatetags.portal import time_of_day

NUMBER, PASSWORD = "old_number", "old_password"
LEAVE_OUT = "leave_old_out"
# What becomes of a draft whose old membership's points went to somebody else meanwhile.
WITHOUT_MOVED: dict[str, Any] = {"old_membership": None, "old_problem": {"code": "moved"}}
_WORDS: Mapping[str, Any] = {
    "both_needed": gettext_lazy(
        "To bring points of the old club over, please enter both number and password; otherwise leave both empty."
    ),
    "no_match": gettext_lazy(
        "We cannot find a member of the old club with this number and this password. Please check both."
    ),
    "moved": gettext_lazy(
        "The points of this old membership have been brought over already. Please call us if you know nothing about "
        "this."
    ),
    "too_many_attempts": gettext_lazy("There were too many attempts. Please try again after %(time)s."),
    "hashes_busy": gettext_lazy(
        "A great many people are signing in just now. Please try again in a minute, and type your password once more."
    ),
    "stay_ended": gettext_lazy("Your sign-in ended in the meantime. Nothing was changed. Please sign in again."),
    "not_to_be_moved": gettext_lazy("These points cannot be brought over on this page. Please call us."),
}


class PairRefusedError(Refusal):
    """Number and password show no old membership whose points can come over."""

    code = "pair_refused"

    def __init__(self, problem: str) -> None:
        """Carry what is to be said (`in_words`)."""
        self.problem = problem
        super().__init__("The number and the password of the old membership were refused.")


def show_pair(request: HttpRequest, *, number: str, password: str, at: dt.datetime) -> OldMembership:
    """Return the old membership that has both.

    Raises:
        PairRefusedError: none has, or its points were brought over before; which of the two is wrong is not told.
        TooManyAttemptsError: it was tried too often; nothing was looked at.
        HashesBusyError: too many passwords are being looked at; this one was not, and no try was counted.
    """
    if not number.strip() or not password:
        raise PairRefusedError("both_needed")
    try:
        compared = old_number(number)
    except FieldError:
        raise PairRefusedError("no_match") from None
    with place_to_hash():
        attempt = entering.begin_pair(request, compared, at=at)
        found = membership.find_old_member(number=compared, password=password)
    if found is None:
        raise PairRefusedError("no_match")
    people.note_success(attempt=attempt, at=at)
    if found.moved_at is not None:
        raise PairRefusedError("moved")
    return OldMembership(found.id, compared)


def take_in(request: HttpRequest, draft: Draft, *, at: dt.datetime) -> Draft:
    """Return the draft with what the pair showed; nothing typed leaves what was found before.

    Raises:
        HashesBusyError: too many passwords are being looked at; this one was not.
    """
    number, password = (request.POST.get(name, "") for name in (NUMBER, PASSWORD))
    if request.POST.get("then") == LEAVE_OUT:
        return dataclasses.replace(draft, old_membership=None, old_problem={})
    if not number.strip() and not password:
        return dataclasses.replace(draft, old_problem={})
    try:
        shown = show_pair(request, number=number, password=password, at=at)
    except HashesBusyError:
        raise
    except Refusal as refused:
        return dataclasses.replace(draft, old_problem=problem_of(refused))
    typed = {name: texts for name, texts in draft.typed.items() if name != NUMBER}
    return dataclasses.replace(draft, typed=typed, old_membership=shown, old_problem={})


def problem_of(refused: Refusal) -> dict[str, str]:
    """Return what a draft keeps of it, to be said later (`in_words`)."""
    match refused:
        case PairRefusedError():
            return {"code": refused.problem}
        case people.TooManyAttemptsError():
            return {"code": "too_many_attempts", "retry_at": refused.retry_at.isoformat()}
        case HashesBusyError():
            return {"code": "hashes_busy"}
        case OldPointsMovedError():
            return {"code": "moved"}
        case people.StayEndedError():
            return {"code": "stay_ended"}
    return {"code": "not_to_be_moved"}


def find_moved(person_id: UUID) -> OldMember | None:
    """Return what came over to whoever this is."""
    try:
        member = membership.get_primary_of(person_id)
    except membership.UnknownMemberError:
        return None
    return membership.find_old_points(member.membership_id)


def in_words(problem: Mapping[str, str]) -> str:
    """Return what is wrong, in the language of the page."""
    retry_at = problem.get("retry_at")
    time = time_of_day(dt.datetime.fromisoformat(retry_at)) if retry_at else ""
    return str(_WORDS[problem["code"]]).replace("%(time)s", time)
