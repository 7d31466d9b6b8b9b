"""One day of the made-up club: its night, what is used and put right, who comes and goes, and what is bought."""

# ruff: noqa: PLR2004 -- How often things happen here is made up on the spot.

from __future__ import annotations

import datetime as dt
from uuid import UUID

from pointclub.earning import services as earning
from pointclub.earning.rules.requests import AccrualRequest
from pointclub.foundation import actors
from pointclub.foundation.periods import TOKYO, tokyo_day
from pointclub.jobs import nights
from pointclub.jobs.demo_club.desks import actor_at
from pointclub.jobs.demo_club.founding import accept_documents, join, record
from pointclub.jobs.demo_club.names import GIFTS
from pointclub.jobs.demo_club.plan import HANAKO, JIRO, MEI, OWING, Household, Plan, Purchase
from pointclub.membership import queries as membership
from pointclub.membership import services as membership_services
from pointclub.membership.models import Member, Membership
from pointclub.membership.rules.number import with_check_digit
from pointclub.people.rules.permissions import Role
from pointclub.points import queries as points
from pointclub.rewards import services as rewards
from pointclub.rewards.models import RedemptionLine, RedemptionOrder

Kind = RedemptionLine.Kind
_DELIVERED_AFTER = 7
_LEAST_TO_REDEEM = 300
_ALL = "demo-all"
_BUYING_ONLINE = 30
# A day's sales of all merchants come in one batch here.
_TILLS = actors.system("tills")


