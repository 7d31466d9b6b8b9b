"""T15: caps hold when sales meet, and every figure is rounded down once."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pointclub.earning import services as earning
from pointclub.earning.rules.amount import (
    Bonus,
    CapKind,
    PercentOfPrice,
    PointsPerUnit,
    base_points,
    bonus_points,
    capped,
)
from pointclub.earning.rules.requests import Accepted, AccrualRequest
from pointclub.merchants.models import Merchant
from tests.factories.club import STAFF, Club, jst, reverse, verified
from tests.traps.test_t04_double_spend import at_once

AT = jst("2026-04-10 12:00")


def _campaign(shop: Merchant, caps: earning.Caps, *, usable_through: dt.date | None = None) -> None:
    earning.add_campaign(
        code="capped",
        name="上限つきキャンペーン",
        merchant=shop,
        days=earning.CampaignDays(dt.date(2026, 4, 1), dt.date(2026, 5, 31), usable_through),
        bonus=Bonus(multiplier=Decimal(2), fixed_points=None, minimum_yen=0),
        caps=caps,
        at=jst("2026-03-01 09:00"),
        actor=STAFF,
    )


@pytest.mark.rule("ACC-3")
@pytest.mark.parametrize(
    ("yen", "rule", "points"),
    [
        (199, PointsPerUnit(100, 1), 1),
        (99, PointsPerUnit(100, 1), 0),
        (1_000, PointsPerUnit(200, 3), 15),
        (333, PercentOfPrice(Decimal(3)), 9),
        (334, PercentOfPrice(Decimal(3)), 10),
        (1_999, PercentOfPrice(Decimal("0.5")), 9),
        (0, PercentOfPrice(Decimal(3)), 0),
    ],
)
def test_a_price_is_rounded_down_once(yen: int, rule: PointsPerUnit | PercentOfPrice, points: int) -> None:
    assert base_points(yen, rule) == points


@pytest.mark.rule("ACC-3")
@given(st.integers(0, 10**9), st.integers(1, 10_000))
def test_a_percentage_is_never_above_and_less_than_a_point_below_the_exact_figure(yen: int, hundredths: int) -> None:
    points = base_points(yen, PercentOfPrice(Decimal(hundredths) / 100))

    assert 0 <= yen * hundredths - points * 10_000 < 10_000


@pytest.mark.rule("ACC-3")
def test_a_bonus_comes_from_the_base_points_before_any_bonus() -> None:
    five_times = Bonus(Decimal(5), None, 0)
    one_and_a_half = Bonus(Decimal("1.5"), None, 0)

    assert bonus_points(1_500, 15, five_times) == 60
    assert bonus_points(1_500, 15, one_and_a_half) == 7
    assert bonus_points(999, 9, Bonus(None, 20, 1_000)) == 0
    assert bonus_points(0, 0, Bonus(None, 20, 0)) == 0


@pytest.mark.rule("ACC-3")
@given(st.integers(0, 1_000), st.dictionaries(st.sampled_from(CapKind), st.integers(-10, 1_000)))
def test_caps_let_through_what_the_tightest_leaves(points: int, room: dict[CapKind, int]) -> None:
    given_points, cut_by = capped(points, room)

    assert given_points == max(0, min([points, *room.values()]))
    assert (cut_by is None) == (given_points == points and all(left >= points for left in room.values()))


@pytest.mark.rule("ACC-3")
def test_two_sales_at_once_share_a_monthly_cap_to_the_point(fresh_database: object) -> None:
    club = Club()
    member, shop = club.member(), club.merchant()
    _campaign(shop, earning.Caps(cap_per_month=500))
    answers: list[Accepted] = []

    def buy(reference: str) -> None:
        answer = club.send(AccrualRequest(shop.number, reference, member.number, AT, price_yen=30_000), at=AT)
        assert isinstance(answer, Accepted)
        answers.append(answer)

    at_once([partial(buy, reference) for reference in ("a", "b")])

    bonuses = sorted(answer.bonuses[0].points for answer in answers)
    cut = next(answer.bonuses[0] for answer in answers if answer.bonuses[0].points == 200)
    assert bonuses == [200, 300]
    assert (cut.cap, cut.uncapped_points) == ("month", 300)
    assert club.update(at=jst("2026-04-11 01:00")) == 600 + 500


@pytest.mark.rule("ACC-3")
@pytest.mark.django_db
class TestCaps:
    def test_by_receipt_day_month_and_member_each_cut_by_themselves(self) -> None:
        club = Club()
        member, shop = club.member(), club.merchant()
        _campaign(shop, earning.Caps(cap_per_receipt=100, cap_per_day=150, cap_per_month=240, cap_per_member=250))

        days = ["2026-04-10", "2026-04-10", "2026-04-11", "2026-05-01"]
        bonuses = [
            club.buy(member, shop, 20_000, at=jst(f"{day} 12:00"), received_at=jst("2026-05-01 13:00")).bonuses[0]
            for day in days
        ]

        assert [(bonus.points, bonus.cap) for bonus in bonuses] == [
            (100, "receipt"),
            (50, "day"),
            (90, "month"),
            (10, "member"),
        ]

    def test_count_within_one_batch_too(self) -> None:
        club = Club()
        member, shop = club.member(), club.merchant()
        _campaign(shop, earning.Caps(cap_per_day=150))

        answers = earning.accrue_batch(
            [AccrualRequest(shop.number, f"sale-{place}", member.number, AT, price_yen=10_000) for place in range(3)],
            at=AT,
            actor=STAFF,
        )

        assert [answer.bonuses[0].points for answer in answers if isinstance(answer, Accepted)] == [100, 50, 0]

    def test_are_freed_by_a_reversal_for_what_comes_after_it(self) -> None:
        club = Club()
        member, shop = club.member(), club.merchant()
        _campaign(shop, earning.Caps(cap_per_month=100))
        club.buy(member, shop, 10_000, at=AT, reference="a")

        reverse(shop, "a", at=jst("2026-04-11 12:00"))
        after = club.buy(member, shop, 10_000, at=jst("2026-04-12 12:00"))

        assert after.bonuses[0].points == 100

    def test_of_one_account_leave_the_other_alone(self) -> None:
        club = Club()
        first, second, shop = club.member(), club.member(), club.merchant()
        _campaign(shop, earning.Caps(cap_per_member=100))

        bonuses = [club.buy(member, shop, 20_000, at=AT).bonuses[0].points for member in (first, second, first)]

        assert bonuses == [100, 100, 0]


@pytest.mark.rule("EXP-3")
@pytest.mark.django_db
class TestABonusWithADayOfItsOwn:
    def test_goes_into_a_lot_of_that_day_beside_the_base_points(self) -> None:
        club = Club()
        member, shop = club.member(), club.merchant()
        _campaign(shop, earning.Caps(), usable_through=dt.date(2026, 6, 15))
        club.buy(member, shop, 10_000, at=AT)
        club.update(at=jst("2026-04-11 01:00"))

        assert club.lots(member, "2026-04-11") == {"2026-06-15": 100, "2029-04-30": 100}
        assert club.lots(member, "2026-06-16") == {"2029-04-30": 100}

    def test_lapses_on_arrival_when_that_day_has_passed_and_both_are_on_record(self) -> None:
        club = Club()
        member, shop = club.member(), club.merchant()
        _campaign(shop, earning.Caps(), usable_through=dt.date(2026, 6, 15))
        club.buy(member, shop, 10_000, at=AT, received_at=jst("2026-06-20 12:00"))
        club.update(at=jst("2026-06-21 01:00"))

        assert club.lots(member, "2026-06-21") == {"2029-06-30": 100}
        assert club.balance(member, "2026-06-21").book == 100
        assert verified() == []

    @pytest.mark.rule("TRM-4")
    def test_exists_only_under_a_program_that_has_such_days(self) -> None:
        shop = Club().merchant()

        with pytest.raises(earning.InvalidRuleError, match="PO has no special expiry"):
            earning.add_campaign(
                code="early",
                name="早い",
                merchant=shop,
                days=earning.CampaignDays(dt.date(2021, 4, 1), dt.date(2021, 4, 30), dt.date(2021, 6, 30)),
                bonus=Bonus(None, 10, 0),
                caps=earning.Caps(),
                at=jst("2021-03-01 09:00"),
                actor=STAFF,
            )
