"""Who may call: terminal keys, what they are scoped to, and how often they may be used."""

import secrets
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from django.db import models

from pointclub.earning.models import Accrual, AccrualChange, EarlyReversal, RequestKey
from pointclub.foundation import clock
from pointclub.merchant_api.app import make_app
from pointclub.merchant_api.gate import UNKNOWN_BURST
from pointclub.merchants import services as merchants
from pointclub.merchants.rules.keys import KeyAct, new_secret
from tests.factories.club import STAFF, Club
from tests.factories.tills import Shop, idempotency_key, issue_key, sale
from tests.merchant_api.conftest import served, till_of

NOWHERE = "/v1/accruals/01890000-0000-7000-8000-000000000000"
CALLS: list[tuple[str, str, KeyAct]] = [
    ("POST", "/v1/accruals", KeyAct.ACCRUE),
    ("POST", "/v1/accruals/batch", KeyAct.ACCRUE),
    ("GET", "/v1/accruals?reference=r", KeyAct.READ),
    ("GET", NOWHERE, KeyAct.READ),
    ("GET", "/v1/receipts/000123-7K2M-9QXB-4TFC", KeyAct.READ),
    ("POST", f"{NOWHERE}/correction", KeyAct.CORRECT),
    ("POST", "/v1/corrections", KeyAct.CORRECT),
    ("POST", f"{NOWHERE}/reversal", KeyAct.REVERSE),
    ("POST", "/v1/reversals", KeyAct.REVERSE),
]


class TestWithoutAKey:
    @pytest.mark.parametrize("path", sorted({path for _, path, _ in CALLS} | {"/v1/status"}))
    def test_nothing_is_to_be_had(self, address: str, path: str) -> None:
        method = next((method for method, each, _ in CALLS if each == path), "GET")
        answer = httpx.request(method, address + path)

        assert (answer.status_code, answer.json()["code"]) == (401, "key_missing")
        assert answer.headers["www-authenticate"] == 'Bearer realm="pointclub"'

    @pytest.mark.parametrize("authorization", ["", "Bearer", "Basic cGN0Xw==", "Bearer pct_short", "pct_" + "a" * 43])
    def test_a_misshapen_one_is_none(self, address: str, authorization: str) -> None:
        answer = httpx.get(f"{address}/v1/status", headers={"authorization": authorization})

        assert (answer.status_code, answer.json()["code"]) == (401, "key_missing")

    def test_one_that_nobody_has_opens_nothing(self, address: str) -> None:
        with till_of(address, new_secret(secrets.token_bytes(32))) as till:
            answer = till.get("/v1/status")

        assert (answer.status_code, answer.json()["code"]) == (401, "key_unknown")

    def test_whether_the_process_lives_is_told(self, address: str) -> None:
        answer = httpx.get(f"{address}/livez")

        assert (answer.status_code, answer.json()) == (200, {"status": "live"})


class TestAnAct:
    @pytest.mark.parametrize(("method", "path", "act"), CALLS)
    def test_that_the_key_does_not_allow_is_refused(
        self, address: str, club: Club, shop: Shop, method: str, path: str, act: KeyAct
    ) -> None:
        others = issue_key(club, shop.merchant, acts=set(KeyAct) - {act})

        with till_of(address, others.secret) as till:
            answer = till.request(method, path, json={}, headers=idempotency_key())

        assert (answer.status_code, answer.json()["code"]) == (403, "act_not_allowed")

    def test_that_asks_for_the_state_is_open_to_every_key(self, address: str, club: Club, shop: Shop) -> None:
        reverses = issue_key(club, shop.merchant, acts={KeyAct.REVERSE})

        with till_of(address, reverses.secret) as till:
            assert till.get("/v1/status").status_code == 200


