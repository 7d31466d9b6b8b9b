"""A small made-up club for tests: whoever is asked for is made through the services, at the instant given."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass, field
from decimal import Decimal

from pointclub.audit.queries import verify_audit
from pointclub.earning import services as earning
from pointclub.earning.queries import compare_accruals, verify_accruals
from pointclub.earning.rules.amount import AmountRule, PercentOfPrice, PointsPerUnit
from pointclub.earning.rules.requests import Accepted, AccrualRequest, Outcome
from pointclub.foundation import actors
from pointclub.foundation.periods import TOKYO
from pointclub.membership import services as membership
from pointclub.membership.models import Member
from pointclub.membership.queries import verify_revocations
from pointclub.membership.rules.number import with_check_digit
from pointclub.merchants import services as merchants
from pointclub.merchants.models import Merchant
from pointclub.people import services as people
from pointclub.points import queries as points_queries
from pointclub.points import services as points
from pointclub.points.models import ChangeRequest
from pointclub.rewards import queries as rewards_queries
from pointclub.rewards import services as rewards
from pointclub.rewards.models import RedemptionLine, RedemptionOrder

STAFF = actors.staff("tanto-1")
OTHER_STAFF = actors.staff("tanto-2")

_KEYS = itertools.count(1)
_NUMBERS = itertools.count(1)

ONE_PER_100_YEN = PointsPerUnit(unit_yen=100, points_per_unit=1)


def jst(text: str) -> dt.datetime:
    """Return the instant that a clock in Japan shows so, as in 2026-04-30 23:59."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=TOKYO)


def three_percent() -> AmountRule:
    return PercentOfPrice(Decimal(3))


@dataclass
class Club:
    """Makes members, merchants and what happens to them, counting up numbers and references by itself."""

    opened_at: dt.datetime = field(default_factory=lambda: jst("2020-01-01 09:00"))
    _numbers: itertools.count[int] = field(default_factory=lambda: _NUMBERS)

    def member(self, *, at: dt.datetime | None = None) -> Member:
        at = at or self.opened_at
        person = people.record_person(name=f"試験 会員{next(self._numbers)}", at=at, actor=STAFF)
        number = with_check_digit(f"{90_000_000_000 + next(self._numbers)}")
        return membership.admit(person=person, at=at, actor=STAFF, number=number)

    def family_member(self, primary: Member, *, at: dt.datetime | None = None) -> Member:
        at = at or self.opened_at
        person = people.record_person(name=f"試験 家族{next(self._numbers)}", at=at, actor=STAFF)
        number = with_check_digit(f"{90_000_000_000 + next(self._numbers)}")
        return membership.admit_family_member(primary=primary, person=person, at=at, actor=STAFF, number=number)

    def merchant(self, rule: AmountRule = ONE_PER_100_YEN) -> Merchant:
        number = f"{next(self._numbers):06d}"
        merchant = merchants.admit_merchant(
            number=number,
            name=f"試験商店{number}",
            admitted_on=dt.date(2016, 4, 1),
            at=self.opened_at,
            actor=STAFF,
        )
        earning.add_earning_rule(
            merchant=merchant, effective_from=dt.date(2016, 4, 1), amount=rule, at=self.opened_at, actor=STAFF
        )
        return merchant

    def reference(self) -> str:
        return f"sale-{next(self._numbers)}"

    def buy(
        self,
        member: Member,
        merchant: Merchant,
        price_yen: int,
        *,
        at: dt.datetime,
        reference: str | None = None,
        received_at: dt.datetime | None = None,
    ) -> Accepted:
        """Send one purchase and return its receipt; whatever is refused fails the test."""
        answer = self.send(
            AccrualRequest(
                merchant_number=merchant.number,
                reference=reference or self.reference(),
                member_number=member.number,
                sold_at=at,
                price_yen=price_yen,
            ),
            at=received_at or at,
        )
        assert isinstance(answer, Accepted), answer
        return answer

    def send(self, request: AccrualRequest, *, at: dt.datetime) -> Outcome:
        actor = actors.merchant(request.merchant_number)
        (answer,) = earning.accrue_batch([request], at=at, actor=actor)
        return answer

    def update(self, *, at: dt.datetime) -> int:
        """Run the balance update; return the points posted."""
        return sum(posted.points for posted in earning.post_pending(at=at, actor=actors.system("update")))

    def lapse(self, *, at: dt.datetime) -> int:
        """Run the lapse as of the Tokyo day of the instant; return the points lapsed."""
        on = at.astimezone(TOKYO).date()
        return sum(lapsed.points for lapsed in points.lapse_all_due(on=on, at=at, actor=actors.system("lapse")))

    def open_balance(self, member: Member, lots: dict[str, int], *, at: dt.datetime) -> None:
        """Bring points over: last days as text, with their number."""
        points.open_balance(
            account_id=member.membership.account_id,
            lots=[(dt.date.fromisoformat(day), number) for day, number in lots.items()],
            key=f"opening:{next(self._numbers)}",
            fingerprint=b"opening",
            at=at,
            actor=STAFF,
        )

    def balance(self, member: Member, on: str) -> points_queries.Balance:
        return points_queries.get_balance(member.membership.account_id, on=dt.date.fromisoformat(on))

    def lots(self, member: Member, on: str) -> dict[str, int]:
        """Return what the lots hold that can be used that day, by last day."""
        held: dict[str, int] = {}
        for lot in self.balance(member, on).lots:
            if lot.is_usable:
                held[str(lot.usable_through)] = held.get(str(lot.usable_through), 0) + lot.remaining
        return held


