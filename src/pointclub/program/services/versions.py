"""Versions of the program: asked for by one person, decided on by another (STF-2)."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from uuid import UUID

from django.db import IntegrityError, transaction

from pointclub.audit import services as audit
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.foundation.periods import tokyo_day
from pointclub.foundation.refusals import Refusal
from pointclub.foundation.texts import is_line
from pointclub.program.models import ProgramVersion, VersionRequest
from pointclub.program.queries import get_version_request

_LONGEST_VALIDITY_MONTHS = 1200
_LONGEST_CODE = 32


class VersionExistsError(Refusal):
    """A version has that code or that first day already."""

    code = "version_exists"


class BackdatedVersionError(Refusal):
    """A version cannot take effect in the past: it would rewrite what was granted under another (TRM-4)."""

    code = "backdated_version"


class InvalidVersionError(Refusal):
    """A figure of the version makes no sense."""

    code = "invalid_version"


class VersionReasonError(Refusal):
    """Why the program is to change is on record."""

    code = "version_reason"


class SamePersonError(Refusal):
    """Who asked for it cannot decide on it."""

    code = "same_person"


class AlreadyDecidedError(Refusal):
    """It was decided before."""

    code = "already_decided"


@dataclass(frozen=True, slots=True)
class ProgramFigures:
    """What a version fixes."""

    validity_months: int
    special_expiry_allowed: bool
    bill_payment_allowed: bool
    correction_window_days: int = 180
    return_validity_months: int = 1
    electricity_points_per_1000_yen: int = 8
    gas_points_per_1000_yen: int = 5
    bill_points_need_viewing: bool = False


@act
def request_version(
    *, code: str, effective_from: dt.date, figures: ProgramFigures, reason: str, at: dt.datetime, actor: Actor
) -> VersionRequest:
    """Ask for a version that takes over on its first day; a second person decides.

    Raises:
        BackdatedVersionError: its first day is before the day of ``at``.
        VersionExistsError: code or first day are taken.
        InvalidVersionError: points would not live a month, or never be correctable.
        VersionReasonError: there is no reason.
    """
    _refuse_invalid(code, figures)
    _refuse_taken(code, effective_from, at=at)
    if not reason.strip():
        message = "Say why the program is to change."
        raise VersionReasonError(message)
    request = VersionRequest.objects.create(
        code=code,
        effective_from=effective_from,
        figures=asdict(figures),
        reason=reason.strip(),
        requested_by=str(actor),
        requested_at=at,
    )
    _record("program.request_version", request, at=at, actor=actor, reason=request.reason)
    return request


@act
def approve_version(*, request_id: UUID, at: dt.datetime, actor: Actor) -> ProgramVersion:
    """Record the version as it was asked for; earlier ones never change (TRM-4).

    Raises:
        UnknownVersionRequestError: there is no such request.
        SamePersonError: the approver asked for it.
        AlreadyDecidedError: it was decided before.
        BackdatedVersionError: its first day has come and gone since it was asked for.
        VersionExistsError: code or first day were taken meanwhile.
    """
    request = _undecided(request_id, actor=actor)
    _refuse_taken(request.code, request.effective_from, at=at)
    request.approved_by, request.decided_at = str(actor), at
    request.save(update_fields=["approved_by", "decided_at"])
    try:
        with transaction.atomic():
            version = ProgramVersion.objects.create(
                request=request,
                code=request.code,
                effective_from=request.effective_from,
                recorded_at=at,
                recorded_by=str(actor),
                **request.figures,
            )
    except IntegrityError as taken:
        raise _taken(request.code, request.effective_from) from taken
    _record("program.approve_version", request, at=at, actor=actor)
    return version


@act
def reject_version(*, request_id: UUID, at: dt.datetime, actor: Actor) -> VersionRequest:
    """Turn the request down; the program stays as it is.

    Raises:
        UnknownVersionRequestError: there is no such request.
        SamePersonError: the decider asked for it.
        AlreadyDecidedError: it was decided before.
    """
    request = _undecided(request_id, actor=actor)
    request.rejected_by, request.decided_at = str(actor), at
    request.save(update_fields=["rejected_by", "decided_at"])
    _record("program.reject_version", request, at=at, actor=actor)
    return request


def _undecided(request_id: UUID, *, actor: Actor) -> VersionRequest:
    VersionRequest.objects.select_for_update().filter(id=request_id).first()
    request = get_version_request(request_id)
    if request.requested_by == str(actor):
        message = "Who asked for it cannot decide on it; somebody else must."
        raise SamePersonError(message)
    if request.decided_at is not None:
        message = f"This request was decided before: {request.state}."
        raise AlreadyDecidedError(message, state=request.state)
    return request


def _refuse_invalid(code: str, figures: ProgramFigures) -> None:
    if not is_line(code, longest=_LONGEST_CODE):
        message = f"A version has a code of up to {_LONGEST_CODE} characters."
        raise InvalidVersionError(message)
    if not 1 <= figures.validity_months <= _LONGEST_VALIDITY_MONTHS or figures.correction_window_days < 0:
        message = (
            f"Points live 1 to {_LONGEST_VALIDITY_MONTHS:,} months; the window for corrections is no less than 0 days."
        )
        raise InvalidVersionError(message)
    if not 1 <= figures.return_validity_months <= _LONGEST_VALIDITY_MONTHS:
        message = f"Returned points live 1 to {_LONGEST_VALIDITY_MONTHS:,} months."
        raise InvalidVersionError(message)


def _refuse_taken(code: str, effective_from: dt.date, *, at: dt.datetime) -> None:
    if effective_from < tokyo_day(at):
        message = f"A version cannot take effect on {effective_from}: that day has passed."
        raise BackdatedVersionError(message)
    versions = ProgramVersion.objects
    if versions.filter(code=code).exists() or versions.filter(effective_from=effective_from).exists():
        raise _taken(code, effective_from)


def _taken(code: str, effective_from: dt.date) -> VersionExistsError:
    return VersionExistsError(f"There is a version {code!r}, or one from {effective_from}, already.", version=code)


def _record(name: str, request: VersionRequest, *, at: dt.datetime, actor: Actor, reason: str = "") -> None:
    audit.record_act(
        act=name,
        actor=actor,
        subject=audit.Subject("version_request", request.id),
        at=at,
        details={"effective_from": str(request.effective_from), **request.figures},
        reason=reason,
    )
