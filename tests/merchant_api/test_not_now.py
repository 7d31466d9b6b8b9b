"""What cannot be done now is told as such, with when to come back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NoReturn

import httpx
import pytest

from pointclub.foundation import clock
from pointclub.merchant_api.app import make_app
from pointclub.merchant_api.desk import Desk, DrainingError, QueueFullError, UnreachableError
from pointclub.merchant_api.gate import UNKNOWN_BURST
from pointclub.program import services as program
from pointclub.program.models import Suspension
from tests.factories.club import STAFF
from tests.factories.tills import Shop, idempotency_key, sale
from tests.merchant_api.conftest import served, till_of

NOWHERE = "/v1/accruals/01890000-0000-7000-8000-000000000000"
CALLS: list[tuple[str, str, Callable[[Shop], Any]]] = [
    ("POST", "/v1/accruals", sale),
    ("POST", "/v1/accruals/batch", lambda shop: {"rows": [sale(shop), sale(shop)]}),
    ("POST", f"{NOWHERE}/correction", lambda _: {"price_yen": 5}),
    ("POST", "/v1/corrections", lambda _: {"reference": "r", "price_yen": 5}),
    ("POST", f"{NOWHERE}/reversal", lambda _: {}),
    ("POST", "/v1/reversals", lambda _: {"reference": "r"}),
    ("GET", NOWHERE, lambda _: None),
    ("GET", "/v1/accruals?reference=r", lambda _: None),
    ("GET", "/v1/receipts/000123-7K2M-9QXB-4TFC", lambda _: None),
    ("GET", "/v1/status", lambda _: None),
]
_MORE_THAN_MAY_BE_UNKNOWN = int(UNKNOWN_BURST) + 20
REASONS: list[tuple[type[Exception], str]] = [
    (QueueFullError, "queue_full"),
    (DrainingError, "stopping"),
    (UnreachableError, "unreachable"),
]


class DeskThatCannot(Desk):
    """Knows keys, and can do nothing else."""

    def __init__(self, reason: type[Exception]) -> None:
        super().__init__()
        self.reason = reason

    async def accrue(self, *_: object, **__: object) -> NoReturn:
        raise self.reason

    async def correct(self, *_: object, **__: object) -> NoReturn:
        raise self.reason

    async def reverse(self, *_: object, **__: object) -> NoReturn:
        raise self.reason

    async def read(self, *_: object, **__: object) -> NoReturn:
        raise self.reason


class DeskWithoutKeys(DeskThatCannot):
    """Cannot even say whose key it is."""

    async def find_key(self, *_: object, **__: object) -> NoReturn:
        raise self.reason


@pytest.mark.parametrize(("reason", "code"), REASONS)
class TestADeskThatCannot:
    def test_is_told_to_every_call_as_something_that_passes(
        self, shop: Shop, reason: type[Exception], code: str
    ) -> None:
        desk = partial(DeskThatCannot, reason)

        with served(make_app(open_desk=desk)) as address, till_of(address, shop.secret) as till:
            answers = [
                till.request(method, path, json=body(shop), headers=idempotency_key()) for method, path, body in CALLS
            ]

        assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(503, code)] * len(CALLS)
        assert {answer.headers["retry-after"] for answer in answers} == {"1"}

    def test_is_told_where_not_even_the_key_can_be_asked_for(
        self, shop: Shop, reason: type[Exception], code: str
    ) -> None:
        desk = partial(DeskWithoutKeys, reason)

        with served(make_app(open_desk=desk)) as address, till_of(address, shop.secret) as till:
            answers = [till.get("/v1/status") for _ in range(_MORE_THAN_MAY_BE_UNKNOWN)]

        assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(503, code)}
        assert {answer.headers["retry-after"] for answer in answers} == {"1"}


@pytest.fixture
def sold(till: httpx.Client, shop: Shop) -> dict[str, Any]:
    """Give the receipt of a sale over 1,090 yen that was made just now."""
    told: dict[str, Any] = till.post("/v1/accruals", json=sale(shop, sold_at=None), headers=idempotency_key()).json()
    return told


@pytest.mark.rule("SUS-1")
class TestASuspensionWithoutAnEnd:
    @pytest.fixture(autouse=True)
    def suspended(self, sold: dict[str, Any]) -> Iterator[None]:  # noqa: ARG002 -- What was sold before.
        now = clock.now()
        program.suspend(
            activity=Suspension.Activity.ACCRUAL,
            starts_at=now,
            ends_before=None,
            text_ja="点検のため停止しています。",
            text_en="Stopped for maintenance.",
            at=now,
            actor=STAFF,
        )
        yield
        program.resume(activity=Suspension.Activity.ACCRUAL, at=clock.now(), actor=STAFF)

    @pytest.mark.parametrize(
        ("path", "body"),
        [
            ("/v1/accruals", sale),
            ("/v1/accruals/batch", lambda shop: {"rows": [sale(shop), sale(shop)]}),
            ("/v1/accruals/{id}/correction", lambda _: {"price_yen": 2090}),
        ],
        ids=["a sale", "a batch", "a correction upwards"],
    )
    def test_asks_whoever_would_give_points_to_come_back_in_five_minutes(
        self, till: httpx.Client, shop: Shop, sold: dict[str, Any], path: str, body: Callable[[Shop], Any]
    ) -> None:
        answer = till.post(path.format(**sold), json=body(shop), headers=idempotency_key())

        assert (answer.status_code, answer.json()["code"]) == (503, "points_suspended")
        assert (answer.headers["retry-after"], answer.json()["detail"]) == ("300", "Stopped for maintenance.")

    def test_lets_points_be_taken_back(self, till: httpx.Client, sold: dict[str, Any]) -> None:
        path = f"/v1/accruals/{sold['id']}"
        corrected = till.post(f"{path}/correction", json={"price_yen": 590}, headers=idempotency_key())
        reversed_ = till.post(f"{path}/reversal", json={}, headers=idempotency_key())

        assert [(each.status_code, each.json()["points_after"]) for each in (corrected, reversed_)] == [
            (200, 5),
            (200, 0),
        ]

    def test_gives_old_rows_their_answers_and_refuses_new_ones_in_their_places(
        self, till: httpx.Client, shop: Shop, sold: dict[str, Any]
    ) -> None:
        old = sale(shop, sold_at=None, reference=sold["reference"])
        answer = till.post("/v1/accruals/batch", json={"rows": [sale(shop), old]}, headers=idempotency_key())

        refused, accepted = answer.json()["rows"]
        assert (answer.status_code, refused["refused"]["code"]) == (200, "points_suspended")
        assert refused["refused"]["detail"] == "Stopped for maintenance."
        assert accepted == {"accepted": sold}

    def test_is_told_by_the_state_without_an_end(self, till: httpx.Client) -> None:
        told = till.get("/v1/status").json()["accruals"]

        assert (told["state"], told["retry_at"]) == ("suspended", None)


class DeskThatAnswersNoQuestions(Desk):
    """Has too many questions waiting, and does everything else."""

    async def read(self, *_: object, **__: object) -> NoReturn:
        raise QueueFullError


@pytest.mark.parametrize(("change", "body"), [("correction", {"price_yen": 500}), ("reversal", {})])
def test_a_change_that_is_in_the_books_is_answered_whoever_else_asks(
    shop: Shop, change: str, body: dict[str, int]
) -> None:
    sold = sale(shop, sold_at=None)
    with served(make_app(open_desk=DeskThatAnswersNoQuestions)) as address, till_of(address, shop.secret) as till:
        receipt = till.post("/v1/accruals", json=sold, headers=idempotency_key()).json()
        answer = till.post(f"/v1/accruals/{receipt['id']}/{change}", json=body, headers=idempotency_key())

    assert (answer.status_code, answer.json()["reference"]) == (200, sold["reference"])
