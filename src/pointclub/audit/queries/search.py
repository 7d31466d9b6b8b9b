"""Who did what, a page at a time, the latest first."""

from __future__ import annotations

import datetime as dt
import operator
from dataclasses import dataclass
from functools import reduce
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from pointclub.audit.models import AuditEntry, area_of_act
from pointclub.audit.rules.details import Subject
from pointclub.foundation.refusals import NotFoundError

MOST_A_PAGE = 500


class UnknownEntryError(NotFoundError):
    """The log has no entry of that id, so nothing comes after it."""

    code = "unknown_entry"


@dataclass(frozen=True, slots=True)
class ActFilter:
    """Which acts are looked for; what is not given is not asked.

    ``act`` is a whole name such as ``membership.admit`` or an area such as ``membership``. An act on any one of the
    ``subjects`` is found. A period takes in ``since`` and leaves out ``before``.
    """

    actor: str | None = None
    act: str | None = None
    subjects: tuple[Subject, ...] = ()
    since: dt.datetime | None = None
    before: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class FoundAct:
    """An entry as it is shown."""

    id: UUID
    at: dt.datetime
    actor: str
    sequence: int
    act: str
    subject: Subject
    details: dict[str, Any]
    reason: str


@dataclass(frozen=True, slots=True)
class Page:
    """Some of what was found; ``next_after`` asks for what comes after it, None where nothing does."""

    acts: tuple[FoundAct, ...]
    next_after: UUID | None


def search_acts(wanted: ActFilter, *, after: UUID | None = None, limit: int = 50) -> Page:
    """Return the acts that answer the filter, the latest first; ``after`` is the last one of the page before.

    Raises:
        UnknownEntryError: there is no entry of the id ``after``.
    """
    size = max(1, min(limit, MOST_A_PAGE))
    found = _filtered(wanted)
    if after is not None:
        found = _older_than(found, after)
    rows = list(found.order_by("-at", "-id")[: size + 1])
    acts = tuple(_shown(row) for row in rows[:size])
    return Page(acts, acts[-1].id if len(rows) > size else None)


def _filtered(wanted: ActFilter) -> QuerySet[AuditEntry]:
    found = AuditEntry.objects.all()
    if wanted.actor is not None:
        found = found.filter(chain=wanted.actor)
    if wanted.act is not None and "." in wanted.act:
        found = found.filter(act=wanted.act)
    elif wanted.act is not None:
        found = found.alias(area=area_of_act()).filter(area=wanted.act)
    if wanted.subjects:
        each = (Q(subject_kind=kind, subject_id=str(subject_id)) for kind, subject_id in wanted.subjects)
        found = found.filter(reduce(operator.or_, each))
    if wanted.since is not None:
        found = found.filter(at__gte=wanted.since)
    if wanted.before is not None:
        found = found.filter(at__lt=wanted.before)
    return found


def _older_than(found: QuerySet[AuditEntry], entry_id: UUID) -> QuerySet[AuditEntry]:
    last = AuditEntry.objects.filter(id=entry_id).values_list("at", flat=True).first()
    if last is None:
        message = f"The audit log has no entry {entry_id}; take the one that the page before ended with."
        raise UnknownEntryError(message)
    # Said both ways: the first alone bounds the walk over the index.
    return found.filter(at__lte=last).filter(Q(at__lt=last) | Q(id__lt=entry_id))


def _shown(row: AuditEntry) -> FoundAct:
    return FoundAct(
        id=row.id,
        at=row.at,
        actor=row.chain,
        sequence=row.sequence,
        act=row.act,
        subject=Subject(row.subject_kind, row.subject_id),
        details=row.details,
        reason=row.reason,
    )
