"""A merchant is told the same whoever buys: nothing shows whether the member could use points (BAL-2)."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from pointclub.foundation import clock
from pointclub.foundation.refusals import Refusal
from pointclub.membership import services as membership
from pointclub.membership.models import Member, RedemptionBlock
from tests.factories.club import STAFF, Club, redeem
from tests.factories.revocations import ask_for_revocation
from tests.factories.tills import Shop, idempotency_key, open_shop, sale
from tests.merchant_api.conftest import till_of

# What differs between any two sales, wherever it stands in an answer, and between any two answers.
OF_THE_SALE = {"id", "receipt_number", "sold_at", "received_at", "at"}
OF_THE_ANSWER = {"date", "content-length"}


def rich_member(club: Club) -> Member:
    member = club.member()
    club.open_balance(member, {"2199-12-31": 5_000}, at=clock.now())
    return member


def blocked_member(club: Club, kind: RedemptionBlock.Kind) -> Member:
    member = rich_member(club)
    membership.block_redemption(member=member, kind=kind, reason="試験", at=clock.now(), actor=STAFF)
    return member


def frozen_member(club: Club) -> Member:
    member = rich_member(club)
    ask_for_revocation(member, at=clock.now())
    return member


WHO_CANNOT_REDEEM: dict[str, Callable[[Club], Member]] = {
    "blocked at the member's wish": lambda club: blocked_member(club, RedemptionBlock.Kind.REPORTED),
    "blocked on suspicion": lambda club: blocked_member(club, RedemptionBlock.Kind.SUSPECTED),
    "frozen": frozen_member,
    "of the family": lambda club: club.family_member(rich_member(club)),
    "without points": lambda club: club.member(),
}


@pytest.fixture(scope="module")
def told_of_the_rich(address: str, club: Club) -> list[Any]:
    member = rich_member(club)
    told = all_that_is_told(address, open_shop(club, member=member))
    redeem(member, 1_000, at=clock.now())
    return told


@pytest.mark.rule("BAL-2")
@pytest.mark.parametrize("make_member", WHO_CANNOT_REDEEM.values(), ids=list(WHO_CANNOT_REDEEM))
def test_who_cannot_redeem_is_told_of_as_who_can(
    address: str, club: Club, told_of_the_rich: list[Any], make_member: Callable[[Club], Member]
) -> None:
    member = make_member(club)

    told = all_that_is_told(address, open_shop(club, member=member))

    assert told == told_of_the_rich
    with pytest.raises(Refusal):
        redeem(member, 1_000, at=clock.now())


def all_that_is_told(address: str, shop: Shop) -> list[Any]:
    """Sell, put right, undo and ask, in every way, and be refused; return the answers but for what names the sales."""
    with till_of(address, shop.secret) as till:
        body, key = sale(shop, reference="first", sold_at=clock.now().isoformat()), idempotency_key()
        early = sale(shop, reference="early")
        first = post(till, "/v1/accruals", body, key)
        path = f"/v1/accruals/{first.json()['id']}"
        answers = [
            first,
            post(till, "/v1/accruals", body, key),
            post(till, "/v1/accruals", body),
            post(till, "/v1/accruals", body | {"price_yen": 5}),
            post(till, "/v1/accruals", sale(shop, reference="fixed", points=50, price_yen=None)),
            post(till, "/v1/reversals", {"reference": "early", "returned_yen": 500}),
            post(till, "/v1/accruals", early),
            post(till, "/v1/accruals/batch", {"rows": [sale(shop, reference="row"), early, sale(shop, price_yen=0)]}),
            post(till, f"{path}/correction", {"price_yen": 2090}),
            post(till, "/v1/corrections", {"reference": "first", "price_yen": 590}),
            post(till, f"{path}/reversal", {"returned_yen": 90}),
            post(till, f"{path}/reversal", {"returned_yen": 10_000}),
            till.get(path),
            post(till, "/v1/reversals", {"reference": "first"}),
            post(till, f"{path}/correction", {"price_yen": 100}),
            till.get("/v1/accruals", params={"reference": "first"}),
            till.get(f"/v1/receipts/{first.json()['receipt_number']}"),
        ]
    return [
        (answer.status_code, without(OF_THE_ANSWER, dict(answer.headers)), without(OF_THE_SALE, answer.json()))
        for answer in answers
    ]


def post(till: httpx.Client, path: str, body: dict[str, Any], key: dict[str, str] | None = None) -> httpx.Response:
    return till.post(path, json=body, headers=key or idempotency_key())


def without(names: set[str], told: Any) -> Any:
    if isinstance(told, dict):
        return {name: without(names, value) for name, value in told.items() if name not in names}
    return [without(names, each) for each in told] if isinstance(told, list) else told
