"""The stories of single points: which purchases lapse on a day, where a receipt's points went, what a reward took."""

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence

from pointclub.explain import queries as explain
from pointclub.portal.history_lines import list_names
from pointclub.portal.visits import Visit

# A lot can hold the points of very many receipts; a page names so many and counts the others.
ORIGINS_AT_MOST = 100


@dataclasses.dataclass(frozen=True)
class ExpiryDay:
    """What lapses at the end of a day; once it is over, what did."""

    usable_through: dt.date
    is_over: bool
    points: int
    lots: Sequence[explain.DayLot]
    names: Mapping[str, str]


@dataclasses.dataclass(frozen=True)
class ReceiptStory:
    """A receipt from the till to today."""

    told: explain.AccrualExplained
    names: Mapping[str, str]

    @property
    def others_paid(self) -> bool:
        """Tell whether more was taken back than the receipt's own points, so that it has to be said from where."""
        return any(taking.kind is not explain.TakingKind.OWN for taking in self.told.takings)


@dataclasses.dataclass(frozen=True)
class RewardStory:
    """A reward with the purchases that its points came from."""

    told: explain.LineExplained
    origins: explain.Origins
    names: Mapping[str, str]


def get_expiry_day(visit: Visit, usable_through: dt.date) -> ExpiryDay | None:
    """Return what lapses, or lapsed, at the end of that day; None where no points ever had it as their last."""
    lots = explain.explain_day(visit.account_id, usable_through, on=visit.on, most=ORIGINS_AT_MOST)
    if not lots:
        return None
    return ExpiryDay(
        usable_through,
        is_over=usable_through < visit.on,
        points=sum(lot.origins.points for lot in lots),
        lots=[lot for lot in lots if lot.origins.points],
        names=list_names(visit.membership_id),
    )


def get_receipt(visit: Visit, number: str) -> ReceiptStory:
    """Return the story of a receipt.

    Raises:
        UnknownReceiptError: the member has none of that number.
    """
    told = explain.explain_accrual(visit.account_id, number, on=visit.on)
    return ReceiptStory(told, list_names(visit.membership_id))


def get_reward(visit: Visit, order_number: str, position: int) -> RewardStory:
    """Return the story of a reward.

    Raises:
        UnknownOrderError: the member has no such application, or it has no such line.
    """
    told = explain.explain_line(visit.account_id, order_number, position, on=visit.on)
    return RewardStory(told, explain.Origins.of(told.origins, most=ORIGINS_AT_MOST), list_names(visit.membership_id))
