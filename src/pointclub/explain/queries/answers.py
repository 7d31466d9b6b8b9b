"""What an explanation looks like: a whole, and parts that add up to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from pointclub.earning import queries as earning
from pointclub.points import queries as points_queries
from pointclub.rewards import queries as rewards


@dataclass(frozen=True, slots=True)
class Stop:
    """A lot that points lay in, since which day, and the kind of act that brought them (a kind of transaction).

    `line` is the redemption line that they came back from, `request` what gave them another last day.
    """

    account_id: UUID
    lot_id: UUID
    lot_kind: str
    usable_through: dt.date
    since: dt.date
    brought_by: str
    line: rewards.LineStory | None
    request: points_queries.RequestStory | None


class OriginKind(StrEnum):
    """How points began in this account, or in the former one of a member who came back."""

    ACCRUAL = "accrual"
    OPENING = "opening"
    ADJUSTMENT = "adjustment"
    TRANSFER = "transfer"


@dataclass(frozen=True, slots=True)
class OriginStory:
    """Where points came from, and the day on which they reached the balance.

    An accrual has its receipt, an adjustment or transfer the request that two people agreed on, an opening balance
    the reference under which it was brought over.
    """

    kind: OriginKind
    granted_on: dt.date
    receipt: earning.GrantStory | None
    request: points_queries.RequestStory | None
    reference: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Points of one origin; `stops` are the lots they lay in, the last of which is where they are or were taken."""

    points: int
    story: OriginStory
    stops: tuple[Stop, ...]

    @property
    def usable_through(self) -> dt.date:
        """The last day of the lot that they are in, or were taken from."""
        return self.stops[-1].usable_through


@dataclass(frozen=True, slots=True)
class Destination:
    """Points of a receipt that took the same way to the same end.

    `part` is what gave them (base points or a campaign). `ended_on` is None for what is left; `recorded_at` is None
    for that too, and for a lapse that is true but not written down yet. One at most is there of: the redemption line,
    the receipt for whose undone sale they were taken or paid, the request by which they were transferred or taken.
    """

    fate: points_queries.Fate
    points: int
    part: earning.PartStory
    stops: tuple[Stop, ...]
    ended_on: dt.date | None
    recorded_at: dt.datetime | None
    line: rewards.LineStory | None
    other_receipt: earning.GrantStory | None
    request: points_queries.RequestStory | None

    @property
    def usable_through(self) -> dt.date:
        """The last day of the lot that they are in, or were taken from."""
        return self.stops[-1].usable_through


class TakingKind(StrEnum):
    """What was taken when a sale was undone or corrected downwards."""

    OWN = "own"  # its own points, unused or lapsed unused
    OTHERS = "others"  # points of other origins, since its own were gone
    ARREARS_PAID = "arrears_paid"
    ARREARS_OPEN = "arrears_open"


@dataclass(frozen=True, slots=True)
class Taking:
    """Points taken back for a receipt, with the day on which they were taken or paid, or owed since.

    `origin` is where the points came from that were taken or paid; open arrears have none.
    """

    kind: TakingKind
    points: int
    on: dt.date
    origin: Origin | None


@dataclass(frozen=True, slots=True)
class AccrualExplained:
    """A receipt: `parts` add up to `granted`, `takings` to `taken_back`.

    `points`, what the receipt is worth now, is `pending + granted - taken_back`.
    """

    story: earning.AccrualStory
    pending: int
    granted: int
    taken_back: int
    parts: tuple[Destination, ...]
    takings: tuple[Taking, ...]

    @property
    def points(self) -> int:
        """What the receipt is worth as it stands."""
        return self.story.points


@dataclass(frozen=True, slots=True)
class LineExplained:
    """A redemption line: `origins` add up to `points`, `returns` to what came back."""

    line: rewards.LineStory
    origins: tuple[Origin, ...]
    returns: tuple[points_queries.Returned, ...]

    @property
    def points(self) -> int:
        """What the line took and did not give back."""
        return self.line.points - self.line.returned_points


@dataclass(frozen=True, slots=True)
class LotExplained:
    """A lot: `origins` add up to what remains in it, in the order of use; `lapsed` is what lapsed in it, unused.

    Points past their last day whose lapse is not recorded yet still remain, as in the books.
    """

    lot: points_queries.LotBalance
    origins: tuple[Origin, ...]
    lapsed: tuple[Origin, ...]


@dataclass(frozen=True, slots=True)
class Origins:
    """Where points came from, told of so many as a page has room for; `points` is the sum of all."""

    points: int
    shown: Sequence[Origin]
    not_shown: int

    @classmethod
    def of(cls, origins: Sequence[Origin], *, most: int) -> Origins:
        """Return the first of them, and how many are left out."""
        return cls(sum(origin.points for origin in origins), origins[:most], max(0, len(origins) - most))


@dataclass(frozen=True, slots=True)
class DayLot:
    """What a lot holds through its last day; once that is over, what lapsed in it, whether that is recorded or not."""

    lot: points_queries.LotBalance
    origins: Origins


@dataclass(frozen=True, slots=True)
class BalanceExplained:
    """A balance, lot by lot in the order of use; `pending` waits for the balance update and is in no lot."""

    balance: points_queries.Balance
    lots: tuple[LotExplained, ...]
    pending: tuple[earning.PendingGrant, ...]
