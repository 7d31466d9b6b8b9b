"""What a mail server's answer means for the mail, and for the address."""

from __future__ import annotations

import re
from enum import StrEnum

_PERMANENT = 500
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
# Delivery status codes (RFC 3463), without the first figure: 1 is of addresses, 2 of mailboxes, of which a full one is
# emptied some day; where there is no such domain, some servers say 4.4.
_OF_ADDRESSES = re.compile(r"0\..*|1\..*|2\.(?!2$).*|4\.4")
# Without such a code: no such user here; user not local; mailbox name not allowed.
_NO_SUCH_ADDRESS = frozenset({550, 551, 553})


class Reply(StrEnum):
    """What to do with the mail."""

    TRY_AGAIN = "try again"
    NO_SUCH_ADDRESS = "no such address"
    REFUSED = "refused"


def judge(code: int, text: str) -> Reply:
    """Return what a refusal at the server's door means."""
    if code < _PERMANENT:
        return Reply.TRY_AGAIN
    status = _STATUS.search(text)
    if status is not None:
        return judge_status(status[0])
    return Reply.NO_SUCH_ADDRESS if code in _NO_SUCH_ADDRESS else Reply.REFUSED


def judge_status(status: str) -> Reply:
    """Return what a delivery status such as 5.1.1 means; where the mail was not liked, the address may be good."""
    found = _STATUS.fullmatch(status.strip())
    if found is None or found[1] != "5":
        return Reply.TRY_AGAIN
    is_of_address = _OF_ADDRESSES.fullmatch(f"{found[2]}.{found[3]}")
    return Reply.NO_SUCH_ADDRESS if is_of_address else Reply.REFUSED