class Club:
    """The club as it is lived through, day after day."""

    def __init__(self, plan: Plan, began_on: dt.date) -> None:
        self._plan = plan
        self._began_on = began_on
        self._members: dict[str, Member] = {}

    def live_through(self, on: dt.date, *, now: dt.datetime) -> None:
        """Let one day happen, or as much of it as has passed by now."""
        day = (on - self._began_on).days
        is_over = _at(on, 23 * 60) <= now
        for job in nights.STARTS:
            if nights.instant_of(job, on) <= now:
                nights.run_job(job, on)
        if is_over:
            self._put_right(day, on)
            self._deliver(day, on)
            self._redeem(day, on)
            self._come_and_go(day, on)
        self._buy(day, on, now=now)

    def _buy(self, day: int, on: dt.date, *, now: dt.datetime) -> None:
        is_today = on == tokyo_day(now)
        received_at = now if is_today else _at(on, 21 * 60)
        purchases = [one for one in self._plan.purchases(day) if _at(on, one.minute) <= received_at]
        requests = [self._request(purchase, on) for purchase in purchases]
        requests += [self._large_sale(household, on) for household in self._owing_after(day)]
        if is_today:
            requests += self._sales_of_today(on, now)
        if requests:
            earning.accrue_batch(requests, at=received_at, actor=_TILLS)

    def _request(self, purchase: Purchase, on: dt.date) -> AccrualRequest:
        return AccrualRequest(
            merchant_number=purchase.shop.number,
            reference=purchase.reference,
            member_number=purchase.buyer.number,
            sold_at=_at(on, purchase.minute),
            price_yen=purchase.price_yen,
            store_code="001",
        )

    def _sales_of_today(self, on: dt.date, now: dt.datetime) -> list[AccrualRequest]:
        """Return sales at which nobody waited for opening time, so that something is pending whenever one looks."""
        sold_at = max(_at(on, 0), now - dt.timedelta(minutes=20))
        return [
            AccrualRequest(
                self._plan.shops[household.index % 3].number,
                f"T{on:%y%m%d}-{household.index:03d}",
                household.primary.number,
                sold_at,
                price_yen=2_160 + 110 * household.index,
            )
            for household in self._plan.households[:_BUYING_ONLINE]
            if household.index not in {JIRO, MEI} and household.leaves is None and household.joined < 0
        ]

    def _put_right(self, day: int, on: dt.date) -> None:
        draw = self._plan.chance(day, "put right")
        at = _at(on, 15 * 60)
        if day > 5 and draw.random() < 0.35 and (sales := self._plan.purchases(day - draw.randrange(1, 6))):
            sale = draw.choice(sales)
            returned = sale.price_yen // 2 if draw.random() < 0.5 and sale.price_yen > 1 else None
            self._reverse(sale.shop.number, sale.reference, returned, at)
        if day > 5 and draw.random() < 0.12 and (sales := self._plan.purchases(day - 5)):
            self._correct(sales[0], at)
        for household in self._owing_after(day - 4):
            self._reverse(self._plan.shops[0].number, _large_reference(household), None, at)

    def _reverse(self, merchant: str, reference: str, returned_yen: int | None, at: dt.datetime) -> None:
        key = "whole" if returned_yen is None else f"part-{at:%y%m%d}"
        try:
            earning.reverse(
                merchant_number=merchant,
                reference=reference,
                returned_yen=returned_yen,
                key=key,
                at=at,
                actor=actors.merchant(merchant),
                reason="返品",
            )
        except earning.ReturnExceedsSaleError:
            return

    def _correct(self, sale: Purchase, at: dt.datetime) -> None:
        try:
            earning.correct(
                merchant_number=sale.shop.number,
                reference=sale.reference,
                price=earning.NewPrice(sale.price_yen + 500),
                new_points=None,
                key=f"correct-{at:%y%m%d}",
                at=at,
                actor=actors.merchant(sale.shop.number),
                reason="金額の打ち間違い",
            )
        except earning.AlreadyReversedError:
            return

    def _redeem(self, day: int, on: dt.date) -> None:
        draw = self._plan.chance(day, "redeem")
        at = _at(on, 12 * 60)
        wanting = [household for household in self._plan.households[3:] if household.belongs(day)]
        chosen = draw.sample(wanting, k=min(len(wanting), 1)) if draw.random() < 0.7 else []
        if day % 60 == 45:
            chosen.append(self._plan.households[HANAKO])
        for household in chosen:
            self._redeem_some(household, day, on, at)
        for household in self._owing_after(day - 2):
            self._redeem_all(household, on, at)

    def _redeem_some(self, household: Household, day: int, on: dt.date, at: dt.datetime) -> None:
        draw = self._plan.chance(day, household.primary.number)
        member = self._member(household.primary.number)
        usable = points.get_balance(member.membership.account_id, on=on).usable
        amount = min(usable * (8 if household.index == HANAKO else draw.choice((50, 70, 90))) // 10_000 * 100, 4_000)
        if amount < _LEAST_TO_REDEEM:
            return
        kind = draw.choice((Kind.GIFT, Kind.GIFT, Kind.BILL_PAYMENT, Kind.MILES, Kind.DONATION))
        lines = [_line(kind, amount, draw.choice(GIFTS))]
        if amount >= 2 * _LEAST_TO_REDEEM and draw.random() < 0.3:
            lines = [_line(kind, amount - 200, draw.choice(GIFTS)), _line(Kind.DONATION, 200, "")]
        self._apply(member, lines, f"demo-{day}-{member.number}", at)

    def _redeem_all(self, household: Household, on: dt.date, at: dt.datetime) -> None:
        member = self._member(household.primary.number)
        usable = points.get_balance(member.membership.account_id, on=on).usable
        if usable:
            self._apply(member, [_line(Kind.GIFT, usable, GIFTS[0])], _ALL, at)

    def _apply(self, member: Member, lines: list[rewards.RequestedLine], key: str, at: dt.datetime) -> None:
        rewards.apply_for_rewards(
            member=member, lines=lines, key=key, at=at, actor=actors.member(member.number), proved_at=at
        )

    def _deliver(self, day: int, on: dt.date) -> None:
        """Deliver what was asked for a week ago; now and then it cannot be done, and the points go back."""
        draw = self._plan.chance(day, "deliver")
        desk = actor_at(Role.FULFILMENT)
        at = _at(on, 10 * 60)
        asked_on = on - dt.timedelta(days=_DELIVERED_AFTER)
        orders = RedemptionOrder.objects.filter(
            accepted_at__gte=_at(asked_on, 0), accepted_at__lt=_at(asked_on, 24 * 60)
        )
        for order in orders.order_by("key"):
            for line in _lines_of(order.account_id, order.id):
                if order.key != _ALL and draw.random() < 0.08:
                    rewards.return_line(
                        account_id=line.account_id,
                        line_id=line.id,
                        returned_points=None,
                        key="demo",
                        reason="品切れのためお届けできません",
                        at=at,
                        actor=desk,
                    )
                else:
                    rewards.fulfil_line(account_id=line.account_id, line_id=line.id, at=at, actor=desk)

    def _come_and_go(self, day: int, on: dt.date) -> None:
        for household in self._plan.households:
            if household.joined == day > 0:
                join(household, _at(on, 11 * 60))
            if household.leaves is not None and household.leaves == day > household.joined:
                earning.end_membership(
                    member=self._member(household.primary.number),
                    reason=Membership.EndReason.WITHDRAWN,
                    at=_at(on, 16 * 60),
                    actor=actors.member(household.primary.number),
                )
            if household.comes_back == day:
                self._come_back(household, _at(on, 16 * 60))

    def _come_back(self, household: Household, at: dt.datetime) -> None:
        former = self._member(household.primary.number)
        actor = actor_at(Role.CALL_CENTRE)
        person = record(household.primary, household, at=at)
        accept_documents(person, at=at)
        number = with_check_digit("91" + household.primary.number[2:11])
        member = membership_services.admit(person=person, at=at, actor=actor, number=number)
        membership_services.rejoin(former_id=former.membership_id, new_id=member.membership_id, at=at, actor=actor)

    def _large_sale(self, household: Household, on: dt.date) -> AccrualRequest:
        """Return the sale whose points are used up before it is undone: that is how arrears come about."""
        reference = _large_reference(household)
        shop = self._plan.shops[0]
        return AccrualRequest(
            shop.number,
            reference,
            household.primary.number,
            _at(on, 18 * 60),
            price_yen=9_000 * (22 - household.index // 2),
        )

    def _owing_after(self, day: int) -> list[Household]:
        """Return who makes that large sale on that day, ten days before the club is looked at."""
        if day != self._plan.days - 10:
            return []
        return [household for household in self._plan.households if household.index in OWING and household.belongs(day)]

    def _member(self, number: str) -> Member:
        if number not in self._members:
            self._members[number] = membership.get_member(number)
        return self._members[number]


def _at(on: dt.date, minute: int) -> dt.datetime:
    return dt.datetime.combine(on, dt.time.min, tzinfo=TOKYO) + dt.timedelta(minutes=minute)


def _large_reference(household: Household) -> str:
    return f"L-{household.index:03d}"


def _line(kind: RedemptionLine.Kind, amount: int, gift: str) -> rewards.RequestedLine:
    return rewards.RequestedLine(kind, amount, gift if kind is Kind.GIFT else "")


def _lines_of(account_id: UUID, order_id: UUID) -> list[RedemptionLine]:
    lines = RedemptionLine.objects.filter(account_id=account_id, order_id=order_id, state=RedemptionLine.State.ACCEPTED)
    return list(lines.order_by("position"))
