"""What is no sale is refused before the business sees it, however it was put."""

import json
import resource
import socket
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from pointclub.earning.models import Accrual
from tests.factories.tills import Shop, idempotency_key, sale

JSON = {"content-type": "application/json"}
MIB = 1024 * 1024


def post(till: httpx.Client, body: bytes, path: str = "/v1/accruals", **headers: str) -> httpx.Response:
    return till.post(path, content=body, headers=JSON | idempotency_key() | headers)


UNFIT = (
    *("-1", "1.0", "1.5", "1e3", "1E2", "1e30", "1000000001", "1" + "0" * 23, "9" * 5000),
    *('"100"', '"1e3"', '"１００"', "true", "false", "null", "[]", "{}"),
)
NO_NUMBERS = ("NaN", "Infinity", "-Infinity")
NOTHING = ("0", "-0")
NO_JSON = ("１００", "0100", "+1", ".5", "1.", "0x10", "1_000", "1,000")
BY_ID = "/v1/accruals/{id}"

# Every figure that can be sent one at a time, and whether it may be nothing.
FIGURES = [
    ("/v1/accruals", "price_yen", False),
    ("/v1/accruals", "points", False),
    ("/v1/accruals", "ineligible_yen", True),
    ("/v1/accruals", "tax_yen", True),
    *(
        (path, field, field != "points")
        for path in (f"{BY_ID}/correction", "/v1/corrections")
        for field in ("price_yen", "points", "ineligible_yen", "tax_yen")
    ),
    (f"{BY_ID}/reversal", "returned_yen", False),
    ("/v1/reversals", "returned_yen", False),
]


def body_for(path: str, shop: Shop, sold: dict[str, Any]) -> dict[str, Any]:
    """Return a body that fits, but for the figure that is to be put in."""
    if path == "/v1/accruals":
        return sale(shop)
    return {} if path.startswith(BY_ID) else {"reference": sold["reference"]}


def with_figure(body: dict[str, Any], field: str, written: str) -> bytes:
    return json.dumps(body | {field: 0}).replace(f'"{field}": 0', f'"{field}": {written}').encode()


class TestAFigure:
    @pytest.mark.parametrize(("path", "field", "may_be_nothing"), FIGURES)
    def test_that_is_no_bounded_whole_number_is_named_and_changes_nothing(
        self, till: httpx.Client, shop: Shop, path: str, field: str, may_be_nothing: bool
    ) -> None:
        sold = till.post("/v1/accruals", json=sale(shop, sold_at=None), headers=idempotency_key()).json()
        as_it_was = till.get(f"/v1/accruals/{sold['id']}").content
        told = {}

        for written in (*UNFIT, *NO_NUMBERS, *NO_JSON, *(() if may_be_nothing else NOTHING)):
            body = with_figure(body_for(path, shop, sold), field, written)
            answer = post(till, body, path.format(id=sold["id"]))
            told[written[:30]] = refusal_in(answer.json())

        unfit = (422, "invalid_body", [f"/{field}"])
        assert told == {each: (400, "invalid_json", []) if each in NO_JSON else unfit for each in told}
        assert Accrual.objects.filter(merchant_id=shop.merchant.id).count() == 1
        assert till.get(f"/v1/accruals/{sold['id']}").content == as_it_was

    @pytest.mark.parametrize("field", ["price_yen", "points", "ineligible_yen", "tax_yen"])
    def test_in_a_row_of_a_batch_is_judged_as_strictly_and_refuses_that_row_alone(
        self, till: httpx.Client, shop: Shop, field: str
    ) -> None:
        unfit = [*UNFIT, *(NOTHING if field in {"price_yen", "points"} else ())]
        rows = [with_figure(sale(shop), field, written) for written in unfit]
        rows.append(json.dumps(sale(shop)).encode())

        answer = post(till, b'{"rows": [' + b",".join(rows) + b"]}", "/v1/accruals/batch")

        assert answer.status_code == 200, answer.text
        *refused, last = answer.json()["rows"]
        told = [refusal_in(row.get("refused", {})) for row in refused]
        assert dict(zip(unfit, told, strict=True)) == dict.fromkeys(unfit, (422, "invalid_body", [f"/{field}"]))
        assert "accepted" in last
        assert Accrual.objects.filter(merchant_id=shop.merchant.id).count() == 1

    @pytest.mark.parametrize("field", ["price_yen", "points"])
    def test_that_is_no_number_or_no_json_refuses_its_whole_batch(
        self, till: httpx.Client, shop: Shop, field: str
    ) -> None:
        statuses = {}
        for written in (*NO_NUMBERS, *NO_JSON):
            row = with_figure(sale(shop), field, written)
            answer = post(till, b'{"rows": [' + row + b"]}", "/v1/accruals/batch")
            statuses[written] = answer.status_code

        assert statuses == dict.fromkeys(NO_NUMBERS, 422) | dict.fromkeys(NO_JSON, 400)
        assert Accrual.objects.filter(merchant_id=shop.merchant.id).count() == 0

    def test_is_needed(self, till: httpx.Client, shop: Shop) -> None:
        answer = till.post("/v1/accruals", json=sale(shop, price_yen=None), headers=idempotency_key())

        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_body")


def refusal_in(told: dict[str, Any]) -> tuple[int | None, str | None, list[str]]:
    """Return status, code and blamed fields of a problem; of what is none, nothing."""
    return told.get("status"), told.get("code"), [error["pointer"] for error in told.get("errors", ())]


