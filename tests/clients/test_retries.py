"""What is tried again, when, under which key, and what is known when the client gives up."""

from __future__ import annotations

import datetime as dt
import json
import socket
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from pointclub_client import (
    AccrualRequest,
    Client,
    ClientError,
    Patience,
    ProblemError,
    Timing,
    UnavailableError,
    UnknownOutcomeError,
)
from tests.clients.scripted_server import (
    Step,
    answer,
    break_off,
    drip,
    hang_up,
    problem,
    say_nothing,
    scripted,
)

SALE = AccrualRequest(reference="r-1", member_number="123456789015", price_yen=1090)
RECEIPT: dict[str, Any] = {
    "id": "01980000-0000-7000-8000-000000000001",
    "receipt_number": "000001-AAAA-BBBB-CCCC",
    "reference": "r-1",
    "points": 10,
    "base_points": 10,
    "bonuses": [],
    "added_later": "is passed over",
}
OTHERS_PROBLEM = {"type": "about:blank", "title": "No", "status": 409, "detail": "Why", "code": "reference_conflict"}
TAKEN = answer(201, RECEIPT)
TAKEN_BEFORE = answer(201, RECEIPT, idempotent_replayed="true")
TOMORROW = "Thu, 02 Apr 2026 03:00:30 GMT"


@dataclass
class Hours:
    """Time that passes only while somebody sleeps."""

    passed: float = 0.0
    pauses: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.passed += seconds

    def timing(self) -> Timing:
        return Timing(
            clock=lambda: self.passed,
            now=lambda: dt.datetime(2026, 4, 1, 3, tzinfo=dt.UTC),
            sleep=self.sleep,
            up_to=lambda longest: longest,
        )


def till(address: str, hours: Hours, **patience: float) -> Client:
    limits = {"try_seconds": 0.3, "total_seconds": 30.0, "first_pause_seconds": 1.0} | patience
    return Client(address, "pct_secret", patience=Patience(**limits), timing=hours.timing())


class TestATry:
    @pytest.mark.parametrize(
        "bad",
        [
            pytest.param(hang_up, id="hung up"),
            pytest.param(break_off, id="broken off"),
            pytest.param(say_nothing, id="silent"),
            pytest.param(answer(200, b"<html>Sign in</html>", content_type="text/html"), id="somebody else's page"),
            pytest.param(answer(201, {"receipt_number": "half of it"}), id="another shape"),
            pytest.param(answer(302, b"", location="https://hotel.example/sign-in"), id="a redirect"),
            pytest.param(answer(400, b"<html>Bad Request</html>"), id="400 of somebody on the way"),
            pytest.param(answer(403, b"<html>Forbidden</html>"), id="403 of somebody on the way"),
            pytest.param(answer(404, b"no such host"), id="404 of somebody on the way"),
            pytest.param(answer(405, b""), id="405 of somebody on the way"),
            pytest.param(answer(407, b""), id="a proxy that wants a sign-in"),
            pytest.param(answer(413, b"<html>"), id="413 of somebody on the way"),
            pytest.param(answer(409, OTHERS_PROBLEM), id="a problem of another kind"),
            pytest.param(problem(408, "request_timeout"), id="408"),
            pytest.param(problem(429, "too_many_requests"), id="429"),
            pytest.param(problem(500, "internal_error"), id="500"),
            pytest.param(answer(502, b""), id="502"),
            pytest.param(problem(503, "queue_full"), id="503"),
            pytest.param(answer(504, b"gateway"), id="504"),
        ],
    )
    def test_that_settles_nothing_is_followed_by_another_under_the_same_key(self, bad: Step) -> None:
        with scripted(bad, bad, TAKEN_BEFORE) as server, till(server.address, Hours()) as client:
            receipt = client.accrue(SALE)

        assert (receipt.receipt_number, receipt.points, receipt.is_repeat) == ("000001-AAAA-BBBB-CCCC", 10, True)
        assert len(set(server.keys)) == 1
        assert server.keys[0]
        assert len({request.body for request in server.received}) == 1

    @pytest.mark.parametrize("status", [302, 400, 401, 403, 404, 405, 409, 413, 415, 422, 431, 501])
    def test_that_was_refused_is_not_followed_by_another(self, status: int) -> None:
        hours = Hours()
        with (
            scripted(problem(status, "some_code", retry_after="7")) as server,
            till(server.address, hours) as client,
            pytest.raises(ProblemError) as refused,
        ):
            client.accrue(SALE)

        assert (refused.value.status, refused.value.code, refused.value.retry_after) == (status, "some_code", 7.0)
        assert (refused.value.title, refused.value.detail) == ("No", "Why")
        assert hours.pauses == []

    def test_that_drips_in_is_left_when_its_time_is_over(self) -> None:
        with scripted(drip, TAKEN) as server:
            client = Client(server.address, "pct_secret", patience=Patience(try_seconds=0.3, first_pause_seconds=0))
            with client:
                assert client.accrue(SALE).points == 10

    def test_sends_the_key_of_the_caller(self) -> None:
        with scripted(hang_up, TAKEN) as server, till(server.address, Hours()) as client:
            client.accrue(SALE, key="伝票-1")

        assert server.keys == ["伝票-1"] * 2

    def test_of_a_question_needs_no_key(self) -> None:
        accruals = {"state": "open", "retry_at": None, "text_ja": None, "text_en": None}
        status = {"server_time": "2026-04-01T03:00:00Z", "accruals": accruals}
        with scripted(hang_up, answer(200, status)) as server, till(server.address, Hours()) as client:
            assert client.status().is_open

        assert server.keys == [None, None]