class TestAKeyOfOneTill:
    def test_fills_in_store_and_terminal(self, address: str, club: Club, shop: Shop) -> None:
        told = self.send(address, club, shop)

        assert (told["store_code"], told["terminal_code"]) == ("N1", "T1")

    def test_takes_its_own_as_well(self, address: str, club: Club, shop: Shop) -> None:
        told = self.send(address, club, shop, store_code="N1", terminal_code="T1")

        assert (told["store_code"], told["terminal_code"]) == ("N1", "T1")

    @pytest.mark.parametrize("elsewhere", [{"store_code": "N2"}, {"terminal_code": "T2"}])
    def test_takes_no_other(self, address: str, club: Club, shop: Shop, elsewhere: dict[str, str]) -> None:
        merchants.open_store(merchant=shop.merchant, code="N1", name="北店", at=club.opened_at, actor=STAFF)
        key = issue_key(club, shop.merchant, store_code="N1", terminal_code="T1")

        with till_of(address, key.secret) as till:
            answer = till.post("/v1/accruals", json=sale(shop, **elsewhere), headers=idempotency_key())
            batch = {"rows": [sale(shop, **elsewhere), sale(shop)]}
            rows = till.post("/v1/accruals/batch", json=batch, headers=idempotency_key()).json()["rows"]

        assert (answer.status_code, answer.json()["code"]) == (403, "outside_scope")
        assert rows[0]["refused"]["code"] == "outside_scope"
        assert "accepted" in rows[1]

    def send(self, address: str, club: Club, shop: Shop, **codes: str) -> Any:
        merchants.open_store(merchant=shop.merchant, code="N1", name="北店", at=club.opened_at, actor=STAFF)
        key = issue_key(club, shop.merchant, store_code="N1", terminal_code="T1")
        with till_of(address, key.secret) as till:
            told = till.post("/v1/accruals", json=sale(shop, **codes), headers=idempotency_key()).json()
            return till.get(f"/v1/accruals/{told['id']}").json()


class TestARevokedKey:
    @pytest.mark.parametrize(
        ("method", "path", "body"),
        [
            ("POST", "/v1/accruals", lambda shop, _: sale(shop)),
            ("POST", "/v1/accruals/batch", lambda shop, _: {"rows": [sale(shop), sale(shop)]}),
            ("POST", "/v1/accruals/{id}/correction", lambda *_: {"price_yen": 5}),
            ("POST", "/v1/corrections", lambda _, sold: {"reference": sold["reference"], "price_yen": 5}),
            ("POST", "/v1/accruals/{id}/reversal", lambda *_: {}),
            ("POST", "/v1/reversals", lambda _, sold: {"reference": sold["reference"]}),
            ("POST", "/v1/reversals", lambda _, sold: {"reference": f"before {sold['reference']}"}),
            ("GET", "/v1/accruals/{id}", lambda *_: None),
            ("GET", "/v1/accruals?reference={reference}", lambda *_: None),
            ("GET", "/v1/receipts/{receipt_number}", lambda *_: None),
            ("GET", "/v1/status", lambda *_: None),
        ],
    )
    def test_opens_nothing_from_that_moment_on_though_it_was_known(
        self, till: httpx.Client, shop: Shop, method: str, path: str, body: Callable[[Shop, dict[str, Any]], Any]
    ) -> None:
        sold = till.post("/v1/accruals", json=sale(shop, sold_at=None), headers=idempotency_key()).json()
        merchants.revoke_key(key_id=shop.key_id, at=clock.now(), actor=STAFF)

        answer = till.request(method, path.format(**sold), json=body(shop, sold), headers=idempotency_key())

        assert (answer.status_code, answer.json()["code"]) == (401, "key_unknown")
        kept = (Accrual, AccrualChange, EarlyReversal, RequestKey)
        assert [len(rows_of(model, shop, sold)) for model in kept] == [1, 0, 0, 1]

    @pytest.mark.parametrize("path", ["/v1/corrections", "/v1/reversals"])
    def test_gets_no_answer_again_that_it_once_got(self, till: httpx.Client, shop: Shop, path: str) -> None:
        sold = till.post("/v1/accruals", json=sale(shop, sold_at=None), headers=idempotency_key()).json()
        body, key = {"reference": sold["reference"]}, idempotency_key()
        body |= {"price_yen": 590} if path == "/v1/corrections" else {}
        first = till.post(path, json=body, headers=key)
        merchants.revoke_key(key_id=shop.key_id, at=clock.now(), actor=STAFF)

        again = till.post(path, json=body, headers=key)

        assert (first.status_code, again.status_code, again.json()["code"]) == (200, 401, "key_unknown")


