"""What the history page says: the entries wanted, the ways to others, and what can be asked for."""

import dataclasses
import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext

from pointclub.earning import queries as earning
from pointclub.foundation.periods import add_months
from pointclub.membership import queries as membership
from pointclub.merchants import queries as merchants
from pointclub.points import queries as points
from pointclub.portal.cursors import NEWEST, Place, read_cursor, write_cursor
from pointclub.portal.history_form import HistoryForm
from pointclub.portal.history_lines import HistoryLine, ask_stories, tell_history
from pointclub.portal.visits import Visit

ENTRIES_A_PAGE = 20
# A file holds at most so many transactions, read so many at a time: what is in memory does not grow with the file.
ENTRIES_AT_ONCE = 500
ENTRIES_A_FILE = 20_000


@dataclasses.dataclass(frozen=True)
class Preset:
    """A period that is often asked for."""

    label: str
    is_current: bool
    query: str


@dataclasses.dataclass(frozen=True)
class HistoryView:
    """Everything on the page; addresses are given as query strings, so that filters are kept wherever one goes."""

    form: HistoryForm
    said: Mapping[str, str]
    first_day: dt.date | None
    last_day: dt.date | None
    presets: Sequence[Preset]
    lines: Sequence[HistoryLine]
    newer: str | None
    older: str | None
    searched_back_to: dt.date | None
    query: str

    @property
    def is_filtered(self) -> bool:
        """Tell whether anything may have been left out."""
        return bool(self.query)


@dataclasses.dataclass(frozen=True)
class _Asked:
    """What was asked for, understood."""

    visit: Visit
    form: HistoryForm
    wanted: points.HistoryFilter
    names: dict[str, str]

    def look(self, place: Place, *, limit: int) -> points.HistoryPage:
        return points.list_history(
            self.visit.account_id,
            on=self.visit.on,
            limit=limit,
            wanted=self.wanted,
            before=place.before,
            after=place.after,
        )

    def tell(self, page: points.HistoryPage) -> list[HistoryLine]:
        return tell_history(page.entries, ask_stories(self.visit.account_id, page.entries, names=self.names))


def get_history_view(visit: Visit, query: QueryDict) -> HistoryView:
    """Return the page that the address asks for; whatever in it makes no sense is as if it were not there."""
    asked = _understand(visit, query)
    page = asked.look(read_cursor(query.get("cursor", ""), account_id=visit.account_id), limit=ENTRIES_A_PAGE)
    kept = asked.form.kept()

    def way(place: Place) -> str:
        return urlencode({**kept, "cursor": write_cursor(place, account_id=visit.account_id)})

    return HistoryView(
        form=asked.form,
        said=asked.form.said(),
        first_day=asked.wanted.first_day,
        last_day=asked.wanted.last_day,
        presets=_presets(kept, on=visit.on),
        lines=asked.tell(page),
        newer=None if page.newer is None else way(Place(after=page.newer)),
        older=None if page.older is None else way(Place(before=page.older)),
        searched_back_to=page.searched_back_to,
        query=urlencode(kept),
    )


def read_history(visit: Visit, query: QueryDict) -> Iterator[list[HistoryLine] | None]:
    """Yield what the address asks for from the newest on, some entries at a time, and None where the bound cuts it."""
    asked = _understand(visit, query)
    place = NEWEST
    for _ in range(ENTRIES_A_FILE // ENTRIES_AT_ONCE):
        page = asked.look(place, limit=ENTRIES_AT_ONCE)
        yield asked.tell(page)
        if page.older is None:
            return
        place = Place(before=page.older)
    yield None


def _understand(visit: Visit, query: QueryDict) -> _Asked:
    family = membership.list_family(visit.membership_id)
    shops = merchants.list_merchants(points.list_merchants(visit.account_id))
    form = HistoryForm(
        query,
        family=[(str(member.id), member.person.name) for member in family] if len(family) > 1 else [],
        merchants=[(shop.number, shop.name) for shop in shops],
    )
    chosen = next((member for member in family if str(member.id) == form.kept().get("member")), None)
    wanted = form.wanted(
        merchant_ids={shop.number: shop.id for shop in shops},
        sources=earning.sources_of_member(visit.account_id, chosen.id) if chosen else None,
    )
    return _Asked(visit, form, wanted, {member.number: member.person.name for member in family})


def _presets(kept: dict[str, str], *, on: dt.date) -> list[Preset]:
    """Return the periods offered, each together with what else was asked for."""
    others = {name: value for name, value in kept.items() if name not in {"first", "last"}}
    asked = {name: kept[name] for name in ("first", "last") if name in kept}
    offered = [
        (gettext("All"), None),
        (gettext("This month"), on.replace(day=1)),
        (gettext("3 months"), add_months(on, -3) + dt.timedelta(days=1)),
        (gettext("1 year"), add_months(on, -12) + dt.timedelta(days=1)),
    ]
    presets = []
    for label, first in offered:
        period = {} if first is None else {"first": str(first), "last": str(on)}
        presets.append(Preset(label, period == asked, urlencode({**others, **period})))
    return presets
