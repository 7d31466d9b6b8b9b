"""How the interface says no: stable codes, two languages, and never a word of an exception."""

import datetime as dt
import inspect
import io
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from pointclub.config.logs import QuietFormatter
from pointclub.earning import services as earning_services
from pointclub.earning.services import refusals
from pointclub.foundation import clock
from pointclub.foundation.refusals import Refusal
from pointclub.merchant_api import problem_codes
from pointclub.merchant_api.calls import problem_answer
from pointclub.merchant_api.problem_codes import PROBLEMS
from pointclub.merchant_api.problems import ProblemError, choose_language, from_refusal
from pointclub.merchants import services as merchants
from pointclub.program import services as program
from pointclub.program.models import Suspension
from tests.factories.club import STAFF
from tests.factories.tills import Shop, idempotency_key, sale

SOURCE = Path(problem_codes.__file__).parent


@pytest.mark.parametrize("code", PROBLEMS)
class TestEachProblem:
    def test_is_told_in_both_languages(self, code: str) -> None:
        problem = PROBLEMS[code]

        for words in (problem.ja, problem.en):
            assert words.title
            assert words.detail
        assert re.search("[ぁ-んァ-ン一-龥]", problem.ja.title + problem.ja.detail)
        assert (problem.en.title + problem.en.detail).replace("…", "").isascii()

    def test_is_documented(self, code: str) -> None:
        page = (SOURCE.parents[2] / "docs" / "api" / "README.md").read_text(encoding="utf-8")

        assert f"| {PROBLEMS[code].status} | `{code}` | {PROBLEMS[code].en.title} |" in page

    def test_answers_as_rfc_9457_has_it(self, code: str) -> None:
        body = ProblemError(code).body("en")

        assert (body.kind, body.status, body.code) == (f"urn:pointclub:problem:{code}", PROBLEMS[code].status, code)


def test_every_code_that_the_entrance_raises_is_in_the_table() -> None:
    raised = {
        code for file in SOURCE.glob("*.py") for code in re.findall(r'ProblemError\(\s*"([a-z_]+)"', file.read_text())
    }

    assert len(raised) > 15
    assert raised - PROBLEMS.keys() == set()


def test_every_code_that_a_sale_is_refused_with_is_in_the_table() -> None:
    folder = Path(inspect.getfile(earning_services)).parent
    refused = {
        code
        for file in folder.glob("*.py")
        for code in re.findall(r'(?:_refuse|Refused)\([^"()]*?"([a-z_]+)"', file.read_text())
    }

    assert len(refused) > 8
    assert refused - PROBLEMS.keys() == set()


def test_every_refusal_beside_the_acts_is_in_the_table() -> None:
    kinds = {kind.code for _, kind in inspect.getmembers(refusals, inspect.isclass) if issubclass(kind, Refusal)}

    assert kinds - {"refused", "not_found", "unavailable"} - PROBLEMS.keys() == set()


def test_a_refusal_that_nobody_foresaw_is_told_in_general_words() -> None:
    class OtherError(Refusal):
        code = "something_new"

    problem = from_refusal(OtherError("words of ours", member="1234"), now_timestamp=0)

    assert (problem.code, problem.status) == ("refused", 409)
    assert b"words of ours" not in problem_answer(problem, "en").body


class TestTheLanguage:
    @pytest.mark.parametrize(
        ("wanted", "language"),
        [
            ("", "ja"),
            ("en", "en"),
            ("en-GB, ja;q=0.5", "en"),
            ("ja, en", "ja"),
            ("fr, en;q=0.2", "en"),
            ("fr", "ja"),
            ("en;q=0", "ja"),
            ("en;q=nonsense", "ja"),
            ("en;q=nan", "ja"),
            (",;,q=", "ja"),
        ],
    )
    def test_is_the_one_wanted_most(self, wanted: str, language: str) -> None:
        assert choose_language(wanted) == language

    def test_stands_in_the_answer(self, address: str) -> None:
        ja = httpx.get(f"{address}/v1/status")
        en = httpx.get(f"{address}/v1/status", headers={"accept-language": "en"})

        assert (ja.headers["content-language"], en.headers["content-language"]) == ("ja", "en")
        assert ja.headers["vary"] == en.headers["vary"] == "Accept-Language"
        assert ja.json()["title"] == "端末キーがありません"
        assert en.headers["content-type"] == "application/problem+json"


