"""What the interface says of itself is true: of every endpoint, for data that fits and data that does not."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig

from pointclub.merchant_api.description import codes_of, description, written
from pointclub.merchant_api.endpoints import ENDPOINTS
from pointclub.merchant_api.problem_codes import PROBLEMS
from tests.factories.club import verified
from tests.factories.tills import Shop, open_shop
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


def test_nothing_in_it_speaks_of_balances() -> None:
    schemas: dict[str, Any] = description()["components"]["schemas"]
    names = {name for schema in schemas.values() for name in schema["properties"]}

    assert {name for name in names if any(word in name for word in ("balance", "lot", "arrears", "usable"))} == set()


@pytest.fixture(scope="module")
def busy_shop(club: Any) -> Shop:
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
