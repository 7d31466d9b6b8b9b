"""Sales sent by a till, one at a time and in batches."""

import datetime as dt
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from pointclub.earning.models import Accrual
from tests.factories.club import Club, verified
from tests.factories.tills import Shop, idempotency_key, open_shop, sale
from tests.merchant_api.conftest import till_of


def send(till: httpx.Client, body: dict[str, Any], **headers: str) -> httpx.Response:
    return till.post("/v1/accruals", json=body, headers=idempotency_key() | headers)


@pytest.mark.rule("ACC-2", "ACC-4", "BAL-2")
class TestASale:
    def test_is_answered_with_its_receipt_and_without_a_balance(self, till: httpx.Client, shop: Shop) -> None:
        answer = send(till, sale(shop, reference="r-1"))

        assert answer.status_code == 201, answer.text
        told = answer.json()
        assert told["receipt_number"].startswith(shop.merchant.number)
        assert set(told) == {"id", "receipt_number", "reference", "points", "base_points", "bonuses"}
        assert (told["reference"], told["points"], told["base_points"], told["bonuses"]) == ("r-1", 10, 10, [])
        assert verified() == []

    def test_keeps_what_the_till_said(self, till: httpx.Client, shop: Shop) -> None:
        told = send(till, sale(shop, store_code="S1", terminal_code="T9", ineligible_yen=90, tax_yen=100)).json()

        (kept,) = Accrual.objects.filter(merchant_id=shop.merchant.id, id=told["id"])
        assert (kept.price_yen, kept.ineligible_yen, kept.tax_yen) == (1090, 90, 100)
        assert (kept.store_code, kept.terminal_code) == ("S1", "T9")
        assert kept.sold_at == dt.datetime.fromisoformat("2026-04-01T12:00:00+09:00")

    def test_takes_the_number_as_it_stands_on_the_card(self, till: httpx.Client, shop: Shop) -> None:
        number = shop.member.number
        printed = f"{number[:4]}-{number[4:8]}-{number[8:]}"

        assert send(till, sale(shop, member_number=printed)).status_code == 201

    def test_can_be_a_number_of_points(self, till: httpx.Client, shop: Shop) -> None:
        told = send(till, sale(shop, price_yen=None, points=77)).json()

        assert (told["points"], told["base_points"]) == (77, 77)

    def test_without_an_instant_was_sold_when_it_came(self, till: httpx.Client, shop: Shop) -> None:
        answer = send(till, sale(shop, sold_at=None))

        assert answer.status_code == 201, answer.text


@pytest.mark.rule("ACC-6")
class TestASaleSentAgain:
    def test_gets_the_first_answer_to_the_byte_and_is_told_so(self, till: httpx.Client, shop: Shop) -> None:
        body, key = sale(shop), idempotency_key()
        first = till.post("/v1/accruals", json=body, headers=key)
        second = till.post("/v1/accruals", json=body, headers=key)

        assert (first.status_code, second.status_code) == (201, 201)
        assert first.content == second.content
        assert "idempotent-replayed" not in first.headers
        assert second.headers["idempotent-replayed"] == "true"

    def test_counts_once_however_many_tills_send_it_at_once(self, till: httpx.Client, shop: Shop) -> None:
        body, key = sale(shop), idempotency_key()

        with ThreadPoolExecutor(10) as tills:
            sent = [tills.submit(till.post, "/v1/accruals", json=body, headers=key) for _ in range(30)]
            answers = [each.result() for each in sent]

        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.content for answer in answers}) == 1
        assert Accrual.objects.filter(merchant_id=shop.merchant.id).count() == 1
        assert verified() == []

    def test_is_a_conflict_when_it_says_something_else(self, till: httpx.Client, shop: Shop) -> None:
        body = sale(shop)
        send(till, body)

        answer = send(till, body | {"price_yen": 2000})

        assert (answer.status_code, answer.json()["code"]) == (409, "reference_conflict")


