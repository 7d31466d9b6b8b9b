"""How a file of people's data says, wherever it turns up, whose doing it is and when it should be gone."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pointclub.files.rules.people import neutralised

# So that a spreadsheet takes the bytes for UTF-8.
_BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class Mark:
    """Who asked for a file, who allowed it, when, for what, and until which day it may be kept."""

    kind: str
    number: str
    requested_by: str
    requested_on: dt.date
    approved_by: str | None
    approved_on: dt.date | None
    purpose: str
    kept_through: dt.date
    people: int


def file_name(mark: Mark, *, ending: str = "csv") -> str:
    """Return the name, in letters that any system keeps."""
    who = [mark.requested_by, *([mark.approved_by] if mark.approved_by else [])]
    names = "_".join(re.sub(r"[^a-z0-9.-]", "-", each.rpartition(":")[2]) for each in who)
    return f"{mark.kind}_{mark.requested_on}_{names}_until-{mark.kept_through}.{ending}"


def first_line(mark: Mark) -> str:
    """Return the line above all rows."""
    approved = f"{mark.approved_by}（{mark.approved_on}）" if mark.approved_by else "承認不要の件数のためなし"
    return (
        f"個人データ持出 {mark.number}｜申請者: {mark.requested_by}（{mark.requested_on}）｜承認者: {approved}｜"
        f"目的: {mark.purpose}｜人数: {mark.people:,}名｜"
        f"保管期限: {mark.kept_through}（この日を過ぎたら削除してください）"
    )


def written(mark: Mark, columns: Sequence[str], rows: Iterable[Sequence[str | int]]) -> str:
    """Return the whole file for a spreadsheet: no text in it is taken for a formula, and numbers stay numbers."""
    out = io.StringIO(newline="")
    out.write(_BYTE_ORDER_MARK)
    writer = csv.writer(out)
    writer.writerow([neutralised(first_line(mark))])
    writer.writerow(columns)
    for row in rows:
        writer.writerow([cell if isinstance(cell, int) else neutralised(cell) for cell in row])
    return out.getvalue()
