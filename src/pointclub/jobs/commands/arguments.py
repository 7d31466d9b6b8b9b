"""The arguments that commands share: how each is written, and what is said of one that is written wrongly.

Figures are whole numbers in ASCII digits within bounds: "1e3", "1.5" and full-width digits name no amount here.
"""

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Annotated

import typer

from pointclub.foundation.periods import TOKYO
from pointclub.merchants.rules.keys import MOST_PER_MINUTE

MOST = 1_000_000_000
_FIRST_YEAR, _LAST_YEAR = 2000, 2199

AsJson = Annotated[bool, typer.Option("--json", help="One line of JSON.")]
AsStaff = Annotated[
    str,
    typer.Option(
        "--as", metavar="STAFF", help="Your own login ID; the audit log names it, and where points move, the books."
    ),
]
AsStaffIfAny = Annotated[
    str | None,
    typer.Option("--as", metavar="STAFF", help="Your own login ID; without it the books name the nightly job."),
]
AsStaffForJob = Annotated[
    str | None,
    typer.Option("--as", metavar="STAFF", help="Your own login ID; without it the books name the nightly job."),
]
Key = Annotated[
    str, typer.Option(metavar="KEY", help="A key of your own, new for each act: sent again, it does nothing again.")
]
Reason = Annotated[str, typer.Option(help="Why, for the record.")]
MemberArgument = Annotated[str, typer.Argument(metavar="MEMBER", help="The member's number, with or without hyphens.")]
MemberOption = Annotated[str, typer.Option(metavar="MEMBER", help="The member's number, with or without hyphens.")]
MerchantArgument = Annotated[str, typer.Argument(metavar="MERCHANT", help="The merchant's number, six digits.")]
MerchantOption = Annotated[str, typer.Option(metavar="MERCHANT", help="The merchant's number, six digits.")]
Reference = Annotated[str, typer.Option(metavar="REFERENCE", help="The merchant's own reference of the sale.")]


def _whole(least: int, most: int) -> Callable[[str | int], int]:
    def read(text: str | int) -> int:
        if isinstance(text, int):
            return text
        if not re.fullmatch(r"-?[0-9]{1,12}", text, re.ASCII) or not least <= int(text) <= most:
            message = f"{text!r} is no whole number from {least:,} to {most:,}."
            raise typer.BadParameter(message)
        return int(text)

    return read


yen = _whole(0, MOST)
some_yen = _whole(1, MOST)
points = _whole(1, MOST)
points_up_or_down = _whole(-MOST, MOST)
months = _whole(1, 1200)
days = _whole(0, 3650)
line_number = _whole(1, 50)
page_size = _whole(1, 500)
calls_per_minute = _whole(1, MOST_PER_MINUTE)


def day(text: str) -> dt.date:
    """Read a day such as 2026-04-30."""
    try:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text, re.ASCII):
            raise ValueError  # noqa: TRY301 -- All that is no day ends in one sentence.
        read = dt.date.fromisoformat(text)
        if not _FIRST_YEAR <= read.year <= _LAST_YEAR:
            raise ValueError  # noqa: TRY301 -- Likewise.
    except ValueError:
        message = f"{text!r} is no day; write 2026-04-30 (years {_FIRST_YEAR} to {_LAST_YEAR})."
        raise typer.BadParameter(message) from None
    return read


def month(text: str) -> dt.date:
    """Read a month such as 2026-04, as its first day."""
    try:
        return day(f"{text}-01")
    except typer.BadParameter:
        message = f"{text!r} is no month; write 2026-04."
        raise typer.BadParameter(message) from None


def instant(text: str) -> dt.datetime:
    """Read an instant such as 2026-04-30T23:59; without a zone it is the time in Japan."""
    try:
        read = dt.datetime.fromisoformat(text)
        if not text.isascii() or not _FIRST_YEAR <= read.year <= _LAST_YEAR:
            raise ValueError  # noqa: TRY301 -- All that is no instant ends in one sentence.
    except ValueError:
        message = f"{text!r} is no instant; write 2026-04-30T23:59 for the time in Japan, or add a zone (+00:00)."
        raise typer.BadParameter(message) from None
    return read if read.tzinfo is not None else read.replace(tzinfo=TOKYO)


def decimal(text: str) -> Decimal:
    """Read a number with at most four digits after the point, such as 3 or 1.5."""
    if not re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,4})?", text, re.ASCII):
        message = f"{text!r} is no number such as 3 or 1.5."
        raise typer.BadParameter(message)
    return Decimal(text)


def points_per_yen(text: str) -> tuple[int, int]:
    """Read a rate such as 1/100 (one point for each full 100 yen) as points and yen."""
    found = re.fullmatch(r"([0-9]{1,9})/([0-9]{1,9})", text, re.ASCII)
    if found is None or 0 in (rate := (int(found[1]), int(found[2]))):
        message = f"{text!r} is no rate; write 1/100 for one point for each full 100 yen."
        raise typer.BadParameter(message)
    return rate


def in_japan(at: dt.datetime) -> dt.datetime:
    """Return the same instant as clocks in Japan show it."""
    return at.astimezone(TOKYO)
