"""What the interface says of itself is true: of every endpoint, for data that fits and data that does not."""

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import hypothesis
import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig

from pointclub.earning import services as earning
from pointclub.earning.rules.amount import Bonus
from pointclub.foundation import clock
from pointclub.merchant_api.described import DESCRIBED
from pointclub.merchant_api.description import codes_of, description, written
from pointclub.merchant_api.endpoints import ENDPOINTS
from pointclub.merchant_api.problem_codes import PROBLEMS
from tests.factories.club import STAFF, Club, verified
from tests.factories.tills import Shop, idempotency_key, open_shop, sale
from tests.harness.counts import count

FILE = Path(__file__).parents[2] / "docs" / "api" / "openapi.json"
# What fits the description may still be refused by the business, which answers 422 too; which words it may use then is
# looked at below.
CONFIG = SchemathesisConfig.from_dict(
    {
        "checks": {
            "positive_data_acceptance": {"expected-statuses": ["2xx", "403", "404", "409", "422"]},
        }
    }
)
OPERATIONS = [(endpoint.method, endpoint.path) for endpoint in ENDPOINTS]
FITTING, BROKEN = schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE


def without_security(described: dict[str, Any]) -> dict[str, Any]:
    """Leave the key to the tests: data that fits is sent with one, and so is data that does not."""
    for path in described["paths"].values():
        for operation in path.values():
            del operation["security"]
    return described


SCHEMA = schemathesis.openapi.from_dict(without_security(description()), config=CONFIG)


def test_file_is_not_stale() -> None:
    assert FILE.read_text() == written(), "Run `pointclub api-description > docs/api/openapi.json`."


def test_every_problem_stands_somewhere_in_it_or_belongs_to_no_endpoint() -> None:
    told = {code for endpoint in ENDPOINTS for code in codes_of(endpoint)}

    assert set(PROBLEMS) - told == {"not_found", "method_not_allowed"}


# What a write can be answered with whatever it is about, and what a question can. 405 is missing everywhere: a method
# that a path does not have is no operation of it.
WRITE = {400, 401, 403, 408, 409, 413, 415, 422, 429, 431, 500, 503}
QUESTION = {400, 401, 408, 429, 431, 500, 503}
STATUSES = {
    "POST /v1/accruals": {201} | WRITE,
    "POST /v1/accruals/batch": {200} | WRITE,
    "POST /v1/accruals/{accrual_id}/correction": {200, 404} | WRITE,
    "POST /v1/accruals/{accrual_id}/reversal": {200, 404} | WRITE,
    "POST /v1/corrections": {200, 404} | WRITE,
    "POST /v1/reversals": {200, 202, 404} | WRITE,
    "GET /v1/accruals": {200, 403, 404, 422} | QUESTION,
    # What is no id, and what is no number of a receipt, names nothing: it is not found.
    "GET /v1/accruals/{accrual_id}": {200, 403, 404} | QUESTION,
    "GET /v1/receipts/{receipt_number}": {200, 403, 404} | QUESTION,
    "GET /v1/status": {200} | QUESTION,
    # It has neither key nor desk, and so nothing to be refused for but how the request comes in.
    "GET /livez": {200, 400, 408, 431},
}


def test_each_operation_declares_what_it_can_be_answered_with_and_nothing_else() -> None:
    declared = {
        f"{method.upper()} {path}": {int(status) for status in operation["responses"]}
        for path, operations in description()["paths"].items()
        for method, operation in operations.items()
    }

    assert declared == STATUSES


def test_each_path_takes_the_methods_that_are_declared_and_names_them_to_whoever_tries_another(
    till: httpx.Client,
) -> None:
    allowed = {path: sorted(method.upper() for method in each) for path, each in description()["paths"].items()}
    tried = {
        f"{method} {path}": till.request(method, path.format(accrual_id="x", receipt_number="x"))
        for path, methods in allowed.items()
        for method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"} - set(methods)
    }

    told = {name: (answer.status_code, answer.headers.get("allow")) for name, answer in tried.items()}
    assert told == {name: (405, ", ".join(allowed[name.partition(" ")[2]])) for name in tried}


def test_nothing_in_it_speaks_of_balances() -> None:
    schemas: dict[str, Any] = description()["components"]["schemas"]
    names = {name for schema in schemas.values() for name in schema["properties"]}

    assert {name for name in names if any(word in name for word in ("balance", "lot", "arrears", "usable"))} == set()


def test_every_instant_in_it_is_more_than_a_text() -> None:
    schemas: dict[str, Any] = description()["components"]["schemas"]
    instants = {
        f"{schema}.{name}": json.dumps(told)
        for schema, described in schemas.items()
        for name, told in described["properties"].items()
        if name == "at" or name.endswith(("_at", "_time"))
    }

    assert len(instants) == 6
    assert [name for name, told in instants.items() if '"format": "date-time"' not in told] == []


@pytest.fixture(scope="module")
def busy_shop(club: Club) -> Shop:
    return open_shop(club)


