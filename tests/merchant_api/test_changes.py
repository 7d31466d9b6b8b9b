"""Sales put right and undone by a till."""

from dataclasses import replace
from typing import Any

import httpx
import pytest

from pointclub.foundation import clock
from pointclub.foundation.periods import tokyo_day
from tests.factories.club import Club, redeem, verified
from tests.factories.tills import Shop, idempotency_key, sale

TOLD = {"receipt_number", "reference", "remaining_yen", "points_before", "points_after", "state"}
IN_WORDS_OF_THE_LEDGER = ("lot", "arrears", "lapsed", "balance", "usable", "account", "member", "posted")


@pytest.fixture
def sold(till: httpx.Client, shop: Shop) -> dict[str, Any]:
    """Give the receipt of a sale over 1,090 yen that was made just now."""
    body = sale(shop, sold_at=clock.now().isoformat())
    told: dict[str, Any] = till.post("/v1/accruals", json=body, headers=idempotency_key()).json()
    return told


def post(till: httpx.Client, path: str, key: dict[str, str] | None = None, **body: Any) -> httpx.Response:
    return till.post(path, json=body, headers=key or idempotency_key())


@pytest.mark.rule("ACC-7")
class TestACorrection:
    def test_by_id_tells_both_figures(self, till: httpx.Client, sold: dict[str, Any]) -> None:
        answer = post(till, f"/v1/accruals/{sold['id']}/correction", price_yen=2090, reason="打ち間違い")

        assert answer.status_code == 200, answer.text
        assert answer.json() == {
            "receipt_number": sold["receipt_number"],
            "reference": sold["reference"],
            "remaining_yen": 2090,
            "points_before": 10,
            "points_after": 20,
            "state": "applied",
        }
        assert verified() == []

    def test_by_reference_does_the_same(self, till: httpx.Client, sold: dict[str, Any]) -> None:
        answer = post(till, "/v1/corrections", reference=sold["reference"], price_yen=590)

        assert (answer.status_code, answer.json()["points_after"]) == (200, 5)

    def test_sent_again_does_nothing_again(self, till: httpx.Client, sold: dict[str, Any]) -> None:
        path, key = f"/v1/accruals/{sold['id']}/correction", idempotency_key()
        first = post(till, path, key, price_yen=590)
        second = post(till, path, key, price_yen=590)

        assert first.content == second.content
        assert "idempotent-replayed" not in first.headers
        assert second.headers["idempotent-replayed"] == "true"

    def test_may_come_down_to_nothing(self, till: httpx.Client, sold: dict[str, Any]) -> None:
        answer = post(till, f"/v1/accruals/{sold['id']}/correction", price_yen=0)

        assert (answer.status_code, answer.json()["points_after"]) == (200, 0)

    def test_of_points_takes_points(self, till: httpx.Client, shop: Shop) -> None:
        body = sale(shop, price_yen=None, points=50, sold_at=clock.now().isoformat())
        given = till.post("/v1/accruals", json=body, headers=idempotency_key()).json()
        answer = post(till, f"/v1/accruals/{given['id']}/correction", points=60)

        assert (answer.json()["points_before"], answer.json()["points_after"]) == (50, 60)

    @pytest.mark.parametrize(
        ("body", "pointer"),
        [
            ({}, "/price_yen"),
            ({"price_yen": 100, "points": 5}, "/points"),
            ({"points": 5, "tax_yen": 1}, "/tax_yen"),
            ({"price_yen": -1}, "/price_yen"),
            ({"price_yen": 1, "reason": "a\u0000b"}, "/reason"),
            ({"price_yen": 1, "reason": "x" * 501}, "/reason"),
            ({"price_yen": 1, "reference": "r"}, "/reference"),
        ],
        ids=repr,
    )
    def test_that_does_not_fit_is_refused_field_by_field(
        self, till: httpx.Client, sold: dict[str, Any], body: dict[str, Any], pointer: str
    ) -> None:
        answer = post(till, f"/v1/accruals/{sold['id']}/correction", **body)

        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_body")
        assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]

    def test_of_what_is_not_there_is_not_found(self, till: httpx.Client) -> None:
        answer = post(till, "/v1/corrections", reference="never-sold", price_yen=100)

        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_accrual")

    @pytest.mark.rule("ACC-9")
    def test_after_the_window_is_the_operators(self, till: httpx.Client, shop: Shop) -> None:
        told = till.post(
            "/v1/accruals", json=sale(shop, sold_at="2025-01-01T12:00:00+09:00"), headers=idempotency_key()
        ).json()
        answer = post(till, f"/v1/accruals/{told['id']}/correction", price_yen=100)

        assert (answer.status_code, answer.json()["code"]) == (409, "correction_window_over")


