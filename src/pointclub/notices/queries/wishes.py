"""What people want to be sent."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

from pointclub.notices.models import Wish
from pointclub.people.models import ContactAddress

Matter = Wish.Matter


def advertising_choice_of(person_id: UUID) -> frozenset[ContactAddress.Kind]:
    """Return to which addresses the person wants advertising; to none unless they said so (NTC-3)."""
    latest = _latest([person_id], (Matter.ADVERTISING_FIRST, Matter.ADVERTISING_SECOND))
    return frozenset(ContactAddress.Kind(matter) for (_, matter), is_wanted in latest.items() if is_wanted)


def next_wanting_advertising(*, after: UUID | None, limit: int) -> list[UUID]:
    """Return the next people who want advertising to some address, in the order of their ids."""
    latest = Wish.objects.filter(matter__in=(Matter.ADVERTISING_FIRST, Matter.ADVERTISING_SECOND))
    if after is not None:
        latest = latest.filter(person_id__gt=after)
    latest = latest.order_by("person_id", "matter", "-said_at", "-id").distinct("person_id", "matter")
    wanting = Wish.objects.filter(id__in=latest.values("id"), is_wanted=True)
    return list(wanting.order_by("person_id").values_list("person_id", flat=True).distinct()[:limit])


def count_wanting_advertising() -> int:
    """Return how many people ever wanted advertising: for progress, which need not be exact."""
    wanting = Wish.objects.exclude(matter=Matter.REMINDERS).filter(is_wanted=True)
    return wanting.values("person_id").distinct().count()


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


def _latest(person_ids: Iterable[UUID], matters: Collection[Matter]) -> dict[tuple[UUID, str], bool]:
    said = Wish.objects.filter(person_id__in=set(person_ids), matter__in=matters)
    rows = said.order_by("person_id", "matter", "-said_at", "-id").distinct("person_id", "matter")
    return {
        (person_id, matter): wanted
        for person_id, matter, wanted in rows.values_list("person_id", "matter", "is_wanted")
    }
