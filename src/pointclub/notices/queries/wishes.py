"""What people want to be sent."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import QuerySet

from pointclub.notices.models import Wish
from pointclub.people.models import ContactAddress

Matter = Wish.Matter


def advertising_choice_of(person_id: UUID) -> frozenset[ContactAddress.Kind]:
    """Return to which addresses the person wants advertising; to none unless they said so (NTC-3)."""
    latest = _latest([person_id], (Matter.ADVERTISING_FIRST, Matter.ADVERTISING_SECOND))
    return frozenset(ContactAddress.Kind(matter) for (_, matter), is_wanted in latest.items() if is_wanted)


def advertised_addresses_of(person_id: UUID) -> frozenset[ContactAddress.Kind]:
    """Return to which addresses advertising may go now: those that were chosen, unless all of it is held back."""
    return frozenset() if is_advertising_held(person_id) else advertising_choice_of(person_id)


def is_advertising_held(person_id: UUID) -> bool:
    """Tell whether the person is sent no advertising whatever they chose."""
    return _latest([person_id], (Matter.ADVERTISING,)).get((person_id, Matter.ADVERTISING.value)) is False


def next_wanting_advertising(*, after: UUID | None, limit: int) -> list[UUID]:
    """Return the next people who want advertising to some address and may be sent it, in the order of their ids."""
    wanting = _wanting_advertising(after=after)
    return list(wanting.order_by("person_id").values_list("person_id", flat=True).distinct()[:limit])


def count_wanting_advertising() -> int:
    """Return how many people want advertising to some address and may be sent it."""
    return _wanting_advertising(after=None).values("person_id").distinct().count()


def wants_reminders(person_id: UUID) -> bool:
    """Return whether the person wants to be told of points before they lapse; everybody does who never said no."""
    return person_id not in without_reminders([person_id])


def without_reminders(person_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Return who of them wants no reminders (EXP-6)."""
    latest = _latest(person_ids, (Matter.REMINDERS,))
    return frozenset(person_id for (person_id, _), is_wanted in latest.items() if not is_wanted)


def list_wishes(person_id: UUID) -> list[Wish]:
    """Return all that the person ever said, the latest first."""
    return list(Wish.objects.filter(person_id=person_id).order_by("-said_at", "-id"))


def _wanting_advertising(*, after: UUID | None) -> QuerySet[Wish]:
    latest = Wish.objects.filter(matter__in=(Matter.ADVERTISING_FIRST, Matter.ADVERTISING_SECOND))
    if after is not None:
        latest = latest.filter(person_id__gt=after)
    latest = latest.order_by("person_id", "matter", "-said_at", "-id").distinct("person_id", "matter")
    said_by_us = Wish.objects.filter(matter=Matter.ADVERTISING).order_by("person_id", "-said_at", "-id")
    held = Wish.objects.filter(id__in=said_by_us.distinct("person_id").values("id"), is_wanted=False)
    wanting = Wish.objects.filter(id__in=latest.values("id"), is_wanted=True)
    return wanting.exclude(person_id__in=held.values("person_id"))


def _latest(person_ids: Iterable[UUID], matters: Collection[Matter]) -> dict[tuple[UUID, str], bool]:
    said = Wish.objects.filter(person_id__in=set(person_ids), matter__in=matters)
    rows = said.order_by("person_id", "matter", "-said_at", "-id").distinct("person_id", "matter")
    return {
        (person_id, matter): wanted
        for person_id, matter, wanted in rows.values_list("person_id", "matter", "is_wanted")
    }