class TestAField:
    @pytest.mark.parametrize(
        ("changed", "pointer"),
        [
            ({"color": "red"}, "/color"),
            ({"a/b~c": 1}, "/a~1b~0c"),
            ({"reference": ""}, "/reference"),
            ({"reference": " "}, "/reference"),
            ({"reference": "x" * 81}, "/reference"),
            ({"reference": "a\u0000b"}, "/reference"),
            ({"reference": "a\nb"}, "/reference"),
            ({"reference": 5}, "/reference"),
            ({"member_number": "x" * 21}, "/member_number"),
            ({"member_number": "\u0000"}, "/member_number"),
            ({"member_number": 123456789015}, "/member_number"),
            ({"store_code": "x" * 21}, "/store_code"),
            ({"terminal_code": "\u202e"}, "/terminal_code"),
            ({"sold_at": "2026-04-01T12:00:00"}, "/sold_at"),
            ({"sold_at": "2026-04-01"}, "/sold_at"),
            ({"sold_at": 1775012400}, "/sold_at"),
            ({"sold_at": "0001-01-01T00:00:00+23:59"}, "/sold_at"),
            ({"sold_at": "9999-12-31T23:59:59-23:59"}, "/sold_at"),
            ({"sold_at": "2026-02-30T12:00:00Z"}, "/sold_at"),
        ],
        ids=repr,
    )
    def test_that_does_not_fit_is_named(
        self, till: httpx.Client, shop: Shop, changed: dict[str, Any], pointer: str
    ) -> None:
        answer = till.post("/v1/accruals", json=sale(shop) | changed, headers=idempotency_key())

        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_body"), answer.text
        assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]

    @pytest.mark.parametrize("again", ['"price_yen": 5', '"pric\\u0065_yen" : 5'])
    def test_given_twice_is_refused(self, till: httpx.Client, shop: Shop, again: str) -> None:
        answer = post(till, json.dumps(sale(shop)).replace("{", "{" + again + ",", 1).encode())

        assert [error["pointer"] for error in answer.json()["errors"]] == ["/price_yen"]

    def test_may_be_named_in_the_text_of_another(self, till: httpx.Client, shop: Shop) -> None:
        assert post(till, json.dumps(sale(shop, reference='"price_yen": 5')).encode()).status_code == 201


class TestABody:
    @pytest.mark.parametrize(
        "body",
        [b"", b"{", b"nope", b'{"a": 1} x', b'{"a": 01}', b"\xef\xbb\xbf{}", b'{"reference": "\xff"}', b"{'a': 1}"],
        ids=repr,
    )
    def test_that_is_no_json_is_told_so(self, till: httpx.Client, body: bytes) -> None:
        answer = post(till, body)

        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_json"), answer.text

    @pytest.mark.parametrize("body", [b"[]", b"null", b'"text"', b"5", b"{}"], ids=repr)
    def test_that_is_other_json_does_not_fit(self, till: httpx.Client, body: bytes) -> None:
        assert post(till, body).status_code == 422

    def test_with_half_a_surrogate_is_no_text(self, till: httpx.Client, shop: Shop) -> None:
        answer = post(till, json.dumps(sale(shop, reference="?")).replace("?", "\\ud800").encode())

        assert answer.status_code == 400

    @pytest.mark.parametrize("kind", ["", "text/plain", "application/xml", "application/json; charset=shift_jis"])
    def test_of_another_kind_is_not_read(self, till: httpx.Client, shop: Shop, kind: str) -> None:
        answer = post(till, json.dumps(sale(shop)).encode(), **{"content-type": kind})

        assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")

    def test_may_name_its_encoding(self, till: httpx.Client, shop: Shop) -> None:
        kind = {"content-type": "application/json; charset=UTF-8"}

        assert post(till, json.dumps(sale(shop)).encode(), **kind).status_code == 201

    @pytest.mark.parametrize("opening", [b"[", b'{"a":', b'{"rows":[{"a":['], ids=repr)
    @pytest.mark.parametrize("path", ["/v1/accruals", "/v1/accruals/batch"])
    def test_of_ten_thousand_levels_is_refused_without_falling(
        self, till: httpx.Client, opening: bytes, path: str
    ) -> None:
        answer = post(till, opening * (60_000 // len(opening)), path)

        assert (answer.status_code, answer.json()["code"]) == (422, "body_too_deep")


class TestALargeBody:
    def test_is_refused_by_its_announced_length(self, till: httpx.Client) -> None:
        answer = post(till, b" " * (64 * 1024 + 1))

        assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")

    def test_is_cut_off_where_it_announces_none_and_nothing_of_it_is_kept(self, till: httpx.Client) -> None:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        chunk = b" " * 65_536
        answer = till.post("/v1/accruals/batch", content=(chunk for _ in range(160)), headers=JSON | idempotency_key())

        assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 30 * 1024

    def test_of_a_batch_may_have_a_mebibyte(self, till: httpx.Client, shop: Shop) -> None:
        body = json.dumps({"rows": [sale(shop)]}).encode()

        assert post(till, body + b" " * (MIB - len(body)), "/v1/accruals/batch").status_code == 200
        assert post(till, body + b" " * (MIB - len(body) + 1), "/v1/accruals/batch").status_code == 413


class TestHeaders:
    def test_of_more_than_16_kib_are_refused(self, address: str) -> None:
        assert b" 431 " in raw(address, b"GET /livez HTTP/1.1\r\nhost: x\r\nx-much: " + b"a" * 20_000)

    def test_that_are_no_http_are_refused_as_a_problem(self, address: str) -> None:
        answer = raw(address, b"nonsense\r\n\r\n")

        assert b" 400 " in answer.partition(b"\r\n")[0]
        assert b"urn:pointclub:problem:malformed_request" in answer


def raw(address: str, sent: bytes) -> bytes:
    """Send bytes and return what comes back until the server hangs up."""
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=10) as connection:
        connection.sendall(sent)
        answer = b""
        while more := connection.recv(65_536):
            answer += more
        return answer
