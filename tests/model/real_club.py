"""The real services behind the reference model's words, so that one act can be done to both."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection

from pointclub.earning import queries as earning_queries
from pointclub.earning import services as earning
from pointclub.earning.rules.amount import Bonus
from pointclub.earning.rules.requests import AccrualRequest, Refused
from pointclub.foundation import actors
from pointclub.foundation.refusals import Refusal
from pointclub.membership import services as membership
from pointclub.membership.models import Member, Membership
from pointclub.merchants.models import Merchant
from pointclub.points import queries as points_queries
from pointclub.points import services as points
from pointclub.points.models import ChangeRequest
from pointclub.program import services as program
from pointclub.rewards import queries as rewards_queries
from pointclub.rewards import services as rewards
from pointclub.rewards.models import RedemptionLine
from tests.factories.club import OTHER_STAFF, STAFF, Club
from tests.factories.program import add_version
from tests.model.books import end_of_month
from tests.model.reference import Campaign

_BOOKS = """
SELECT account.id, account.book_balance, account.arrears, (
    SELECT coalesce(sum(points), 0)::int FROM earning_accrual_part AS part
    WHERE part.account_id = account.id AND part.posted_on IS NULL
), lot.usable_through, sum(lot.remaining)::int
FROM points_account AS account
LEFT JOIN points_lot AS lot ON lot.account_id = account.id AND lot.remaining > 0
WHERE account.id = ANY(%s) GROUP BY account.id, lot.usable_through ORDER BY lot.usable_through
"""


@dataclass(frozen=True)
class Answer:
    """What can be asked of an account, in the words of the rules."""

    usable: int
    book: int
    arrears: int
    pending: int
    remaining_by_day: Mapping[dt.date, int]


class SaleRefusedError(Exception):
    """A sale was not taken, which a till is told as an answer."""


@dataclass
class Shops:
    """Two shops, one of them with a campaign in each month of its first years."""

    plain: Merchant
    with_campaigns: Merchant
    campaigns: Mapping[tuple[int, int], tuple[Campaign, ...]]
    valid_months: int

    def campaigns_on(self, sold_on: dt.date) -> tuple[Campaign, ...]:
        return self.campaigns.get((sold_on.year, sold_on.month), ())


def open_shops(*, first_month: dt.date, months: int, valid_months: int) -> Shops:
    """Open the shops. A bonus of an odd month can be used like other points, one of an even month for ten days."""
    club = Club()
    figures = program.ProgramFigures(valid_months, special_expiry_allowed=True, bill_payment_allowed=True)
    add_version(code="under-test", effective_from=first_month, figures=figures, at=club.opened_at)
    plain, with_campaigns = club.merchant(), club.merchant()
    campaigns: dict[tuple[int, int], tuple[Campaign, ...]] = {}
    for later in range(months):
        last = end_of_month(first_month, months_later=later)
        special = last + dt.timedelta(days=10) if last.month % 2 == 0 else None
        campaigns[last.year, last.month] = (Campaign(7, 1_000, special),)
        earning.add_campaign(
            code=f"{last:%Y-%m}",
            name="月替り",
            merchant=with_campaigns,
            days=earning.CampaignDays(last.replace(day=1), last, special),
            bonus=Bonus(multiplier=None, fixed_points=7, minimum_yen=1_000),
            caps=earning.Caps(),
            at=club.opened_at,
            actor=STAFF,
        )
    return Shops(plain, with_campaigns, campaigns, valid_months)


@dataclass
class RealClub:
    """The services, called in the model's words."""

    shops: Shops
    members: dict[str, list[Member]] = field(default_factory=dict)
    lines: dict[str, RedemptionLine] = field(default_factory=dict)
    sent: list[Callable[[dt.datetime], object]] = field(default_factory=list)
    _club: Club = field(default_factory=Club)
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def ask(self, name: str, *, on: dt.date) -> Answer:
        """Ask for one account, in the way that everybody asks."""
        account_id = self._account_id(name)
        balance = points_queries.get_balance(account_id, on=on)
        by_day: dict[dt.date, int] = {}
        for lot in balance.lots:
            by_day[lot.usable_through] = by_day.get(lot.usable_through, 0) + lot.remaining
        pending = earning_queries.pending_points(account_id)
        return Answer(balance.usable, balance.book, balance.arrears, pending, by_day)

    def look_into_the_books(self, *, on: dt.date) -> dict[str, Answer]:
        """Read all accounts in one statement; asking for each of them after each act would take most of the time."""
        with connection.cursor() as cursor:
            cursor.execute(_BOOKS, [[self._account_id(name) for name in self.members]])
            rows = cursor.fetchall()
        found: dict[str, Answer] = {}
        for name in self.members:
            mine = [row[1:] for row in rows if row[0] == self._account_id(name)]
            by_day = {day: remaining for *_, day, remaining in mine if day is not None}
            usable = sum(remaining for day, remaining in by_day.items() if day >= on)
            book, arrears, pending = mine[0][:3]
            found[name] = Answer(max(0, usable - arrears), book, arrears, pending, by_day)
        return found

    # Joining, leaving, coming back.

    def open_account(self, name: str, *, at: dt.datetime) -> None:
        self.members[name] = [self._club.member(at=at)]

    def add_to_family(self, name: str, *, at: dt.datetime) -> None:
        self.members[name].append(self._club.family_member(self.members[name][0], at=at))

    def leave(self, name: str, *, at: dt.datetime) -> None:
        if self.members[name][0].membership.ended_at is not None:
            raise Refusal("The machine ends a membership once.")
        reason = Membership.EndReason.WITHDRAWN
        ended = earning.end_membership(member=self.members[name][0], reason=reason, at=at, actor=STAFF)
        self.members[name][0].membership = ended

    def restore(self, name: str, *, to: str, at: dt.datetime) -> None:
        former, new = self.members[name][0], self.members[to][0]
        membership.rejoin(former_id=former.membership_id, new_id=new.membership_id, at=at, actor=STAFF)

    # Earning.

    def accrue(self, name: str, reference: str, *, yen: int, sold_at: dt.datetime, by: int, at: dt.datetime) -> None:
        members = self.members[name]
        request = AccrualRequest(
            merchant_number=self._shop(reference).number,
            reference=reference,
            member_number=members[by % len(members)].number,
            sold_at=sold_at,
            price_yen=yen,
        )
        self._send(lambda at: self._accrue(request, at=at), at)

    def correct(self, reference: str, *, yen: int, at: dt.datetime) -> None:
        key = self._key()

        def send(at: dt.datetime) -> None:
            earning.correct(
                merchant_number=self._shop(reference).number,
                reference=reference,
                price=earning.NewPrice(yen),
                new_points=None,
                key=key,
                at=at,
                actor=STAFF,
            )

        self._send(send, at)

    def reverse(self, reference: str, *, yen: int | None, at: dt.datetime) -> None:
        key = self._key()

        def send(at: dt.datetime) -> None:
            earning.reverse(
                merchant_number=self._shop(reference).number,
                reference=reference,
                returned_yen=yen,
                key=key,
                at=at,
                actor=STAFF,
            )

        self._send(send, at)

    def post(self, *, at: dt.datetime) -> None:
        self._club.update(at=at)

    # Using.

    def redeem(self, name: str, points_by_line: Mapping[str, int], *, at: dt.datetime) -> None:
        key, member = self._key(), self.members[name][0]
        requested = [rewards.RequestedLine(RedemptionLine.Kind.GIFT, count) for count in points_by_line.values()]

        def send(at: dt.datetime) -> None:
            actor = actors.member(member.number)
            order = rewards.apply_for_rewards(member=member, lines=requested, key=key, at=at, actor=actor, proved_at=at)
            lines = dict(rewards_queries.list_orders(order.account_id))[order]
            self.lines.update(zip(points_by_line, lines, strict=True))

        self._send(send, at)

    def return_line(self, reference: str, *, points: int | None, at: dt.datetime) -> None:
        key, line = self._key(), self.lines[reference]

        def send(at: dt.datetime) -> None:
            rewards.return_line(
                account_id=line.account_id,
                line_id=line.id,
                returned_points=points,
                key=key,
                reason="品切れ",
                at=at,
                actor=STAFF,
            )

        self._send(send, at)

    # The days of points.

    def lapse(self, *, at: dt.datetime) -> None:
        self._club.lapse(at=at)

    def extend(self, *, first: dt.date, last: dt.date, to: dt.date, reviving: bool, at: dt.datetime) -> None:
        selection = points.LotSelection(first, last, includes_lapsed=reviving)
        request = points.request_extension(selection=selection, usable_through=to, reason="台風", at=at, actor=STAFF)
        points.approve_change(request_id=request.id, at=at, actor=OTHER_STAFF)
        for _ in points.carry_out_extension(request_id=request.id, at=at, actor=OTHER_STAFF):
            pass

    # Acts of the operator.

    def bring_in(self, name: str, points_by_day: Mapping[dt.date, int], *, at: dt.datetime) -> None:
        key, account_id = self._key(), self._account_id(name)

        def send(at: dt.datetime) -> None:
            points.open_balance(
                account_id=account_id,
                lots=list(points_by_day.items()),
                key=key,
                fingerprint=key.encode(),
                at=at,
                actor=STAFF,
            )

        self._send(send, at)

    def adjust(self, name: str, count: int, *, usable_through: dt.date | None, at: dt.datetime) -> None:
        request = points.request_adjustment(
            account_id=self._account_id(name),
            points=count,
            usable_through=usable_through,
            reason="調整",
            at=at,
            actor=STAFF,
        )
        self._approve(request, at=at)

    def transfer(self, name: str, count: int, *, to: str, at: dt.datetime) -> None:
        request = points.request_transfer(
            from_account_id=self._account_id(name),
            to_account_id=self._account_id(to),
            points=count,
            reason="相続",
            at=at,
            actor=STAFF,
        )
        self._approve(request, at=at)

    # Within.

    def _account_id(self, name: str) -> UUID:
        return self.members[name][0].membership.account_id

    def _shop(self, reference: str) -> Merchant:
        return self.shops.with_campaigns if reference.startswith("campaign") else self.shops.plain

    def _key(self) -> str:
        return f"key-{next(self._numbers)}"

    def _send(self, act: Callable[[dt.datetime], object], at: dt.datetime) -> None:
        """Do an act that counts once, and keep it, to be sent again at any later time."""
        act(at)
        self.sent.append(act)

    def _accrue(self, request: AccrualRequest, *, at: dt.datetime) -> None:
        answer = self._club.send(request, at=at)
        if isinstance(answer, Refused):
            raise SaleRefusedError(answer)

    def _approve(self, request: ChangeRequest, *, at: dt.datetime) -> None:
        points.approve_change(request_id=request.id, at=at, actor=OTHER_STAFF)
