"""What merchants may ask, and that nobody sees another's."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from pointclub.foundation import clock
from pointclub.merchant_api.endpoints import ENDPOINTS
from pointclub.merchants import services as merchants
from pointclub.merchants.rules.keys import KeyAct
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
    """A request that names an accrual, at a path of the interface's table."""

    method: str
    path: str
    query: Callable[[dict[str, Any]], dict[str, str]] = lambda _: {}
    body: Callable[[dict[str, Any]], dict[str, Any]] | None = None

    def go(self, till: httpx.Client, sold: dict[str, Any]) -> httpx.Response:
        path = self.path.format(accrual_id=sold["id"], receipt_number=sold["receipt_number"])
        body = self.body and self.body(sold)
        return till.request(self.method, path, params=self.query(sold), json=body, headers=idempotency_key())


WAYS = {
    "by id": Way("GET", "/v1/accruals/{accrual_id}"),
    "by reference": Way("GET", "/v1/accruals", lambda sold: {"reference": sold["reference"]}),
    "by receipt": Way("GET", "/v1/receipts/{receipt_number}"),
    "correction": Way("POST", "/v1/accruals/{accrual_id}/correction", body=lambda _: {"price_yen": 5}),
    "reversal": Way("POST", "/v1/accruals/{accrual_id}/reversal", body=lambda _: {}),
    "correction by reference": Way(
        "POST", "/v1/corrections", body=lambda sold: {"reference": sold["reference"], "price_yen": 5}
    ),
}
# It may come before its sale, so there is nothing that it would not find.
REVERSAL_BY_REFERENCE = Way("POST", "/v1/reversals", body=lambda sold: {"reference": sold["reference"]})
ABSENT = {"id": NOWHERE, "reference": "never-sold", "receipt_number": "000001-0000-0000-0000"}


def test_every_endpoint_that_names_an_accrual_is_among_the_ways() -> None:
    naming = {(endpoint.method, endpoint.path) for endpoint in ENDPOINTS if endpoint.act not in {None, KeyAct.ACCRUE}}
    placeholders = {(endpoint.method, endpoint.path) for endpoint in ENDPOINTS if "{" in endpoint.path}

    assert placeholders < naming
    assert naming == {(way.method, way.path) for way in (*WAYS.values(), REVERSAL_BY_REFERENCE)}


def ask(address: str, secret: str, way: Way, sold: dict[str, Any]) -> httpx.Response:
    with till_of(address, secret) as till:
        return way.go(till, sold)


def keys_of_two_stores(club: Club, shop: Shop) -> tuple[str, str]:
    """Return the secrets of a key of store S1, where the sale was, and of one of S2."""
    for code in ("S1", "S2"):
        merchants.open_store(merchant=shop.merchant, code=code, name=code, at=club.opened_at, actor=STAFF)
    own, other = (issue_key(club, shop.merchant, store_code=code).secret for code in ("S1", "S2"))
    return own, other


@pytest.mark.rule("BAL-2")
@pytest.mark.parametrize("way", WAYS.values(), ids=list(WAYS))
class TestAnothersAccrual:
    def test_looks_to_another_merchant_as_if_it_were_not_there(
        self, address: str, club: Club, shop: Shop, sold: dict[str, Any], way: Way
    ) -> None:
        stranger = open_shop(club, member=shop.member)
        as_it_was = ask(address, shop.secret, WAYS["by id"], sold).content
        refused = ask(address, stranger.secret, way, sold)
        absent = ask(address, stranger.secret, way, ABSENT)

        assert (refused.status_code, refused.json()["code"]) == (404, "unknown_accrual")
        assert told(refused) == told(absent)
        assert ask(address, shop.secret, WAYS["by id"], sold).content == as_it_was
        assert ask(address, shop.secret, way, sold).status_code == 200

    def test_looks_to_another_store_as_if_it_were_not_there(
        self, address: str, club: Club, shop: Shop, sold: dict[str, Any], way: Way
    ) -> None:
        own, other = keys_of_two_stores(club, shop)
        as_it_was = ask(address, own, WAYS["by id"], sold).content
        refused = ask(address, other, way, sold)
        absent = ask(address, other, way, ABSENT)

        assert (refused.status_code, refused.json()["code"]) == (404, "unknown_accrual")
        assert told(refused) == told(absent)
        assert ask(address, own, WAYS["by id"], sold).content == as_it_was
        assert ask(address, own, way, sold).status_code == 200


@pytest.mark.rule("BAL-2")
class TestAReversalOfAnothersReference:
    def test_waits_for_a_sale_of_its_own_as_if_there_were_no_other(
        self, address: str, club: Club, till: httpx.Client, sold: dict[str, Any]
    ) -> None:
        stranger = open_shop(club)
        answer = ask(address, stranger.secret, REVERSAL_BY_REFERENCE, sold)
        absent = ask(address, stranger.secret, REVERSAL_BY_REFERENCE, sold | {"reference": "never-sold"})

        assert (answer.status_code, answer.json()["state"]) == (202, "awaiting_accrual")
        assert answer.json() | {"reference": ""} == absent.json() | {"reference": ""}
        assert till.get(f"/v1/accruals/{sold['id']}").json()["points"] == 10

    def test_from_another_store_is_not_found_and_leaves_the_sale_as_it_is(
        self, address: str, club: Club, shop: Shop, till: httpx.Client, sold: dict[str, Any]
    ) -> None:
        own, other = keys_of_two_stores(club, shop)
        refused = ask(address, other, REVERSAL_BY_REFERENCE, sold)

        assert (refused.status_code, refused.json()["code"]) == (404, "unknown_accrual")
        assert till.get(f"/v1/accruals/{sold['id']}").json()["changes"] == []
        assert ask(address, own, REVERSAL_BY_REFERENCE, sold).json()["points_after"] == 0


def told(answer: httpx.Response) -> tuple[int, bytes, dict[str, str]]:
    """Return all of an answer but the time of day."""
    headers = {name: value for name, value in answer.headers.items() if name != "date"}
    return answer.status_code, answer.content, headers