@pytest.mark.rule("ACC-6")
class TestAKeySentAgain:
    def test_with_another_sale_is_refused_and_leaves_nothing(self, till: httpx.Client, shop: Shop) -> None:
        key = idempotency_key()
        till.post("/v1/accruals", json=sale(shop), headers=key)

        answer = till.post("/v1/accruals", json=sale(shop), headers=key)

        assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
        assert Accrual.objects.filter(merchant_id=shop.merchant.id).count() == 1

    def test_by_another_merchant_is_another_key(self, address: str, till: httpx.Client, shop: Shop, club: Club) -> None:
        key, other = idempotency_key(), open_shop(club)
        till.post("/v1/accruals", json=sale(shop), headers=key)

        with till_of(address, other.secret) as other_till:
            answer = other_till.post("/v1/accruals", json=sale(other), headers=key)

        assert answer.status_code == 201


class TestARefusedSale:
    @pytest.mark.parametrize(
        ("changed", "status", "code"),
        [
            ({"member_number": "9999-9999-9999"}, 422, "unknown_member"),
            ({"sold_at": "2019-04-01T12:00:00+09:00"}, 422, "not_a_member_then"),
            ({"sold_at": "2150-04-01T12:00:00+09:00"}, 422, "sold_in_future"),
            ({"sold_at": "2015-04-01T12:00:00+09:00"}, 403, "merchant_not_admitted"),
            ({"ineligible_yen": 1000, "tax_yen": 100}, 422, "invalid_sale"),
        ],
    )
    def test_is_told_by_its_code_and_leaves_nothing(
        self, till: httpx.Client, shop: Shop, changed: dict[str, Any], status: int, code: str
    ) -> None:
        answer = send(till, sale(shop, **changed))

        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert Accrual.objects.filter(merchant_id=shop.merchant.id).count() == 0

    def test_needs_an_idempotency_key(self, till: httpx.Client, shop: Shop) -> None:
        answer = till.post("/v1/accruals", json=sale(shop))

        assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_missing")

    @pytest.mark.parametrize("key", ["", "x" * 81, "a\tb", "é"])
    def test_needs_a_key_that_can_be_shown(self, till: httpx.Client, shop: Shop, key: str) -> None:
        headers = {"idempotency-key": key.encode("latin-1")}
        answer = till.post("/v1/accruals", json=sale(shop), headers=headers)  # type: ignore[arg-type]

        assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_invalid")

    def test_cannot_come_with_two_keys(self, till: httpx.Client, shop: Shop) -> None:
        headers = [("idempotency-key", "a"), ("idempotency-key", "b")]
        answer = till.post("/v1/accruals", json=sale(shop), headers=headers)

        assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_invalid")


class TestABatch:
    def test_answers_every_row_in_its_place(self, till: httpx.Client, shop: Shop) -> None:
        first = sale(shop)
        rows = [first, sale(shop, member_number="9999-9999-9999"), sale(shop, price_yen="100"), sale(shop), first]

        answer = till.post("/v1/accruals/batch", json={"rows": rows}, headers=idempotency_key())

        assert answer.status_code == 200, answer.text
        told = answer.json()["rows"]
        assert [next(iter(row)) for row in told] == ["accepted", "refused", "refused", "accepted", "accepted"]
        assert told[0] == told[4]
        assert (told[1]["refused"]["code"], told[2]["refused"]["code"]) == ("unknown_member", "invalid_body")
        assert [error["pointer"] for error in told[2]["refused"]["errors"]] == ["/price_yen"]
        assert Accrual.objects.filter(merchant_id=shop.merchant.id).count() == 2

    def test_takes_an_offset_that_the_database_would_not(self, till: httpx.Client, shop: Shop) -> None:
        rows = [sale(shop), sale(shop, sold_at="2026-04-02T02:59:00+23:59"), sale(shop, sold_at="2026-04-01T03:00:00Z")]

        answer = till.post("/v1/accruals/batch", json={"rows": rows}, headers=idempotency_key())

        assert answer.status_code == 200, answer.text
        assert [row["accepted"]["points"] for row in answer.json()["rows"]] == [10, 10, 10]
        instants = Accrual.objects.filter(merchant_id=shop.merchant.id).values_list("sold_at", flat=True)
        assert set(instants) == {dt.datetime(2026, 4, 1, 3, tzinfo=dt.UTC)}

    def test_sent_again_says_so(self, till: httpx.Client, shop: Shop) -> None:
        body, key = {"rows": [sale(shop), sale(shop)]}, idempotency_key()
        first = till.post("/v1/accruals/batch", json=body, headers=key)
        second = till.post("/v1/accruals/batch", json=body, headers=key)

        assert first.content == second.content
        assert second.headers["idempotent-replayed"] == "true"

    @pytest.mark.parametrize("count", [0, 1001])
    def test_has_from_one_row_to_a_thousand(self, till: httpx.Client, shop: Shop, count: int) -> None:
        rows = {"rows": [sale(shop)] * count}
        answer = till.post("/v1/accruals/batch", json=rows, headers=idempotency_key())

        assert answer.status_code == 422
        assert [error["pointer"] for error in answer.json()["errors"]] == ["/rows"]

    def test_of_a_thousand_rows_is_taken(self, till: httpx.Client, shop: Shop) -> None:
        rows = {"rows": [sale(shop) for _ in range(1000)]}
        answer = till.post("/v1/accruals/batch", json=rows, headers=idempotency_key())

        assert {next(iter(row)) for row in answer.json()["rows"]} == {"accepted"}
        assert Accrual.objects.filter(merchant_id=shop.merchant.id).count() == 1000


