"""What a shop is told of campaigns: of those that others give by as well, nothing that tells of others."""

import datetime as dt
import itertools
from decimal import Decimal
from typing import Any

import httpx
import pytest

from pointclub.earning import services as earning
from pointclub.earning.rules.amount import Bonus
from pointclub.foundation import clock
from pointclub.foundation.periods import tokyo_day
from pointclub.merchants.models import Merchant
from tests.factories.club import STAFF, Club, jst
from tests.factories.tills import Shop, idempotency_key, open_shop, sale
from tests.merchant_api.conftest import till_of

_DAYS = itertools.count(1)


@pytest.fixture
def day() -> dt.date:
    """Give a day of its own, so that no campaign of another test runs on it."""
    return tokyo_day(clock.now()) - dt.timedelta(days=next(_DAYS))


def double(merchant: Merchant | None, *days: dt.date, caps: earning.Caps, at: dt.datetime | None = None) -> str:
    """Record a campaign that gives the base points once more, within its caps; return its code."""
    code = f"double-{days[0]}"
    earning.add_campaign(
        code=code,
        name="ポイント2倍",
        merchant=merchant,
        days=earning.CampaignDays(days[0], days[-1]),
        bonus=Bonus(Decimal(2), None, 0),
        caps=caps,
        at=at or jst("2020-01-01 09:00"),
        actor=STAFF,
    )
    return code


def on(day: dt.date, shop: Shop, **changed: Any) -> dict[str, Any]:
    """Return the body of a sale of that day, which gives 200 points and would give 200 more."""
    return sale(shop, sold_at=f"{day}T12:00:00+09:00", price_yen=20_000, **changed)


def buy_elsewhere(address: str, club: Club, shop: Shop, day: dt.date) -> None:
    """Let the shop's member buy in another shop, and get 200 points more there."""
    other = open_shop(club, member=shop.member)
    with till_of(address, other.secret) as till:
        (bonus,) = till.post("/v1/accruals", json=on(day, other), headers=idempotency_key()).json()["bonuses"]
    assert (bonus["points"], bonus["cap"]) == (200, "")


@pytest.mark.rule("BAL-2")
class TestACampaignOfAllMerchants:
    @pytest.mark.parametrize("cap", ["cap_per_day", "cap_per_month", "cap_per_member"])
    def test_tells_no_shop_that_its_cap_was_used_in_another(
        self, address: str, club: Club, shop: Shop, till: httpx.Client, day: dt.date, cap: str
    ) -> None:
        code = double(None, day, caps=earning.Caps(**{cap: 250}))
        buy_elsewhere(address, club, shop, day)
        body, key = on(day, shop), idempotency_key()

        first, again, by_reference = (
            till.post("/v1/accruals", json=body, headers=each) for each in (key, key, idempotency_key())
        )
        batch = till.post("/v1/accruals/batch", json={"rows": [body]}, headers=idempotency_key())
        shown = till.get(f"/v1/accruals/{first.json()['id']}")

        told = [{"campaign_code": code, "points": 50, "uncapped_points": 50, "cap": ""}]
        assert first.json()["bonuses"] == told
        assert first.content == again.content == by_reference.content
        assert batch.json()["rows"][0]["accepted"]["bonuses"] == told
        assert shown.json()["bonuses"] == told

    def test_tells_what_is_left_after_a_return_and_not_what_it_was_cut_from(
        self, address: str, club: Club, shop: Shop, till: httpx.Client, day: dt.date
    ) -> None:
        code = double(None, day, caps=earning.Caps(cap_per_month=250))
        buy_elsewhere(address, club, shop, day)
        sold = till.post("/v1/accruals", json=on(day, shop), headers=idempotency_key()).json()
        till.post(f"/v1/accruals/{sold['id']}/reversal", json={"returned_yen": 18_000}, headers=idempotency_key())

        shown = till.get(f"/v1/accruals/{sold['id']}").json()["bonuses"]

        assert shown == [{"campaign_code": code, "points": 20, "uncapped_points": 20, "cap": ""}]

    def test_tells_the_cap_of_the_receipt_which_is_the_shops_own(
        self, shop: Shop, till: httpx.Client, day: dt.date
    ) -> None:
        code = double(None, day, caps=earning.Caps(cap_per_receipt=120))
        sold = till.post("/v1/accruals", json=on(day, shop), headers=idempotency_key()).json()

        assert sold["bonuses"] == [
            {"campaign_code": code, "points": 120, "uncapped_points": 200, "cap": "receipt"},
        ]


class TestACampaignOfOneMerchant:
    @pytest.mark.rule("ACC-3")
    @pytest.mark.parametrize("cap", ["day", "month", "member"])
    def test_tells_which_cap_cut_it_from_how_much(self, shop: Shop, till: httpx.Client, day: dt.date, cap: str) -> None:
        code = double(shop.merchant, day, caps=earning.Caps(**{f"cap_per_{cap}": 250}))
        till.post("/v1/accruals", json=on(day, shop), headers=idempotency_key())

        body = on(day, shop)
        sold, again = (till.post("/v1/accruals", json=body, headers=idempotency_key()) for _ in range(2))

        told = [{"campaign_code": code, "points": 50, "uncapped_points": 200, "cap": cap}]
        assert sold.json()["bonuses"] == told
        assert sold.content == again.content
        assert till.get(f"/v1/accruals/{sold.json()['id']}").json()["bonuses"] == told

    @pytest.mark.rule("BAL-2")
    def test_tells_nothing_of_when_it_was_all_merchants(
        self, address: str, club: Club, shop: Shop, till: httpx.Client
    ) -> None:
        early, late = dt.date(2025, 6, 1), dt.date(2025, 7, 10)
        double(None, early, late, caps=earning.Caps(cap_per_member=250), at=jst("2025-05-01 09:00"))
        double(shop.merchant, early, late, caps=earning.Caps(cap_per_member=250), at=jst("2025-07-01 09:00"))
        buy_elsewhere(address, club, shop, early)

        body = on(late, shop)
        sold, again = (till.post("/v1/accruals", json=body, headers=idempotency_key()) for _ in range(2))

        assert [(bonus["uncapped_points"], bonus["cap"]) for bonus in sold.json()["bonuses"]] == [(50, "")]
        assert sold.content == again.content
