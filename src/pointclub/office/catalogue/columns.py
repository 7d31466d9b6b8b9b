"""What lists and pages of the catalogues show of a row, each with its name in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Protocol, cast

from django.contrib import admin

from pointclub.earning.rules.amount import plain as without_zeros
from pointclub.office.templatetags import office

NOTHING = "–"


class Column(Protocol):
    """What reads a cell out of a row, as Django's admin calls it."""

    __name__: str
    short_description: Any

    def __call__(self, row: Any, /) -> Any:
        """Return what the cell says."""


def column(name: str, words: Any, read: Callable[[Any], Any]) -> Column:
    """Return a column that Django's lists and forms can show; where a row has nothing, it shows a dash."""

    @admin.display(description=words)
    def shown(row: Any) -> Any:
        return written(read(row))

    shown.__name__ = name
    return cast("Column", shown)


def written(value: Any) -> Any:
    """Write days, instants and figures as the rest of the office does."""
    if value is None:
        return NOTHING
    if isinstance(value, dt.datetime):
        return office.instant(value)
    if isinstance(value, dt.date):
        return office.day(value)
    if isinstance(value, Decimal):
        return str(without_zeros(value))
    # A bare truth value would become a picture.
    return office.plain(value) if isinstance(value, int) else value