class TestThePause:
    def test_doubles_up_to_the_longest(self) -> None:
        hours = Hours()
        with (
            scripted(*[hang_up] * 5, TAKEN) as server,
            till(server.address, hours, longest_pause_seconds=5.0) as client,
        ):
            client.accrue(SALE)

        assert hours.pauses == [1.0, 2.0, 4.0, 5.0, 5.0]

    def test_is_drawn_by_chance_up_to_that(self) -> None:
        drawn = [Timing().up_to(4.0) for _ in range(200)]

        assert all(0 <= pause <= 4 for pause in drawn)
        assert max(drawn) - min(drawn) > 1

    def test_is_as_long_as_was_asked_for_and_a_little_longer(self) -> None:
        hours = Hours()
        busy = problem(503, "queue_full", retry_after="3")
        with scripted(busy, TAKEN) as server, till(server.address, hours) as client:
            client.accrue(SALE)

        assert hours.pauses == [3.0 + 1.0]

    @pytest.mark.parametrize("date", ["Thu, 02 Apr 2026 03:00:20 GMT", None])
    def test_until_a_day_counts_from_the_day_of_the_answer(self, date: str | None) -> None:
        """The till's clock is a day behind: by it the pause would be a day."""
        hours = Hours()
        later = TOMORROW if date else "Wed, 01 Apr 2026 03:00:10 GMT"
        headers = {"retry_after": later} | ({"date": date} if date else {})
        with (
            scripted(problem(503, "points_suspended", **headers), TAKEN) as server,
            till(server.address, hours) as client,
        ):
            client.accrue(SALE)

        assert hours.pauses == [10.0 + 1.0]

    @pytest.mark.parametrize("nonsense", ["soon", "-5", "１０", "Thu, 99 Apr 2026"])
    def test_is_our_own_where_nonsense_was_asked_for(self, nonsense: str) -> None:
        hours = Hours()
        value = nonsense.encode().decode("latin-1")
        with (
            scripted(problem(503, "queue_full", retry_after=value), TAKEN) as server,
            till(server.address, hours) as client,
        ):
            client.accrue(SALE)

        assert hours.pauses == [1.0]


