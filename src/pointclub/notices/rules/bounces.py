"""Reading a mail that came back: whose it was, and whether it will ever arrive (NTC-5).

Anybody can send anything to the address that bounces go to, so all of it is taken for what a stranger wrote: only a
word that we sealed names a delivery, and nothing here ever causes a mail.
"""

from __future__ import annotations

import email
import email.policy
from dataclasses import dataclass
from email.message import Message
from enum import StrEnum

from flufl.bounce import all_failures

from pointclub.notices.rules.mail_addresses import token_in
from pointclub.notices.rules.replies import Reply, judge_status

MOST_BYTES = 1024 * 1024
# Where the address that it was delivered to stands, first what our own server writes.
_DELIVERED_TO = ("Delivered-To", "X-Original-To", "Envelope-To", "To")


class Verdict(StrEnum):
    """What came back says."""

    NO_SUCH_ADDRESS = "no_such_address"
    REFUSED = "refused"
    TEMPORARY = "temporary"
    NO_BOUNCE = "no_bounce"


@dataclass(frozen=True, slots=True)
class Returned:
    """A mail that came to the address of bounces, with the words that its recipients' addresses carried."""

    verdict: Verdict
    tokens: tuple[str, ...]


def read_returned(content: bytes, *, bounce_address: str) -> Returned:
    """Return what came back; whatever cannot be read is no bounce."""
    try:
        message = email.message_from_bytes(content[:MOST_BYTES], policy=email.policy.compat32)
        return Returned(_verdict(message), _tokens(message, bounce_address))
    except Exception:  # noqa: BLE001 -- Strangers write these; none of them keeps the others waiting.
        return Returned(Verdict.NO_BOUNCE, ())


def _tokens(message: Message, bounce_address: str) -> tuple[str, ...]:
    written = [str(value) for name in _DELIVERED_TO for value in message.get_all(name, ())]
    addresses = [address for value in written for _, address in email.utils.getaddresses([value])]
    found = [token_in(address, bounce_address=bounce_address) for address in addresses]
    return tuple(dict.fromkeys(token for token in found if token))


def _verdict(message: Message) -> Verdict:
    reported = _reported(message)
    if reported is not None:
        return reported
    temporary, permanent = all_failures(message)
    if permanent:
        return Verdict.NO_SUCH_ADDRESS
    return Verdict.TEMPORARY if temporary else Verdict.NO_BOUNCE


def _reported(message: Message) -> Verdict | None:
    """Return what a report after RFC 3464 says, or nothing where it is none."""
    if message.get_content_type() != "multipart/report" or message.get_param("report-type") != "delivery-status":
        return None
    blocks = [
        block
        for part in message.walk()
        if part.get_content_type() == "message/delivery-status" and isinstance(part.get_payload(), list)
        for block in part.get_payload()
        if isinstance(block, Message)
    ]
    verdicts = [_of_recipient(block) for block in blocks if block["Action"]]
    return max(verdicts, key=_WEIGHT.index, default=None)


# A report of several recipients is ours for one of them; the worst of them is it, the others being delivered or late.
_WEIGHT = (Verdict.NO_BOUNCE, Verdict.TEMPORARY, Verdict.REFUSED, Verdict.NO_SUCH_ADDRESS)


def _of_recipient(block: Message) -> Verdict:
    match str(block["Action"]).strip().lower():
        case "failed":
            status = str(block.get("Status", "5.0.0")).split()[0]
            return _FAILED[judge_status(status)]
        case "delayed":
            return Verdict.TEMPORARY
        case _:
            return Verdict.NO_BOUNCE


_FAILED = {
    Reply.NO_SUCH_ADDRESS: Verdict.NO_SUCH_ADDRESS,
    Reply.REFUSED: Verdict.REFUSED,
    Reply.TRY_AGAIN: Verdict.TEMPORARY,
}
