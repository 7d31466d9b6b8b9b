"""The way of every request: key, limit, idempotency key and body, then the endpoint; and of every answer back."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from litestar.types import Receive, Scope, Send

from pointclub.foundation import clock
from pointclub.foundation.refusals import Refusal
from pointclub.merchant_api.calls import (
    Answer,
    Call,
    Endpoint,
    idempotency_key_of,
    language_of,
    problem_answer,
    send_answer,
)
from pointclub.merchant_api.desk import Desk, DrainingError, KeyRefusedError, QueueFullError, UnreachableError
from pointclub.merchant_api.gate import Gate
from pointclub.merchant_api.problems import ProblemError, from_refusal
from pointclub.merchant_api.receiving import CallerGoneError, receive_body

_logger = logging.getLogger("pointclub.merchant_api")

_BUSY_SECONDS = 1.0

Application = Callable[[Scope, Receive, Send], Awaitable[None]]


class Reception:
    """Takes requests in while the desk is open."""

    def __init__(self) -> None:
        self._desk: Desk | None = None
        self._gate: Gate | None = None

    def open(self, desk: Desk, *, proxies: int, processes: int) -> None:
        """Begin: from now on requests reach this desk."""
        self._desk, self._gate = desk, Gate(desk, proxies=proxies, processes=processes)

    def at(self, endpoints: Sequence[Endpoint]) -> Application:
        """Return the application for one path, with its methods."""
        by_method: Mapping[str, Endpoint] = {endpoint.method: endpoint for endpoint in endpoints}
        allowed = ", ".join(sorted(by_method)).encode()

        async def receive_call(scope: Scope, receive: Receive, send: Send) -> None:
            endpoint = by_method.get(str(scope.get("method")))
            if endpoint is None:
                problem = ProblemError("method_not_allowed", headers=[(b"allow", allowed)])
                await send_answer(send, problem_answer(problem, language_of(scope)))
                return
            try:
                answer = await self._answer(endpoint, scope, receive)
            except CallerGoneError:
                return
            except Exception as error:  # noqa: BLE001 -- Whatever it is, the caller has an answer, and the log its kind.
                answer = problem_answer(_as_problem(error), language_of(scope))
            await send_answer(send, answer)

        return receive_call

    async def _answer(self, endpoint: Endpoint, scope: Any, receive: Any) -> Answer:
        desk, gate = self._desk, self._gate
        if desk is None or gate is None:
            raise DrainingError
        authorization = None
        for name, value in scope["headers"]:
            if name == b"authorization":
                authorization = value
                break
        digest, key = await gate.admit(authorization, scope)
        gate.spend(key)
        if endpoint.act is not None and endpoint.act not in key.acts:
            raise ProblemError("act_not_allowed")
        call = Call(scope, desk, gate, digest, key)
        if endpoint.writes:
            call.idempotency_key = idempotency_key_of(scope)
            call.body = await receive_body(scope, receive, largest=endpoint.largest_body)
        try:
            return await endpoint.handle(call)
        except KeyRefusedError:
            gate.forget(digest)
            raise


_NOT_NOW = {QueueFullError: "queue_full", DrainingError: "stopping", UnreachableError: "unreachable"}


def _as_problem(error: Exception) -> ProblemError:
    """Return how a fault or a refusal is told; nothing of an exception's own words goes out."""
    if isinstance(error, ProblemError):
        return error
    if isinstance(error, Refusal):
        return from_refusal(error, now_timestamp=clock.now().timestamp())
    if isinstance(error, KeyRefusedError):
        return ProblemError("key_unknown")
    if (code := _NOT_NOW.get(type(error))) is not None:
        return ProblemError(code, retry_after=_BUSY_SECONDS)
    _logger.error("A request of a merchant failed", exc_info=error)
    return ProblemError("internal_error")
