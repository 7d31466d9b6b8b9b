"""Recording program versions, suspensions and finished nights."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass

from django.db import IntegrityError, transaction

from pointclub.audit import services as audit
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.foundation.periods import tokyo_day
from pointclub.foundation.refusals import NotFoundError, Refusal
from pointclub.foundation.texts import is_line
from pointclub.program.models import NightRun, ProgramVersion, Suspension

_LONGEST_VALIDITY_MONTHS = 1200
_LONGEST_CODE = 32
_LONGEST_TEXT = 1_000


class VersionExistsError(Refusal):
    """A version has that code or that first day already."""

    code = "version_exists"


class BackdatedVersionError(Refusal):
    """A version cannot take effect in the past: it would rewrite what was granted under another (TRM-4)."""

    code = "backdated_version"


class InvalidVersionError(Refusal):
    """A figure of the version makes no sense."""

    code = "invalid_version"


class InvalidSuspensionError(Refusal):
    """A pause ends after it starts, and says in both languages what is going on."""

    code = "invalid_suspension"


class UnknownSuspensionError(NotFoundError):
    """No such pause is on."""

    code = "unknown_suspension"


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
def add_version(
    *, code: str, effective_from: dt.date, figures: ProgramFigures, at: dt.datetime, actor: Actor
) -> ProgramVersion:
    """Record a version that takes over on its first day.

    Raises:
        BackdatedVersionError: its first day is before the day of ``at``.
        VersionExistsError: code or first day are taken.
        InvalidVersionError: points would not live a month, or never be correctable.
    """
    if not is_line(code, longest=_LONGEST_CODE):
        message = f"A version has a code of up to {_LONGEST_CODE} characters."
        raise InvalidVersionError(message)
    if effective_from < tokyo_day(at):
        message = f"A version cannot take effect on {effective_from}: that day has passed."
        raise BackdatedVersionError(message)
    if not 1 <= figures.validity_months <= _LONGEST_VALIDITY_MONTHS or figures.correction_window_days < 0:
        message = (
            f"Points live 1 to {_LONGEST_VALIDITY_MONTHS:,} months; the window for corrections is no less than 0 days."
        )
        raise InvalidVersionError(message)
    if not 1 <= figures.return_validity_months <= _LONGEST_VALIDITY_MONTHS:
        message = f"Returned points live 1 to {_LONGEST_VALIDITY_MONTHS:,} months."
        raise InvalidVersionError(message)
    try:
        with transaction.atomic():
            version = ProgramVersion.objects.create(
                code=code,
                effective_from=effective_from,
                recorded_at=at,
                recorded_by=str(actor),
                **{name: getattr(figures, name) for name in ProgramFigures.__slots__},
            )
    except IntegrityError as taken:
        message = f"There is a version {code!r}, or one from {effective_from}, already."
        raise VersionExistsError(message, version=code) from taken
    audit.record_act(
        act="program.add_version",
        actor=actor,
        subject=audit.Subject("program_version", version.id),
        at=at,
        details={"effective_from": str(effective_from), **asdict(figures)},
    )
    return version


@act
def suspend(
    *,
    activity: Suspension.Activity,
    starts_at: dt.datetime,
    ends_before: dt.datetime | None,
    text_ja: str,
    text_en: str,
    at: dt.datetime,
    actor: Actor,
) -> Suspension:
    """Pause an activity, now or planned, with the text that members and merchants read (SUS-1).

    Raises:
        InvalidSuspensionError: it would end before it starts, or says nothing.
    """
    if ends_before is not None and ends_before <= starts_at:
        message = "A pause ends after it starts."
        raise InvalidSuspensionError(message)
    if not is_line(text_ja, longest=_LONGEST_TEXT) or not is_line(text_en, longest=_LONGEST_TEXT):
        message = f"A pause needs its text in Japanese and in English, each of up to {_LONGEST_TEXT:,} characters."
        raise InvalidSuspensionError(message)
    suspension = Suspension.objects.create(
        activity=activity,
        starts_at=starts_at,
        ends_before=ends_before,
        text_ja=text_ja,
        text_en=text_en,
        recorded_at=at,
        recorded_by=str(actor),
    )
    audit.record_act(
        act="program.suspend",
        actor=actor,
        subject=audit.Subject("suspension", suspension.id),
        at=at,
        details={
            "activity": activity,
            "starts_at": starts_at.isoformat(),
            "ends_before": None if ends_before is None else ends_before.isoformat(),
        },
    )
    return suspension


@act
def resume(*, activity: Suspension.Activity, at: dt.datetime, actor: Actor) -> int:
    """End every pause of the activity that is on; return how many.

    Raises:
        UnknownSuspensionError: none is on.
    """
    on = Suspension.objects.select_for_update().filter(activity=activity, starts_at__lte=at)
    ended = 0
    for suspension in on.order_by("id"):
        if suspension.ends_before is None or suspension.ends_before > at:
            suspension.ends_before = at
            suspension.save(update_fields=["ends_before"])
            subject = audit.Subject("suspension", suspension.id)
            audit.record_act(act="program.resume", actor=actor, subject=subject, at=at, details={"activity": activity})
            ended += 1
    if not ended:
        message = f"{activity.label} is not paused."
        raise UnknownSuspensionError(message)
    return ended


@act
def record_night(
    *, job: NightRun.Job, night: dt.date, accounts: int, points: int, at: dt.datetime, actor: Actor
) -> None:
    """Note that a night's run has finished; a second run of the same night changes nothing but the audit log."""
    NightRun.objects.bulk_create(
        [NightRun(job=job, night=night, finished_at=at, accounts=accounts, points=points)],
        ignore_conflicts=True,
    )
    _record_run("program.record_night", job, night, at=at, actor=actor, accounts=accounts, points=points)


@act
def begin_run(*, job: NightRun.Job, on: dt.date, at: dt.datetime, actor: Actor) -> None:
    """Note in the audit log that somebody begins a run by hand, before it changes anything: a run can be killed."""
    _record_run("program.begin_run", job, on, at=at, actor=actor)


@act
def finish_run(*, job: NightRun.Job, on: dt.date, accounts: int, points: int, at: dt.datetime, actor: Actor) -> None:
    """Note in the audit log what a run by hand has done."""
    _record_run("program.finish_run", job, on, at=at, actor=actor, accounts=accounts, points=points)


def _record_run(name: str, job: NightRun.Job, on: dt.date, *, at: dt.datetime, actor: Actor, **figures: int) -> None:
    audit.record_act(act=name, actor=actor, subject=audit.Subject("run", f"{job}:{on}"), at=at, details=figures)
