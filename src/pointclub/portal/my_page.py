"""What *my page* says: questions to the modules below, and pure functions that put the answers in order."""

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from itertools import groupby
from uuid import UUID

from pointclub.earning import queries as earning
from pointclub.foundation.periods import last_day_of_month, tokyo_day
from pointclub.membership import queries as membership
from pointclub.membership.models import Member
from pointclub.membership.rules.number import grouped
from pointclub.points import queries as points
from pointclub.program import queries as program

RECENT_ENTRIES = 10
ORIGINS_AT_ONCE = 3
DAYS_AT_ONCE = 4
# The first reminder goes out that many days before (EXP-6); from then on the page says it loudly as well.
SOON_DAYS = 60
LONG_FIGURE = 10_000_000
FULL_BAR = 100


@dataclasses.dataclass(frozen=True)
class Pause:
    """Enquiry is paused; `until` is None where the end is not known."""

    text: str
    until: dt.datetime | None


@dataclasses.dataclass(frozen=True)
class Lapsing:
    """Points that lapse together; `share` compares them with the largest such number, in percent."""

    points: int
    usable_through: dt.date
    share: int

    @property
    def is_month_end(self) -> bool:
        """Tell whether the day can be called the end of its month."""
        return self.usable_through == last_day_of_month(self.usable_through)


@dataclasses.dataclass(frozen=True)
class NextLapse:
    """The points that lapse first."""

    points: int
    usable_through: dt.date
    days_left: int

    @property
    def is_soon(self) -> bool:
        """Tell whether it is time to do something about them."""
        return self.days_left <= SOON_DAYS


@dataclasses.dataclass(frozen=True)
class Origin:
    """One receipt or bill; `earned_by` names the family member, and is None for the primary member."""

    merchant_name: str
    sold_on: dt.date
    earned_by: str | None
    campaigns: tuple[str, ...]
    points: int


@dataclasses.dataclass(frozen=True)
class HistoryLine:
    """One act on the balance; its first origins are shown at once, the others on demand."""

    kind: str
    on: dt.date
    points: int
    usable_through: dt.date | None
    origins: tuple[Origin, ...]
    more_origins: tuple[Origin, ...]

    @property
    def is_one_purchase(self) -> bool:
        """Tell whether all of it goes back to one receipt, whose points are then those of the line."""
        return len(self.origins) == 1 and self.origins[0].points == self.points


@dataclasses.dataclass(frozen=True)
class Figures:
    """What is not shown while enquiry is paused."""

    usable: int
    pending: int
    arrears: int
    next_lapse: NextLapse | None
    lapsing: tuple[Lapsing, ...]
    later_lapsing: tuple[Lapsing, ...]
    history: tuple[HistoryLine, ...]

    @property
    def is_long(self) -> bool:
        """Tell whether the balance needs smaller digits to fit a phone."""
        return self.usable >= LONG_FIGURE


@dataclasses.dataclass(frozen=True)
class MyPage:
    """Everything on the page; exactly one of `pause` and `figures` is there."""

    name: str
    member_number: str
    as_of: dt.datetime
    ended_on: dt.date | None
    pause: Pause | None
    figures: Figures | None


def get_my_page(member: Member, *, at: dt.datetime, language: str) -> MyPage:
    """Return the page of a primary member at that instant."""
    ended_at = member.membership.ended_at
    suspension = program.find_suspension(program.Activity.ENQUIRY, at=at)
    pause = None
    if suspension is not None:
        pause = Pause(suspension.text_en if language == "en" else suspension.text_ja, suspension.ends_before)
    return MyPage(
        name=member.person.name,
        member_number=grouped(member.number),
        as_of=at,
        ended_on=tokyo_day(ended_at) if ended_at is not None and ended_at <= at else None,
        pause=pause,
        figures=None if pause else _ask_figures(member.membership.account_id, member.membership_id, on=tokyo_day(at)),
    )


