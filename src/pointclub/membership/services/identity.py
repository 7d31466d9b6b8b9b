"""Checking that a caller is the member, by two things that the caller says (BAL-2)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from pointclub.audit import services as audit
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.foundation.periods import tokyo_day
from pointclub.foundation.refusals import Refusal, UnavailableError
from pointclub.membership.models import IdentityCheck, Member
from pointclub.membership.rules.identity import (
    LEAST_RIGHT,
    LOCKED_WITHIN,
    MOST_FAILURES,
    VALID_FOR,
    IdentityQuestion,
    answered,
    is_identified,
)
from pointclub.people import queries as people
from pointclub.people.rules.permissions import Permission


class TooFewAnswersError(Refusal):
    """Two answers at least are needed."""

    code = "too_few_answers"


class IdentityCheckLockedError(UnavailableError):
    """Too many checks of this member failed; somebody may be guessing."""

    code = "identity_check_locked"


@dataclass(frozen=True, slots=True)
class IdentityOutcome:
    """Whether it was enough, until when it counts, and how many failures are left before the check is locked."""

    is_passed: bool
    counts_until: dt.datetime | None
    failures_left: int


@act
def check_identity(
    *, member: Member, answers: Mapping[IdentityQuestion, str], at: dt.datetime, actor: Actor
) -> IdentityOutcome:
    """Hold what a caller says against what is on file, and record whether it was enough; a failure is an answer.

    Which answers were right is not told. A locked check leaves the member's own sign-in as it is.

    Raises:
        PermissionDeniedError: no role of the actor allows it.
        TooFewAnswersError: fewer than two questions were answered.
        IdentityCheckLockedError: five checks of this member failed within the last hour, whoever made them.
    """
    people.require(actor.id, Permission.CHECK_IDENTITY)
    said = answered(answers)
    if len(said) < LEAST_RIGHT:
        message = f"Ask the caller {LEAST_RIGHT} questions at least."
        raise TooFewAnswersError(message)
    # Two checks of one member wait for one another, so that no guess is more than are allowed.
    Member.objects.select_for_update(no_key=True).get(id=member.id)
    failures = _failures(member, at=at)
    if len(failures) >= MOST_FAILURES:
        raise _locked(failures, at=at)
    on_file = people.personal_data_of([member.person_id])[member.person_id]
    is_passed = is_identified(said, on_file, on=tokyo_day(at))
    asked = sorted(str(question) for question in said)
    IdentityCheck.objects.create(member=member, checked_by=str(actor), checked_at=at, asked=asked, is_passed=is_passed)
    audit.record_act(
        act="membership.check_identity",
        actor=actor,
        subject=audit.Subject("member", member.id),
        at=at,
        details={"asked": asked, "is_passed": is_passed},
    )
    failed = len(failures) + (not is_passed)
    return IdentityOutcome(is_passed, at + VALID_FOR if is_passed else None, MOST_FAILURES - failed)


def _failures(member: Member, *, at: dt.datetime) -> list[dt.datetime]:
    failed = IdentityCheck.objects.filter(member=member, is_passed=False, checked_at__gt=at - LOCKED_WITHIN)
    return list(failed.order_by("checked_at").values_list("checked_at", flat=True))


def _locked(failures: list[dt.datetime], *, at: dt.datetime) -> IdentityCheckLockedError:
    retry_at = failures[-MOST_FAILURES] + LOCKED_WITHIN
    minutes = -((at - retry_at) // dt.timedelta(minutes=1))
    message = (
        f"{MOST_FAILURES} checks of this member's identity failed within an hour, so no more are taken for "
        f"{minutes} minutes. Tell the caller nothing; the member can still sign in."
    )
    return IdentityCheckLockedError(message, retry_at=retry_at.isoformat())
