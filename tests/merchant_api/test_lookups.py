"""What merchants may ask, and that nobody sees another's."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from pointclub.foundation import clock
from pointclub.merchants import services as merchants
from tests.factories.club import STAFF, Club, reverse
from tests.factories.tills import Shop, idempotency_key, issue_key, open_shop, sale
from tests.merchant_api.conftest import till_of

NOWHERE = "01890000-0000-7000-8000-000000000000"


@pytest.fixture
def sold(till: httpx.Client, shop: Shop) -> dict[str, Any]:
    body = sale(shop, sold_at=clock.now().isoformat(), store_code="S1")
    told: dict[str, Any] = till.post("/v1/accruals", json=body, headers=idempotency_key()).json()
    return told


class TestAnAccrual:
    def test_is_shown_as_it_stands_with_what_was_changed(self, till: httpx.Client, sold: dict[str, Any]) -> None:
        path = f"/v1/accruals/{sold['id']}"
        till.post(f"{path}/correction", json={"price_yen": 2090, "reason": "訂正"}, headers=idempotency_key())
        till.post(f"{path}/reversal", json={"returned_yen": 1000}, headers=idempotency_key())

        told = till.get(path).json()

        assert (told["price_yen"], told["eligible_yen"], told["returned_yen"]) == (2090, 2090, 1000)
        assert (told["points"], told["first_points"], told["is_reversed"]) == (10, 10, False)
        assert [(each["kind"], each["by"], each["reason"]) for each in told["changes"]] == [
            ("corrected", "merchant", "訂正"),
            ("reversed", "merchant", ""),
        ]
        assert [(each["points_before"], each["points_after"]) for each in told["changes"]] == [(10, 20), (20, 10)]

    def test_keeps_to_itself_why_staff_changed_it(self, till: httpx.Client, shop: Shop, sold: dict[str, Any]) -> None:
        reverse(shop.merchant, sold["reference"], at=clock.now())

        (change,) = till.get(f"/v1/accruals/{sold['id']}").json()["changes"]
        assert (change["by"], change["reason"]) == ("operator", "")

    def test_is_the_same_by_id_by_reference_and_by_receipt(self, till: httpx.Client, sold: dict[str, Any]) -> None:
        typed = sold["receipt_number"].lower().replace("-", "").replace("0", "o")
        answers = [
            till.get(f"/v1/accruals/{sold['id']}"),
            till.get("/v1/accruals", params={"reference": sold["reference"]}),
            till.get(f"/v1/receipts/{sold['receipt_number']}"),
            till.get(f"/v1/receipts/{typed}"),
        ]

        assert {answer.status_code for answer in answers} == {200}
        assert len({answer.content for answer in answers}) == 1

    @pytest.mark.parametrize("query", ["", "reference=", "reference=a&reference=b", "reference=%00", "other=1", "%ff"])
    def test_is_asked_for_by_one_reference(self, till: httpx.Client, query: str) -> None:
        answer = till.get(f"/v1/accruals?{query}")

        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_query")

    @pytest.mark.parametrize("accrual_id", ["1", "x", "%00", "0" * 32, "{" + NOWHERE + "}", NOWHERE, "a" * 5000])
    def test_that_is_none_is_not_found(self, till: httpx.Client, accrual_id: str) -> None:
        answer = till.get(f"/v1/accruals/{accrual_id}")

        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_accrual")


@dataclass(frozen=True)
class Way:
    """A request that names an accrual."""

    method: str
    path: Callable[[dict[str, Any]], str]
    body: Callable[[dict[str, Any]], dict[str, Any] | None]


WAYS = {
    "by id": Way("GET", lambda sold: f"/v1/accruals/{sold['id']}", lambda _: None),
    "by reference": Way("GET", lambda sold: f"/v1/accruals?reference={sold['reference']}", lambda _: None),
    "by receipt": Way("GET", lambda sold: f"/v1/receipts/{sold['receipt_number']}", lambda _: None),
    "correction": Way("POST", lambda sold: f"/v1/accruals/{sold['id']}/correction", lambda _: {"price_yen": 5}),
    "reversal": Way("POST", lambda sold: f"/v1/accruals/{sold['id']}/reversal", lambda _: {}),
    "correction by reference": Way(
        "POST", lambda _: "/v1/corrections", lambda sold: {"reference": sold["reference"], "price_yen": 5}
    ),
}
ABSENT = {"id": NOWHERE, "reference": "never-sold", "receipt_number": "000001-0000-0000-0000"}


def ask(address: str, secret: str, way: Way, sold: dict[str, Any]) -> httpx.Response:
    with till_of(address, secret) as till:
        return till.request(way.method, way.path(sold), json=way.body(sold), headers=idempotency_key())


@pytest.mark.rule("BAL-2")
@pytest.mark.parametrize("way", WAYS.values(), ids=list(WAYS))
class TestAnothersAccrual:
    def test_looks_to_another_merchant_as_if_it_were_not_there(
        self, address: str, club: Club, shop: Shop, sold: dict[str, Any], way: Way
    ) -> None:
        stranger = open_shop(club, member=shop.member)
        refused = ask(address, stranger.secret, way, sold)
        absent = ask(address, stranger.secret, way, ABSENT)

        assert (refused.status_code, refused.json()["code"]) == (404, "unknown_accrual")
        assert told(refused) == told(absent)
        assert ask(address, shop.secret, way, sold).status_code == 200

    def test_looks_to_another_store_as_if_it_were_not_there(
        self, address: str, club: Club, shop: Shop, sold: dict[str, Any], way: Way
    ) -> None:
        for code in ("S1", "S2"):
            merchants.open_store(merchant=shop.merchant, code=code, name=code, at=club.opened_at, actor=STAFF)
        own, other = (issue_key(club, shop.merchant, store_code=code) for code in ("S1", "S2"))
        refused = ask(address, other.secret, way, sold)
        absent = ask(address, other.secret, way, ABSENT)

        assert (refused.status_code, refused.json()["code"]) == (404, "unknown_accrual")
        assert told(refused) == told(absent)
        assert ask(address, own.secret, way, sold).status_code == 200


@pytest.mark.rule("BAL-2")
class TestAReversalOfAnothersReference:
    def test_waits_for_a_sale_of_its_own(
        self, address: str, club: Club, till: httpx.Client, sold: dict[str, Any]
    ) -> None:
        stranger = open_shop(club)
        with till_of(address, stranger.secret) as other:
            body = {"reference": sold["reference"]}
            answer = other.post("/v1/reversals", json=body, headers=idempotency_key())

        assert (answer.status_code, answer.json()["state"]) == (202, "awaiting_accrual")
        assert till.get(f"/v1/accruals/{sold['id']}").json()["points"] == 10


def told(answer: httpx.Response) -> tuple[int, bytes, dict[str, str]]:
    """Return all of an answer but the time of day."""
    headers = {name: value for name, value in answer.headers.items() if name != "date"}
    return answer.status_code, answer.content, headers
