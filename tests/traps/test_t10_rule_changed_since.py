"""T10: what was granted keeps the rule it was granted under."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from pointclub.earning import services as earning
from pointclub.earning.models import AccrualPart, Campaign
from pointclub.earning.rules.amount import Bonus, PointsPerUnit
from pointclub.earning.rules.requests import Accepted, AccrualRequest
from pointclub.membership.models import Member
from pointclub.merchants.models import Merchant
from tests.factories.club import STAFF, Club, jst, reverse

pytestmark = [pytest.mark.django_db, pytest.mark.rule("ACC-3", "ACC-8", "TRM-4")]

SOLD = jst("2026-04-05 12:00")


def _campaign(shop: Merchant | None, *, multiplier: str, through: str, at: dt.datetime) -> Campaign:
    return earning.add_campaign(
        code="five-times",
        name="ポイント5倍デー",
        merchant=shop,
        days=earning.CampaignDays(dt.date(2026, 4, 5), dt.date.fromisoformat(through)),
        bonus=Bonus(multiplier=Decimal(multiplier), fixed_points=None, minimum_yen=0),
        caps=earning.Caps(),
        at=at,
        actor=STAFF,
    )


@pytest.mark.parametrize("sent_together", [True, False])
def test_a_campaign_narrowed_to_one_merchant_gives_nothing_more_at_the_others(sent_together: bool) -> None:
    club = Club()
    member, chosen, other = club.member(), club.merchant(), club.merchant()
    _campaign(None, multiplier="5", through="2026-04-05", at=jst("2026-04-01 09:00"))
    _campaign(chosen, multiplier="5", through="2026-04-05", at=jst("2026-04-02 09:00"))
    sales = [
        AccrualRequest(shop.number, "narrowed", member.number, SOLD, price_yen=1_000)
        for shop in ([chosen, other] if sent_together else [other])
    ]

    answers = earning.accrue_batch(sales, at=SOLD, actor=STAFF)

    assert [answer.points for answer in answers if isinstance(answer, Accepted)] == [50, 10][-len(sales) :]


def _sold_on_a_five_times_day(club: Club) -> tuple[Member, Merchant]:
    member, shop = club.member(), club.merchant()
    _campaign(shop, multiplier="5", through="2026-04-05", at=jst("2026-04-01 09:00"))
    receipt = club.buy(member, shop, 1_000, at=SOLD, reference="a")
    assert (receipt.points, receipt.base_points) == (50, 10)
    return member, shop


def test_a_reversal_takes_all_that_the_campaign_gave_after_it_was_edited_and_ended() -> None:
    club = Club()
    member, shop = _sold_on_a_five_times_day(club)
    club.update(at=jst("2026-04-06 01:00"))
    _campaign(shop, multiplier="2", through="2026-04-05", at=jst("2026-04-07 09:00"))
    earning.add_earning_rule(
        merchant=shop,
        effective_from=dt.date(2026, 4, 1),
        amount=PointsPerUnit(200, 1),
        at=jst("2026-04-07 09:00"),
        actor=STAFF,
    )

    changed = reverse(shop, "a", at=jst("2026-05-01 12:00"))

    assert (changed.points_before, changed.points_after, changed.taken_from_lots) == (50, 0, 50)
    assert club.balance(member, "2026-05-01").book == 0


def test_a_part_reversal_goes_by_the_rule_and_the_campaign_of_the_sale() -> None:
    club = Club()
    _, shop = _sold_on_a_five_times_day(club)
    _campaign(shop, multiplier="2", through="2026-04-05", at=jst("2026-04-07 09:00"))

    changed = reverse(shop, "a", yen=500, at=jst("2026-05-01 12:00"))

    assert changed.points_after == 25


def test_an_edit_makes_a_new_version_and_sales_from_before_it_keep_the_old_one() -> None:
    club = Club()
    member, shop = _sold_on_a_five_times_day(club)
    second = _campaign(shop, multiplier="2", through="2026-04-05", at=jst("2026-04-07 09:00"))

    late = club.buy(member, shop, 1_000, at=SOLD, received_at=jst("2026-04-08 12:00"))

    assert second.version == 2
    assert late.points == 50
    first_part = AccrualPart.objects.filter(campaign_code="five-times").order_by("id").first()
    assert first_part is not None
    assert first_part.campaign_id is not None
    assert Campaign.objects.get(id=first_part.campaign_id).multiplier == Decimal(5)


def test_the_rule_is_the_one_of_the_day_of_the_sale_not_of_its_arrival() -> None:
    club = Club()
    member, shop = club.member(), club.merchant()
    earning.add_earning_rule(
        merchant=shop,
        effective_from=dt.date(2026, 4, 6),
        amount=PointsPerUnit(50, 1),
        at=jst("2026-04-01 09:00"),
        actor=STAFF,
    )

    before = club.buy(member, shop, 1_000, at=SOLD, received_at=jst("2026-04-20 12:00"))
    after = club.buy(member, shop, 1_000, at=jst("2026-04-06 12:00"))

    assert (before.points, after.points) == (10, 20)