class TestGivingUp:
    def test_after_an_unanswered_try_names_the_key_to_send_again(self) -> None:
        with (
            scripted(hang_up, problem(503, "queue_full")) as server,
            till(server.address, Hours(), total_seconds=2.5) as client,
            pytest.raises(UnknownOutcomeError) as unknown,
        ):
            client.accrue(SALE)
        assert server.keys == [unknown.value.key] * 2

        with scripted(TAKEN_BEFORE) as server, till(server.address, Hours()) as client:
            assert client.accrue(SALE, key=unknown.value.key).is_repeat
        assert server.keys == [unknown.value.key]

    def test_where_each_try_was_put_off_says_that_nothing_was_done(self) -> None:
        hours = Hours()
        busy = problem(429, "too_many_requests", retry_after="60")
        with (
            scripted(busy) as server,
            till(server.address, hours) as client,
            pytest.raises(UnavailableError) as unavailable,
        ):
            client.accrue(SALE)

        assert unavailable.value.key == server.keys[0]
        assert unavailable.value.retry_after == 60.0
        assert unavailable.value.problem is not None
        assert unavailable.value.problem.code == "too_many_requests"
        assert hours.pauses == []

    def test_where_each_try_arrived_too_slowly_says_that_nothing_was_done(self) -> None:
        with (
            scripted(problem(408, "request_timeout")) as server,
            till(server.address, Hours(), total_seconds=0.5) as client,
            pytest.raises(UnavailableError),
        ):
            client.accrue(SALE)

    def test_where_nobody_listens_says_that_nothing_was_done(self) -> None:
        with socket.socket() as reserved:
            reserved.bind(("127.0.0.1", 0))
            address = f"http://127.0.0.1:{reserved.getsockname()[1]}"
            with till(address, Hours()) as client, pytest.raises(UnavailableError):
                client.accrue(SALE)

    @pytest.mark.parametrize(
        "unclear",
        [
            pytest.param(answer(503, b"<html>"), id="somebody on the way"),
            pytest.param(answer(302, b""), id="a redirect"),
            pytest.param(answer(404, b"<html>"), id="another's page"),
            pytest.param(problem(503, "unreachable"), id="a database lost midway"),
            pytest.param(problem(503, "added_later"), id="a code of a later day"),
        ],
    )
    def test_where_it_was_put_off_in_other_words_is_not_certain(self, unclear: Step) -> None:
        with (
            scripted(unclear) as server,
            till(server.address, Hours(), total_seconds=0.5) as client,
            pytest.raises(UnknownOutcomeError),
        ):
            client.accrue(SALE)

    @pytest.mark.parametrize(
        ("refusal", "raised"),
        [
            pytest.param(problem(401, "key_unknown"), UnknownOutcomeError, id="at the door"),
            pytest.param(problem(403, "merchant_suspended"), UnknownOutcomeError, id="suspended meanwhile"),
            pytest.param(problem(400, "malformed_request"), UnknownOutcomeError, id="before it was understood"),
            pytest.param(problem(404, "not_found"), UnknownOutcomeError, id="at another address"),
            pytest.param(problem(405, "method_not_allowed"), UnknownOutcomeError, id="by its method"),
            pytest.param(problem(413, "body_too_large"), UnknownOutcomeError, id="by its size"),
            pytest.param(problem(422, "invalid_body"), UnknownOutcomeError, id="by its shape"),
            pytest.param(problem(431, "headers_too_large"), UnknownOutcomeError, id="by its headers"),
            pytest.param(problem(409, "added_later"), UnknownOutcomeError, id="by a code of a later day"),
            pytest.param(problem(422, "unknown_member"), ProblemError, id="by what was sent"),
            pytest.param(problem(422, "idempotency_key_reused"), ProblemError, id="by the key"),
            pytest.param(problem(409, "reference_conflict"), ProblemError, id="by the reference"),
        ],
    )
    def test_a_refusal_after_an_unanswered_try_settles_it_only_if_the_key_was_looked_up(
        self, refusal: Step, raised: type[ClientError]
    ) -> None:
        with (
            scripted(hang_up, refusal) as server,
            till(server.address, Hours()) as client,
            pytest.raises(raised),
        ):
            client.accrue(SALE)

    @pytest.mark.parametrize(
        ("refusal", "settles"),
        [(problem(422, "unknown_member"), True), (problem(401, "key_unknown"), False)],
        ids=["by what was sent", "at the door"],
    )
    def test_a_refusal_says_whether_it_speaks_for_earlier_calls_as_well(self, refusal: Step, *, settles: bool) -> None:
        with scripted(refusal) as server, till(server.address, Hours()) as client, pytest.raises(ProblemError) as no:
            client.accrue(SALE, key="kept")

        assert no.value.settles_the_key is settles

    def test_a_question_is_answered_by_whatever_is_said_last(self) -> None:
        with (
            scripted(hang_up, problem(401, "key_unknown")) as server,
            till(server.address, Hours()) as client,
            pytest.raises(ProblemError),
        ):
            client.find_accrual("r-1")

    def test_of_a_question_leaves_nothing_to_send_again(self) -> None:
        with (
            scripted(hang_up) as server,
            till(server.address, Hours(), total_seconds=0.5) as client,
            pytest.raises(UnavailableError),
        ):
            client.find_accrual("r-1")

    def test_tells_no_secret(self) -> None:
        with (
            scripted(hang_up) as server,
            till(server.address, Hours(), total_seconds=0.5) as client,
            pytest.raises(UnknownOutcomeError) as unknown,
        ):
            client.accrue(SALE)

        assert "pct_secret" not in f"{unknown.value!r} {unknown.value} {client!r}"


class TestWhatIsSent:
    def test_leaves_out_what_was_not_given(self) -> None:
        with scripted(TAKEN) as server, till(server.address, Hours()) as client:
            client.accrue(SALE)

        assert json.loads(server.received[0].body) == {
            "reference": "r-1",
            "member_number": "123456789015",
            "price_yen": 1090,
        }
        assert server.received[0].headers["authorization"] == "Bearer pct_secret"

    @pytest.mark.parametrize("key", ["", "x" * 81, "a\nb", " a", "a\u3000b"])
    def test_has_a_key_that_can_be_shown(self, key: str) -> None:
        with till("http://127.0.0.1:9", Hours()) as client, pytest.raises(ValueError, match="printable"):
            client.accrue(SALE, key=key)

    def test_names_an_accrual_by_id_or_by_reference(self) -> None:
        with till("http://127.0.0.1:9", Hours()) as client, pytest.raises(ValueError, match="one of them"):
            client.reverse()

    def test_says_its_zone(self) -> None:
        sale = AccrualRequest(
            reference="r-1",
            member_number="123456789015",
            sold_at=dt.datetime(2026, 4, 1, 12),  # noqa: DTZ001 -- The mistake that is refused.
        )
        with till("http://127.0.0.1:9", Hours()) as client, pytest.raises(ValueError, match="zone"):
            client.accrue(sale)

    def test_to_no_address_is_not_tried_again(self) -> None:
        hours = Hours()
        with till("gopher://127.0.0.1", hours) as client, pytest.raises(httpx.UnsupportedProtocol):
            client.accrue(SALE)

        assert hours.pauses == []
