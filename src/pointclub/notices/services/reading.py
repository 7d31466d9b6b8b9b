"""Opening a notice on my page, and stopping advertising by the link in a mail."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from pointclub.foundation import actors
from pointclub.foundation.acts import act
from pointclub.foundation.refusals import NotFoundError
from pointclub.notices.models import Delivery, Notice
from pointclub.notices.models.notices import MAILS
from pointclub.notices.queries.tokens import read_stop_token
from pointclub.notices.services.wishes import stop_advertising
from pointclub.people.models import ContactAddress

_BY_A_LINK = actors.system("stop-link")


class UnknownStopLinkError(NotFoundError):
    """The link is none of ours, or was cut short."""

    code = "unknown_stop_link"


@act
def note_read(*, person_id: UUID, notice_id: UUID, at: dt.datetime) -> None:
    """Keep when the person first opened the notice."""
    Notice.objects.filter(id=notice_id, person_id=person_id, read_at__isnull=True).update(read_at=at)


@act
def stop_by_link(token: str, *, at: dt.datetime) -> None:
    """Send no more advertising to the address that this mail went to; whoever has the mail may say so (NTC-3).

    Raises:
        UnknownStopLinkError: the link is none of ours.
    """
    delivery_id = read_stop_token(token)
    named = {delivery_id} - {None}
    delivery = Delivery.objects.select_related("notice").filter(id__in=named, channel__in=MAILS).first()
    if delivery is None:
        message = "This link is not complete. Please open it again from the mail."
        raise UnknownStopLinkError(message)
    kinds = [ContactAddress.Kind(delivery.channel)]
    stop_advertising(person_id=delivery.notice.person_id, kinds=kinds, how="mail_link", at=at, actor=_BY_A_LINK)