def _ask_figures(account_id: UUID, membership_id: UUID, *, on: dt.date) -> Figures:
    history = points.get_history(account_id, on=on, limit=RECENT_ENTRIES)
    sources = {posting.source_id for entry in history for posting in entry.postings if posting.source_id}
    return compose_figures(
        points.get_balance(account_id, on=on),
        pending=earning.pending_points(account_id),
        history=tell_history(
            history,
            stories=earning.describe_grants(account_id, sources) if sources else {},
            names={member.number: member.person.name for member in membership.list_family(membership_id)},
        ),
    )


def compose_figures(balance: points.Balance, *, pending: int, history: Sequence[HistoryLine]) -> Figures:
    """Put a balance in the order in which its points lapse (BAL-1, EXP-6)."""
    usable_lots = [lot for lot in balance.lots if lot.is_usable]
    by_day = [
        (day, sum(lot.remaining for lot in lots))
        for day, lots in groupby(
            sorted(usable_lots, key=lambda lot: lot.usable_through), lambda lot: lot.usable_through
        )
    ]
    largest = max((sum_of_day for _, sum_of_day in by_day), default=0)
    lapsing = [Lapsing(sum_of_day, day, max(1, sum_of_day * FULL_BAR // largest)) for day, sum_of_day in by_day]
    return Figures(
        usable=balance.usable,
        pending=pending,
        arrears=balance.arrears,
        next_lapse=_first_to_lapse(lapsing, on=balance.on),
        lapsing=tuple(lapsing[:DAYS_AT_ONCE]),
        later_lapsing=tuple(lapsing[DAYS_AT_ONCE:]),
        history=tuple(history),
    )


def _first_to_lapse(lapsing: Sequence[Lapsing], *, on: dt.date) -> NextLapse | None:
    if not lapsing:
        return None
    first = lapsing[0]
    return NextLapse(first.points, first.usable_through, (first.usable_through - on).days)


def tell_history(
    history: Sequence[points.HistoryEntry], *, stories: Mapping[UUID, earning.GrantStory], names: Mapping[str, str]
) -> list[HistoryLine]:
    """Tell each entry with the receipts behind it and who of the family earned them (BAL-4)."""
    lines = []
    for entry in history:
        origins = tell_origins(entry.postings, stories=stories, names=names)
        lines.append(
            HistoryLine(
                kind=entry.kind,
                on=entry.value_on,
                points=entry.points,
                usable_through=find_usable_through(entry.postings),
                origins=origins[:ORIGINS_AT_ONCE],
                more_origins=origins[ORIGINS_AT_ONCE:],
            )
        )
    return lines


def tell_origins(
    postings: Sequence[points.HistoryPosting], *, stories: Mapping[UUID, earning.GrantStory], names: Mapping[str, str]
) -> tuple[Origin, ...]:
    """Sum the postings receipt by receipt: base points and campaigns of one purchase are one line."""
    by_receipt: dict[tuple[str, str], list[tuple[earning.GrantStory, int]]] = {}
    for posting in postings:
        if posting.source_id and (story := stories.get(posting.source_id)):
            by_receipt.setdefault((story.merchant_name, story.receipt_number), []).append((story, posting.points))
    return tuple(
        Origin(
            merchant_name=parts[0][0].merchant_name,
            sold_on=parts[0][0].sold_on,
            earned_by=_family_member(parts[0][0], names),
            campaigns=tuple(dict.fromkeys(story.campaign_name for story, _ in parts if story.campaign_name)),
            points=sum(moved for _, moved in parts),
        )
        for parts in by_receipt.values()
    )


def find_usable_through(postings: Sequence[points.HistoryPosting]) -> dt.date | None:
    """Return the last day of what came in, where all of it has the same."""
    days = {posting.usable_through for posting in postings if posting.points > 0 and posting.usable_through}
    return days.pop() if len(days) == 1 else None


def _family_member(story: earning.GrantStory, names: Mapping[str, str]) -> str | None:
    """Return the family member's name, or the number where the name is not known any more."""
    if not story.member_is_family:
        return None
    return names.get(story.member_number) or grouped(story.member_number)