class TestTheRoutes:
    @pytest.mark.parametrize("path", ["/", "/v1", "/v2/accruals", "/v1/accruals/a/b", "/%ff", "/v1/receipts/"])
    def test_lead_nowhere_else(self, address: str, path: str) -> None:
        answer = httpx.get(address + path)

        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")

    @pytest.mark.parametrize(
        ("method", "path", "allowed"),
        [
            ("PUT", "/v1/accruals", "GET, POST"),
            ("GET", "/v1/accruals/batch", "POST"),
            ("DELETE", "/v1/accruals/a", "GET"),
            ("GET", "/v1/accruals/a/reversal", "POST"),
            ("POST", "/livez", "GET"),
            ("TRACE", "/v1/status", "GET"),
        ],
    )
    def test_name_the_methods_that_they_take(self, address: str, method: str, path: str, allowed: str) -> None:
        answer = httpx.request(method, address + path)

        assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
        assert answer.headers["allow"] == allowed


@pytest.mark.rule("SUS-1")
class TestASuspension:
    @pytest.fixture(autouse=True)
    def suspended(self, address: str) -> Iterator[dt.datetime]:  # noqa: ARG002 -- Its database.
        now = clock.now()
        until = now + dt.timedelta(minutes=10)
        program.suspend(
            activity=Suspension.Activity.ACCRUAL,
            starts_at=now,
            ends_before=until,
            text_ja="点検のため停止しています。",
            text_en="Stopped for maintenance.",
            at=now,
            actor=STAFF,
        )
        yield until
        program.resume(activity=Suspension.Activity.ACCRUAL, at=clock.now(), actor=STAFF)

    def test_refuses_with_the_operators_words_and_when_to_come_back(self, till: httpx.Client, shop: Shop) -> None:
        answer = till.post("/v1/accruals", json=sale(shop), headers=idempotency_key())

        assert (answer.status_code, answer.json()["code"]) == (503, "points_suspended")
        assert answer.json()["detail"] == "Stopped for maintenance."
        assert 500 < int(answer.headers["retry-after"]) <= 600

    def test_refuses_a_batch(self, till: httpx.Client, shop: Shop) -> None:
        rows = {"rows": [sale(shop)]}
        answer = till.post("/v1/accruals/batch", json=rows, headers=idempotency_key() | {"accept-language": "ja"})

        assert (answer.status_code, answer.json()["detail"]) == (503, "点検のため停止しています。")
        assert 500 < int(answer.headers["retry-after"]) <= 600

    def test_is_told_by_the_state(self, till: httpx.Client, suspended: dt.datetime) -> None:
        told = till.get("/v1/status").json()["accruals"]

        assert (told["state"], told["text_en"]) == ("suspended", "Stopped for maintenance.")
        assert dt.datetime.fromisoformat(told["retry_at"]) == suspended


def test_the_state_is_open_otherwise(till: httpx.Client) -> None:
    told = till.get("/v1/status").json()

    assert told["accruals"] == {"state": "open", "retry_at": None, "text_ja": None, "text_en": None}
    assert abs(dt.datetime.fromisoformat(told["server_time"]) - clock.now()) < dt.timedelta(minutes=1)


@pytest.mark.rule("ACC-1")
def test_a_suspended_merchant_is_forbidden(till: httpx.Client, shop: Shop) -> None:
    merchants.suspend_merchant(merchant=shop.merchant, at=clock.now(), actor=STAFF)

    answer = till.post("/v1/accruals", json=sale(shop), headers=idempotency_key())

    assert (answer.status_code, answer.json()["code"]) == (403, "merchant_suspended")


def test_a_fault_of_ours_says_nothing_of_itself(
    till: httpx.Client, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fall(*_: object, **__: object) -> None:
        message = f"the row of {shop.member.number}"
        raise RuntimeError(message)

    kept = io.StringIO()
    handler = logging.StreamHandler(kept)
    handler.setFormatter(QuietFormatter())
    logging.getLogger("pointclub.merchant_api").addHandler(handler)
    monkeypatch.setattr("pointclub.merchant_api.sales._accepted", fall)
    try:
        answer = till.post("/v1/accruals", json=sale(shop), headers=idempotency_key())
    finally:
        logging.getLogger("pointclub.merchant_api").removeHandler(handler)

    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert shop.member.number not in answer.text
    assert "RuntimeError" in kept.getvalue()
    assert shop.member.number not in kept.getvalue()
