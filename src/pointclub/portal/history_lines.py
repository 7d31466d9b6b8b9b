"""Entries of the history in the member's words: from where points came, who earned them, and for what they went."""

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from uuid import UUID

from pointclub.earning import queries as earning
from pointclub.membership import queries as membership
from pointclub.membership.rules.number import grouped
from pointclub.points import queries as points
from pointclub.rewards import queries as rewards

BEHIND_AT_ONCE = 3
# However many receipts a night brings, a page stays light; the file has them all.
BEHIND_AT_MOST = 30


@dataclasses.dataclass(frozen=True)
class Origin:
    """One receipt or bill; `earned_by` names the family member, and is None for the primary member."""

    merchant_name: str
    sold_on: dt.date
    receipt_number: str
    earned_by: str | None
    campaigns: tuple[str, ...]
    points: int


@dataclasses.dataclass(frozen=True)
class Use:
    """One reward that was applied for, and what it is called where it has a name."""

    kind: str
    label: str
    order_number: str
    position: int
    points: int


@dataclasses.dataclass(frozen=True)
class HistoryLine:
    """One act on the balance, with the receipts and rewards behind it: some shown at once, the others on demand."""

    kind: str
    on: dt.date
    points: int
    usable_through: dt.date | None
    behind: tuple[Origin | Use, ...]
    expired_through: dt.date | None = None

    @property
    def first(self) -> tuple[Origin | Use, ...]:
        """Return what is shown at once."""
        return self.behind[:BEHIND_AT_ONCE]

    @property
    def more(self) -> tuple[Origin | Use, ...]:
        """Return what is shown on demand."""
        return self.behind[BEHIND_AT_ONCE:BEHIND_AT_MOST]

    @property
    def not_shown(self) -> int:
        """Return how many are left to the file."""
        return max(0, len(self.behind) - BEHIND_AT_MOST)

    @property
    def order_number(self) -> str:
        """Return the application that its rewards belong to, which is one; empty where it is about no reward."""
        return next((each.order_number for each in self.behind if isinstance(each, Use)), "")

    @property
    def is_of_one(self) -> bool:
        """Tell whether all of it goes back to one receipt or reward, whose points are then those of the line."""
        return len(self.behind) == 1 and self.behind[0].points == self.points


@dataclasses.dataclass(frozen=True)
class Stories:
    """What stands behind the sources of postings, and the names of the family by member number."""

    grants: Mapping[UUID, earning.GrantStory]
    uses: Mapping[UUID, rewards.LineStory]
    names: Mapping[str, str]


def ask_stories(account_id: UUID, entries: Sequence[points.HistoryEntry], *, names: Mapping[str, str]) -> Stories:
    """Return what stands behind the entries; the number of statements does not grow with theirs."""
    sources = {posting.source_id for entry in entries for posting in entry.postings if posting.source_id}
    return Stories(
        grants=earning.describe_grants(account_id, sources),
        uses=rewards.tell_lines([account_id], sources),
        names=names,
    )


def list_names(membership_id: UUID) -> dict[str, str]:
    """Return the names of the family, by member number."""
    return {member.number: member.person.name for member in membership.list_family(membership_id)}


def tell_history(entries: Sequence[points.HistoryEntry], stories: Stories) -> list[HistoryLine]:
    """Tell each entry with what stands behind it (BAL-4)."""
    return [
        HistoryLine(
            kind=entry.kind,
            on=entry.value_on,
            points=entry.points,
            usable_through=find_usable_through(entry.postings),
            behind=(*tell_origins(entry.postings, stories), *tell_uses(entry.postings, stories)),
            expired_through=entry.postings[0].usable_through if entry.kind == "lapse" and entry.postings else None,
        )
        for entry in entries
    ]


def tell_origins(postings: Sequence[points.HistoryPosting], stories: Stories) -> tuple[Origin, ...]:
    """Sum the postings receipt by receipt: base points and campaigns of one purchase are one line."""
    by_receipt: dict[tuple[str, str], list[tuple[earning.GrantStory, int]]] = {}
    for posting in postings:
        if posting.source_id and (story := stories.grants.get(posting.source_id)):
            by_receipt.setdefault((story.merchant_name, story.receipt_number), []).append((story, posting.points))
    return tuple(
        Origin(
            merchant_name=parts[0][0].merchant_name,
            sold_on=parts[0][0].sold_on,
            receipt_number=parts[0][0].receipt_number,
            earned_by=name_earner(parts[0][0], stories.names),
            campaigns=tuple(dict.fromkeys(story.campaign_name for story, _ in parts if story.campaign_name)),
            points=sum(moved for _, moved in parts),
        )
        for parts in by_receipt.values()
    )


def tell_uses(postings: Sequence[points.HistoryPosting], stories: Stories) -> tuple[Use, ...]:
    """Sum the postings reward by reward: one reward may take points of several lots."""
    sums: dict[UUID, int] = {}
    for posting in postings:
        if posting.source_id and posting.source_id in stories.uses:
            sums[posting.source_id] = sums.get(posting.source_id, 0) + posting.points
    return tuple(
        Use(story.kind, story.label, story.order_number, story.position, moved)
        for story, moved in ((stories.uses[source_id], moved) for source_id, moved in sums.items())
    )


def find_usable_through(postings: Sequence[points.HistoryPosting]) -> dt.date | None:
    """Return the last day of what came in, where all of it has the same."""
    days = {posting.usable_through for posting in postings if posting.points > 0 and posting.usable_through}
    return days.pop() if len(days) == 1 else None


def name_earner(of: earning.GrantStory | earning.AccrualStory, names: Mapping[str, str]) -> str | None:
    """Return who of the family earned it, by number where the name is not known any more; the primary has no name."""
    if not of.member_is_family:
        return None
    return names.get(of.member_number) or grouped(of.member_number)