def verified() -> list[object]:
    """Return what ledger, replay, accruals, requests and audit log do not agree on: an empty list is right."""
    differences: list[object] = [
        difference for chunk in points_queries.verify_ledger() for difference in chunk.differences
    ]
    replayed = points_queries.replay_ledger(
        points_queries.ReplayScope(), also=(compare_accruals, rewards_queries.compare_redemptions)
    )
    differences += (difference for chunk in replayed for difference in chunk.differences)
    return [*differences, *verify_accruals(), *verify_revocations(), *points_queries.verify_requests(), *verify_audit()]


def redeem(
    member: Member, *line_points: int, at: dt.datetime, key: str | None = None, kind: str = "gift"
) -> RedemptionOrder:
    """Apply for one reward a figure, all in one application."""
    return rewards.apply_for_rewards(
        member=member,
        lines=[rewards.RequestedLine(RedemptionLine.Kind(kind), number) for number in line_points],
        key=key or f"redeem-{next(_KEYS)}",
        at=at,
        actor=actors.member(member.number),
        proved_at=at,
    )


def give_back(
    member: Member, order: RedemptionOrder, position: int, *, at: dt.datetime, number: int | None = None
) -> RedemptionLine:
    """Return a line of an application, or part of its points, because it could not be delivered."""
    line = rewards_queries.get_line(member.membership.account_id, order_number=order.number, position=position)
    return rewards.return_line(
        account_id=member.membership.account_id,
        line_id=line.id,
        returned_points=number,
        key=f"return-{next(_KEYS)}",
        reason="在庫がありません",
        at=at,
        actor=STAFF,
    )


def reverse(
    merchant: Merchant, reference: str, *, at: dt.datetime, yen: int | None = None, key: str | None = None
) -> earning.Changed:
    """Undo a sale, or so many yen of it; a part gets a key of its own unless one is given."""
    return earning.reverse(
        merchant_number=merchant.number,
        reference=reference,
        returned_yen=yen,
        key=key or ("whole" if yen is None else f"part-{next(_KEYS)}"),
        at=at,
        actor=STAFF,
    )


def approve(request: ChangeRequest, *, at: dt.datetime) -> None:
    """Let another person approve, and carry an extension out."""
    approved = points.approve_change(request_id=request.id, at=at, actor=OTHER_STAFF)
    if approved.kind == ChangeRequest.Kind.EXTEND:
        list(points.carry_out_extension(request_id=request.id, at=at, actor=OTHER_STAFF))
