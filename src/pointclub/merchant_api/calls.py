"""A request on its way through: who sent it, what it says, and the answer that goes back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from pointclub.earning.rules.requests import LONGEST_REFERENCE
from pointclub.foundation.texts import is_line
from pointclub.merchant_api.desk import Desk
from pointclub.merchant_api.gate import Gate
from pointclub.merchant_api.problems import MEDIA_TYPE, Header, Language, ProblemError, choose_language
from pointclub.merchant_api.receiving import LARGEST_BODY
from pointclub.merchants.queries import KeyStanding
from pointclub.merchants.rules.keys import KeyAct

JSON = b"application/json"

_encoder = msgspec.json.Encoder()
_ALWAYS: Sequence[Header] = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
)


@dataclass(slots=True)
class Answer:
    """What goes back."""

    status: int
    body: bytes
    headers: Sequence[Header] = ()
    media_type: bytes = JSON


@dataclass(slots=True)
class Call:
    """A request whose key was let in; ``body`` and ``idempotency_key`` are there where the endpoint writes."""

    scope: Any
    desk: Desk
    gate: Gate
    digest: bytes
    key: KeyStanding
    body: bytes = b""
    idempotency_key: str = ""

    @property
    def language(self) -> Language:
        """The language in which problems are told."""
        return language_of(self.scope)

    def take_body(self) -> bytes:
        """Return the body and let go of it: what waits is counted in sales, however much came with them."""
        body, self.body = self.body, b""
        return body


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One method at one path, with all that is asked of a request before its handler has it.

    ``act`` is what the key must allow; None lets any key in.
    """

    method: str
    path: str
    handle: Callable[[Call], Awaitable[Answer]]
    act: KeyAct | None = None
    writes: bool = False
    largest_body: int = field(default=LARGEST_BODY)


def encoded(status: int, body: Any, headers: Sequence[Header] = ()) -> Answer:
    """Return an answer with the body as JSON."""
    return Answer(status, _encoder.encode(body), headers)


def problem_answer(problem: ProblemError, language: Language) -> Answer:
    """Return the answer that tells a problem."""
    body = _encoder.encode(problem.body(language))
    return Answer(problem.status, body, problem.extra_headers(language), MEDIA_TYPE)


async def send_answer(send: Any, answer: Answer) -> None:
    """Send it."""
    headers = [
        (b"content-type", answer.media_type),
        (b"content-length", b"%d" % len(answer.body)),
        *_ALWAYS,
        *answer.headers,
    ]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})


def language_of(scope: Any) -> Language:
    """Return the language that the request asks for."""
    wanted = b",".join(value for name, value in scope["headers"] if name == b"accept-language")
    return choose_language(wanted.decode("latin-1"))


def idempotency_key_of(scope: Any) -> str:
    """Return the key under which a write counts once.

    Raises:
        ProblemError: there is none, there are several, or it cannot be shown.
    """
    given = [value for name, value in scope["headers"] if name == b"idempotency-key"]
    if not given:
        raise ProblemError("idempotency_key_missing")
    try:
        key = str(given[0], "utf-8")
    except UnicodeDecodeError:
        raise ProblemError("idempotency_key_invalid") from None
    if len(given) > 1 or not is_line(key, longest=LONGEST_REFERENCE):
        raise ProblemError("idempotency_key_invalid")
    return key