class TestARowOfABatch:
    @pytest.mark.parametrize(
        ("before_it", "code", "pointers"),
        [
            ('"price_yen": 5, ', "invalid_body", ["/price_yen"]),
            ('"pric\\u0065_yen": 5, ', "invalid_body", ["/price_yen"]),
            ('"rows": [], ', "invalid_body", ["/rows"]),
            (f'"color": {"[" * 20}{"]" * 20}, ', "body_too_deep", []),
        ],
        ids=["a name twice", "a name twice, spelt otherwise", "the name of all rows", "too deep"],
    )
    def test_that_does_not_fit_is_refused_alone(
        self, till: httpx.Client, shop: Shop, before_it: str, code: str, pointers: list[str]
    ) -> None:
        bad, good = json.dumps(sale(shop)).replace("{", "{" + before_it, 1), json.dumps(sale(shop))

        answer = send_rows(till, f'{{"rows": [{bad}, {good}]}}')

        assert answer.status_code == 200, answer.text
        refused, accepted = answer.json()["rows"]
        assert refused["refused"]["code"] == code
        assert [error["pointer"] for error in refused["refused"].get("errors", [])] == pointers
        assert accepted["accepted"]["points"] == 10

    @pytest.mark.parametrize(
        "around",
        ['{"rows":[%s,%s]}', ' \n{\t"rows" : [ %s\r\n,%s ] }\n ', '{"r\\u006fws": [%s, %s]}'],
        ids=["close", "with space", "with an escape"],
    )
    def test_is_taken_however_the_batch_is_written_around_it(self, till: httpx.Client, shop: Shop, around: str) -> None:
        rows = (json.dumps(sale(shop, reference='], "rows": [')), json.dumps(sale(shop)))

        answer = send_rows(till, around % rows)

        assert [next(iter(row)) for row in answer.json()["rows"]] == ["accepted", "accepted"]

    @pytest.mark.parametrize(
        "around",
        ['{"rows": [%s], "rows": [%s]}', '{"rows": [%s], "r\\u006fws": [%s]}', '{"rows": [%s, %s], "rows": 1}'],
    )
    def test_is_not_taken_where_there_are_two_lists(self, till: httpx.Client, shop: Shop, around: str) -> None:
        answer = send_rows(till, around % ((json.dumps(sale(shop)),) * 2))

        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_body")
        assert [error["pointer"] for error in answer.json()["errors"]] == ["/rows"]
        assert Accrual.objects.filter(merchant_id=shop.merchant.id).count() == 0


def send_rows(till: httpx.Client, body: str) -> httpx.Response:
    """Send a batch as it is written."""
    headers = {"content-type": "application/json"} | idempotency_key()
    return till.post("/v1/accruals/batch", content=body.encode(), headers=headers)