@pytest.mark.rule("ACC-8")
class TestAReversal:
    def test_of_the_whole_sale_leaves_nothing(self, till: httpx.Client, sold: dict[str, Any]) -> None:
        answer = post(till, f"/v1/accruals/{sold['id']}/reversal", reason="返品")

        assert answer.status_code == 200, answer.text
        assert set(answer.json()) == TOLD
        told = answer.json()
        assert (told["remaining_yen"], told["points_before"], told["points_after"]) == (0, 10, 0)
        assert verified() == []

    def test_of_a_part_leaves_the_rest(self, till: httpx.Client, sold: dict[str, Any]) -> None:
        answer = post(till, "/v1/reversals", reference=sold["reference"], returned_yen=500)

        assert (answer.json()["remaining_yen"], answer.json()["points_after"]) == (590, 5)

    def test_of_more_than_was_sold_is_refused(self, till: httpx.Client, sold: dict[str, Any]) -> None:
        answer = post(till, f"/v1/accruals/{sold['id']}/reversal", returned_yen=1091)

        assert (answer.status_code, answer.json()["code"]) == (409, "return_exceeds_sale")

    def test_is_the_end_of_corrections(self, till: httpx.Client, sold: dict[str, Any]) -> None:
        post(till, f"/v1/accruals/{sold['id']}/reversal")
        answer = post(till, f"/v1/accruals/{sold['id']}/correction", price_yen=100)

        assert (answer.status_code, answer.json()["code"]) == (409, "already_reversed")

    def test_under_a_key_that_came_with_another_price_is_refused(
        self, till: httpx.Client, sold: dict[str, Any]
    ) -> None:
        key = idempotency_key()
        post(till, f"/v1/accruals/{sold['id']}/reversal", key, returned_yen=100)
        answer = post(till, f"/v1/accruals/{sold['id']}/reversal", key, returned_yen=200)

        assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")

    @pytest.mark.parametrize("returned", [0, -1, "5", 1.5, True, 10**23])
    def test_of_no_bounded_price_is_refused(self, till: httpx.Client, sold: dict[str, Any], returned: Any) -> None:
        answer = post(till, f"/v1/accruals/{sold['id']}/reversal", returned_yen=returned)

        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_body")


@pytest.mark.rule("ACC-8")
class TestAReversalBeforeItsSale:
    def test_is_kept_and_applied_when_the_sale_comes(self, till: httpx.Client, shop: Shop) -> None:
        body = sale(shop)
        early = post(till, "/v1/reversals", reference=body["reference"], returned_yen=500)
        sold = till.post("/v1/accruals", json=body, headers=idempotency_key())

        assert (early.status_code, early.json()["state"]) == (202, "awaiting_accrual")
        assert (early.json()["receipt_number"], early.json()["remaining_yen"]) == (None, None)
        assert sold.json()["points"] == 5
        assert verified() == []

    def test_leaves_nothing_to_be_looked_up_yet(self, till: httpx.Client) -> None:
        post(till, "/v1/reversals", reference="early-1")

        assert till.get("/v1/accruals", params={"reference": "early-1"}).status_code == 404
        assert post(till, "/v1/corrections", reference="early-1", price_yen=5).status_code == 404


@pytest.mark.rule("BAL-2")
class TestWhatAMerchantLearns:
    def test_is_the_same_whether_the_member_had_used_the_points_or_not(
        self, till: httpx.Client, shop: Shop, club: Club
    ) -> None:
        answers = []
        for used_points in (0, 1_000, 2_000):
            buyer = replace(shop, member=club.member())
            body = sale(buyer, reference=f"used-{used_points}", sold_at=clock.now().isoformat(), price_yen=200_000)
            till.post("/v1/accruals", json=body, headers=idempotency_key())
            club.update(at=clock.now())
            if used_points:
                redeem(buyer.member, used_points, at=clock.now())
            told = post(till, "/v1/reversals", reference=body["reference"]).json()
            answers.append({name: told[name] for name in TOLD - {"receipt_number", "reference"}})
            assert club.balance(buyer.member, str(tokyo_day(clock.now()))).arrears == used_points

        assert answers[0] == answers[1] == answers[2]

    def test_has_no_word_of_the_ledger_in_it(self, till: httpx.Client, shop: Shop, sold: dict[str, Any]) -> None:
        answers = [
            post(till, f"/v1/accruals/{sold['id']}/correction", price_yen=590),
            post(till, f"/v1/accruals/{sold['id']}/reversal", returned_yen=100),
            till.get(f"/v1/accruals/{sold['id']}"),
        ]

        for answer in answers:
            assert answer.status_code == 200
            assert [word for word in IN_WORDS_OF_THE_LEDGER if word in answer.text] == []
            assert shop.member.number not in answer.text