def rows_of(model: type[models.Model], shop: Shop, sold: dict[str, Any]) -> list[models.Model]:
    """Return the rows that the shop has of a kind; a change knows its accrual only."""
    mine = {"accrual_id": sold["id"]} if model is AccrualChange else {"merchant_id": shop.merchant.id}
    return list(model._default_manager.filter(**mine))


class TestALimit:
    def test_of_a_key_is_told_with_when_to_come_back(self, address: str, club: Club, shop: Shop) -> None:
        slow = issue_key(club, shop.merchant, per_minute=6)

        with till_of(address, slow.secret) as till:
            answers = [till.get("/v1/status") for _ in range(11)]

        assert [answer.status_code for answer in answers] == [200] * 10 + [429]
        assert answers[-1].json()["code"] == "too_many_requests"
        assert 1 <= int(answers[-1].headers["retry-after"]) <= 10

    def test_counts_what_the_key_may_not_do_as_well(self, address: str, club: Club, shop: Shop) -> None:
        slow = issue_key(club, shop.merchant, per_minute=6, acts={KeyAct.READ})

        with till_of(address, slow.secret) as till:
            answers = [till.post("/v1/reversals", json={}, headers=idempotency_key()) for _ in range(11)]

        assert [answer.status_code for answer in answers] == [403] * 10 + [429]

    def test_is_shared_out_among_the_processes(self, club: Club, shop: Shop) -> None:
        slow = issue_key(club, shop.merchant, per_minute=6)

        with served(make_app(processes=2)) as address, till_of(address, slow.secret) as till:
            answers = [till.get("/v1/status") for _ in range(6)]

        assert [answer.status_code for answer in answers] == [200] * 5 + [429]
        assert 15 < int(answers[-1].headers["retry-after"]) <= 20

    def test_counts_every_row_of_a_batch_which_may_be_larger_than_what_can_be_used_at_once(
        self, address: str, club: Club, shop: Shop
    ) -> None:
        slow = issue_key(club, shop.merchant, per_minute=60)

        with till_of(address, slow.secret) as till:
            rows = {"rows": [sale(shop) for _ in range(30)]}
            batch = till.post("/v1/accruals/batch", json=rows, headers=idempotency_key())
            after = till.get("/v1/status")

        assert (batch.status_code, after.status_code) == (200, 429)
        assert 15 < int(after.headers["retry-after"]) <= 21

    def test_lets_a_large_batch_in_after_the_wait_that_was_told(self, address: str, club: Club, shop: Shop) -> None:
        slow = issue_key(club, shop.merchant, per_minute=600)

        with till_of(address, slow.secret) as till:
            rows = {"rows": [sale(shop) for _ in range(70)]}
            for _ in range(5):
                till.get("/v1/status")
            early = till.post("/v1/accruals/batch", json=rows, headers=idempotency_key())
            time.sleep(int(early.headers["retry-after"]))
            later = till.post("/v1/accruals/batch", json=rows, headers=idempotency_key())

        assert (early.status_code, later.status_code) == (429, 200)

    def test_is_each_keys_own(self, address: str, club: Club, shop: Shop) -> None:
        slow, other = (issue_key(club, shop.merchant, per_minute=1) for _ in range(2))

        with till_of(address, slow.secret) as till:
            assert [till.get("/v1/status").status_code for _ in range(11)][-1] == 429
        with till_of(address, other.secret) as till:
            assert till.get("/v1/status").status_code == 200

    def test_stands_before_trying_unknown_keys_and_not_before_known_ones(self, shop: Shop) -> None:
        with served() as address, till_of(address, shop.secret) as till:
            assert till.get("/v1/status").status_code == 200
            tries = [
                till.get("/v1/status", headers={"authorization": f"Bearer {new_secret(secrets.token_bytes(32))}"})
                for _ in range(int(UNKNOWN_BURST) + 20)
            ]
            known = till.get("/v1/status")

        assert {answer.status_code for answer in tries} == {401, 429}
        assert tries[-1].json()["code"] == "too_many_unknown_keys"
        assert int(tries[-1].headers["retry-after"]) >= 1
        assert known.status_code == 200
