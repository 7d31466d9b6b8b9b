"""Mailings of advertising, and how far they have come."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, QuerySet

from pointclub.foundation.refusals import NotFoundError
from pointclub.notices.models import Delivery, Mailing, Notice
from pointclub.notices.rules import mailings

State = Delivery.State


class UnknownMailingError(NotFoundError):
    """There is no such mailing."""

    code = "unknown_mailing"


@dataclass(frozen=True, slots=True)
class Progress:
    """How many people were told, and what became of their mails, one for each address; some came back in the end."""

    people: int
    waiting: int
    sent: int
    not_sent: int
    came_back: int

    @property
    def undelivered(self) -> int:
        """Return how many mails were not sent, or came back."""
        return self.not_sent + self.came_back


def get_mailing(mailing_id: UUID) -> Mailing:
    """Return the mailing.

    Raises:
        UnknownMailingError: there is none of that id.
    """
    mailing = Mailing.objects.filter(id=mailing_id).first()
    if mailing is None:
        message = f"There is no mailing {mailing_id}."
        raise UnknownMailingError(message)
    return mailing


def list_mailings(*, most: int = 200) -> list[Mailing]:
    """Return the mailings, those that wait for their second person first, then the latest; `most` at most."""
    waits = Mailing.objects.filter(decided_at=None, cancelled_at=None)
    others = Mailing.objects.exclude(id__in=waits.values("id")).order_by("-asked_at", "-id")
    return [*waits.order_by("asked_at", "id")[:most], *others[:most]][:most]


def list_mailings_going_out() -> list[Mailing]:
    """Return those that were approved and have people left to tell, the earliest first."""
    approved = Mailing.objects.exclude(approved_by="").filter(finished_at=None, stopped_at=None, cancelled_at=None)
    return list(approved.order_by("decided_at", "id"))


def state_behind(key: str) -> Mailing.State | None:
    """Return where the mailing stands at this moment that a notice of that key belongs to; nothing if to none."""
    mailing_id = mailings.mailing_in(key)
    mailing = None if mailing_id is None else Mailing.objects.defer("text_ja", "text_en").filter(id=mailing_id).first()
    return None if mailing is None else mailing.state


def deliveries_of(mailing_id: UUID) -> QuerySet[Delivery]:
    """Return its mails."""
    return Delivery.objects.filter(notice__once__startswith=mailings.prefix_of(mailing_id))


def count_waiting_mails(mailing_id: UUID) -> int:
    """Return how many of its mails have not left yet."""
    return deliveries_of(mailing_id).filter(state=State.WAITING).count()


def progress_of(mailing_id: UUID) -> Progress:
    """Return how far it has come."""
    rows = deliveries_of(mailing_id).values("state").annotate(mails=Count("id")).values_list("state", "mails")
    mails: dict[str, int] = dict(rows)
    return Progress(
        people=Notice.objects.filter(once__startswith=mailings.prefix_of(mailing_id)).count(),
        waiting=mails.get(State.WAITING, 0),
        sent=mails.get(State.SENT, 0),
        not_sent=mails.get(State.FAILED, 0),
        came_back=mails.get(State.BOUNCED, 0),
    )
