"""The history as a file for spreadsheets: one row for each receipt or reward behind an entry."""

import csv
import datetime as dt
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.utils import translation
from django.utils.translation import gettext

from pointclub.foundation.spreadsheets import text_cell
from pointclub.portal.history_lines import HistoryLine, Origin, Use
from pointclub.portal.templatetags.portal import kind_words, reward_words

BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"


class _Row(NamedTuple):
    """The cells of a row; points are the only figures, everything else is text or a day."""

    value_on: dt.date
    kind: str
    points: int
    usable_through: dt.date | None
    of_whom: str = ""
    sold_on: dt.date | None = None
    number: str = ""
    earned_by: str = ""
    campaigns: str = ""

    def cells(self) -> list[str]:
        """Return the cells as they are written."""
        return [text_cell(cell) if isinstance(cell, str) else "" if cell is None else str(cell) for cell in self]


class _Echo:
    """Gives back what it is told to write: a file that is never held as a whole."""

    def write(self, text: str) -> str:
        return text


def write_history(parts: Iterable[list[HistoryLine] | None], *, language: str) -> Iterator[str]:
    """Yield the file piece by piece, from its byte order mark on; None among the parts is where a bound cuts it."""
    writer = csv.writer(_Echo())
    with translation.override(language):
        head = BYTE_ORDER_MARK + writer.writerow(_heads())
    yield head
    for part in parts:
        with translation.override(language):
            rows = [_cut()] if part is None else [row.cells() for line in part for row in _rows(line)]
            piece = "".join(writer.writerow(row) for row in rows)
        yield piece


def _heads() -> list[str]:
    return [
        gettext("Day"),
        gettext("Kind of entry"),
        gettext("Points"),
        gettext("Usable through"),
        gettext("Shop or reward"),
        gettext("Day of purchase"),
        gettext("Receipt or application"),
        gettext("Earned by (family)"),
        gettext("Campaigns"),
    ]


def _cut() -> list[str]:
    return ["", text_cell(gettext("The file ends here. For older entries, choose a period."))]


def _rows(line: HistoryLine) -> Iterator[_Row]:
    """Yield rows that add up to the entry, so that the column of points adds up to the balance."""
    kind = kind_words(line.kind)
    for behind in line.behind:
        if isinstance(behind, Origin):
            yield _Row(
                line.on,
                kind,
                behind.points,
                line.usable_through,
                behind.merchant_name,
                behind.sold_on,
                behind.receipt_number,
                behind.earned_by or "",
                " / ".join(behind.campaigns),
            )
        else:
            yield _Row(line.on, kind, behind.points, line.usable_through, _name(behind), None, behind.order_number)
    rest = line.points - sum(behind.points for behind in line.behind)
    if rest or not line.behind:
        yield _Row(line.on, kind, rest, line.usable_through)


def _name(use: Use) -> str:
    return use.label or reward_words(use.kind)
