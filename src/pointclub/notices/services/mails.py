"""A mail as it is handed over: its text, its headers, and the address that it would come back to."""

from __future__ import annotations

import datetime as dt
import email.policy
from email.headerregistry import Address
from email.message import EmailMessage
from uuid import UUID

from django.conf import settings

from pointclub.notices.models import Delivery, Trial
from pointclub.notices.queries.frames import frame_of, stop_link
from pointclub.notices.queries.texts import TRIAL, Text, compose, frame, text_of
from pointclub.notices.queries.tokens import bounce_token, stop_token
from pointclub.notices.rules.kinds import FACTS, Kind, Topic
from pointclub.notices.rules.mail_addresses import deliverable, return_path
from pointclub.notices.services.outlet import Mail

# A line end in a header is refused, wherever it came from. In Base64 no server on the way has long lines to break.
_POLICY = email.policy.SMTP.clone(cte_type="7bit")
# No machine answers these: neither a holiday reply nor another list's robot.
_NO_ANSWERS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


def mail_of(delivery: Delivery, *, at: dt.datetime) -> Mail:
    """Return the mail of a delivery whose notice still has its values."""
    notice, address = delivery.notice, delivery.address
    assert address is not None
    text = text_of(notice)
    assert text is not None
    topic = FACTS[Kind(notice.kind)].topic
    headers: dict[str, str] = {}
    stop = ""
    if topic is Topic.ADVERTISING:
        stop = stop_link(stop_token(delivery.id), language=notice.language)
        headers = {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return _mail(
        text,
        mail_id=delivery.id,
        to=address.value,
        language=notice.language,
        topic=topic,
        at=at,
        stop=stop,
        headers=headers,
    )


def mail_of_trial(trial: Trial, *, at: dt.datetime) -> Mail:
    """Return the mail of a trial that still has its address."""
    text = compose(TRIAL, {}, language=trial.language)
    return _mail(
        text,
        mail_id=trial.id,
        to=trial.address,
        language=trial.language,
        topic=None,
        at=at,
        stop="",
        headers={},
    )


def _mail(
    text: Text,
    *,
    mail_id: UUID,
    to: str,
    language: str,
    topic: Topic | None,
    at: dt.datetime,
    stop: str,
    headers: dict[str, str],
) -> Mail:
    environment = settings.ENVIRONMENT
    context = frame_of(text, topic=topic, language=language, stop=stop)
    mail = EmailMessage(policy=_POLICY)
    mail["Subject"] = text.subject
    mail["From"] = Address(str(context["club"]), addr_spec=environment.mail_sender)
    mail["To"] = deliverable(to)
    mail["Date"] = at
    # The same at every try, so that a mail sent twice is known for one by whoever looks.
    mail["Message-ID"] = f"<{mail_id}@{environment.mail_sender.rpartition('@')[2]}>"
    for name, value in {**_NO_ANSWERS, **headers}.items():
        mail[name] = value
    mail.set_content(frame("frame.txt", context))
    mail.add_alternative(frame("frame.html", context), subtype="html")
    sender = return_path(environment.bounce_address, bounce_token(mail_id))
    return Mail(sender, deliverable(to), mail.as_bytes())