@pytest.mark.parametrize(
    ("method", "path", "mode"),
    # There is nothing to break about asking for the state.
    [(*each, mode) for each in OPERATIONS for mode in (FITTING, BROKEN) if (each[1], mode) != ("/v1/status", BROKEN)],
)
def test_every_answer_is_one_that_was_described(
    address: str, busy_shop: Shop, method: str, path: str, mode: schemathesis.GenerationMode
) -> None:
    operation = SCHEMA[path][method]
    headers = {"authorization": f"Bearer {busy_shop.secret}"}

    @hypothesis.settings(
        max_examples=count(quick=25, deep=400),
        database=None,
        deadline=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
    def holds(case: Any) -> None:
        # To a schema 1.0 is an integer as well; here it is not.
        hypothesis.assume(mode is BROKEN or not has_fractions(case.body))
        answer = case.call(base_url=address, headers=headers)
        case.validate_response(answer, headers=headers)
        if mode is FITTING and answer.status_code == 422:
            assert list(complaints(answer.json())) == []

    holds()


@dataclass
class DescribedTill:
    """Sends what is described, holds each answer to the description, and notes which of them it has seen."""

    address: str
    secret: str
    seen: set[tuple[str, str, int]] = field(default_factory=set)

    def send(self, method: str, path: str, key: dict[str, str] | None = None, **told: Any) -> Any:
        case = SCHEMA[path][method].Case(media_type="application/json" if "body" in told else None, **told)
        headers = {"authorization": f"Bearer {self.secret}", **(key or idempotency_key())}
        answer = case.call(base_url=self.address, headers=headers)
        case.validate_response(answer, headers=headers)
        self.seen.add((method, path, answer.status_code))
        return answer.json()


def test_every_success_is_one_that_was_described(address: str, club: Club, shop: Shop) -> None:
    """Data at random names no accrual, so above there is hardly an answer but a problem."""
    give_a_capped_bonus(club, shop)
    till, key = DescribedTill(address, shop.secret), idempotency_key()
    body = sale(shop, sold_at=clock.now().isoformat())
    sold = till.send("POST", "/v1/accruals", key, body=body)
    by_id, by_reference = {"accrual_id": sold["id"]}, {"reference": sold["reference"]}

    again = till.send("POST", "/v1/accruals", key, body=body)
    till.send(
        "POST",
        "/v1/accruals/{accrual_id}/correction",
        path_parameters=by_id,
        body={"price_yen": 2090, "reason": "訂正"},
    )
    till.send("POST", "/v1/corrections", body=by_reference | {"price_yen": 3090})
    till.send("POST", "/v1/accruals/{accrual_id}/reversal", path_parameters=by_id, body={"returned_yen": 90})
    till.send("POST", "/v1/reversals", body=by_reference | {"returned_yen": 1000})
    till.send("POST", "/v1/reversals", body={"reference": "to-come"})
    batch = till.send("POST", "/v1/accruals/batch", body={"rows": [sale(shop), sale(shop, price_yen=0)]})
    shown = [
        till.send("GET", "/v1/accruals/{accrual_id}", path_parameters=by_id),
        till.send("GET", "/v1/accruals", query=by_reference),
        till.send("GET", "/v1/receipts/{receipt_number}", path_parameters={"receipt_number": sold["receipt_number"]}),
    ]
    till.send("GET", "/v1/status")

    assert again == sold
    assert (sold["bonuses"][0]["cap"], len(shown[0]["changes"])) == ("receipt", 4)
    assert shown[0] == shown[1] == shown[2]
    assert [set(row) for row in batch["rows"]] == [{"accepted"}, {"refused"}]
    assert till.seen == {(*of, status) for of, described in DESCRIBED.items() for status in described.successes}


def give_a_capped_bonus(club: Club, shop: Shop) -> None:
    earning.add_campaign(
        code=club.reference(),
        name="ポイント3倍",
        merchant=shop.merchant,
        days=earning.CampaignDays(dt.date(2020, 1, 1), dt.date(2199, 12, 31)),
        bonus=Bonus(multiplier=Decimal(3), fixed_points=None, minimum_yen=0),
        caps=earning.Caps(cap_per_receipt=5),
        at=club.opened_at,
        actor=STAFF,
    )


def test_whether_it_lives_is_described_as_well(address: str) -> None:
    case = SCHEMA["/livez"]["GET"].Case()

    case.validate_response(case.call(base_url=address))


def has_fractions(body: Any) -> bool:
    """Tell whether any number in the body is written with a point."""
    if isinstance(body, dict):
        return any(has_fractions(value) for value in body.values())
    if isinstance(body, list):
        return any(has_fractions(value) for value in body)
    return isinstance(body, float)


def complaints(problem: dict[str, Any]) -> Iterator[str]:
    """Yield what the body is blamed for although it was described so; only what no schema can say may be."""
    for error in problem.get("errors", []):
        if "characters that can be shown" not in error["detail"] and "表示できる文字" not in error["detail"]:
            yield json.dumps(error, ensure_ascii=False)


def test_books_agree_after_all_that(shared_database: None) -> None:
    assert verified() == []
