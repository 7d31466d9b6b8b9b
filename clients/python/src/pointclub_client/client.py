"""The client."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Literal, Self, TypeVar
from uuid import UUID

import httpx

from pointclub_client import calls
from pointclub_client.calls import Call
from pointclub_client.shapes import Accrual, AccrualRequest, Changed, Problem, Receipt, Status
from pointclub_client.timing import Patience, Timing
from pointclub_client.tries import Answer, Done, Tries

_T = TypeVar("_T")
_LARGEST_ANSWER = 8 * 1024 * 1024


class Client:
    """Calls the interface under one terminal key; several threads may share it.

    Every write goes out under an Idempotency-Key that stays the same over all tries: the caller's `key`, or a new one.
    A till makes the key with `new_key()` and writes it down together with the sale before it sends, so that it can
    send the same again after anything, a power cut included.

    All methods raise `ProblemError` for a no, `UnavailableError` where nothing was done, and writes
    `UnknownOutcomeError` where that is not certain. Of what an earlier call under the same key left uncertain a no
    tells only if it `settles_the_key`.
    """

    def __init__(
        self,
        address: str,
        secret: str,
        *,
        language: Literal["ja", "en"] = "ja",
        patience: Patience | None = None,
        timing: Timing | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._patience = patience or Patience()
        self._timing = timing or Timing()
        self._http = httpx.Client(
            base_url=address,
            headers={"authorization": f"Bearer {secret}", "accept-language": language},
            transport=transport,
            follow_redirects=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def accrue(self, request: AccrualRequest, *, key: str | None = None) -> Receipt:
        """Send one sale, and return its receipt."""
        return self._carry_out(calls.accrue(request, key=key))

    def accrue_batch(self, requests: Sequence[AccrualRequest], *, key: str | None = None) -> list[Receipt | Problem]:
        """Send up to a thousand sales, and return a receipt or a problem for each, in their order."""
        return self._carry_out(calls.accrue_batch(requests, key=key))

    def correct(
        self,
        *,
        accrual_id: UUID | str | None = None,
        reference: str | None = None,
        price_yen: int | None = None,
        ineligible_yen: int | None = None,
        tax_yen: int | None = None,
        points: int | None = None,
        reason: str | None = None,
        key: str | None = None,
    ) -> Changed:
        """Put the right price, or the right fixed number of points, in place of the wrong one."""
        body = {
            "price_yen": price_yen,
            "ineligible_yen": ineligible_yen,
            "tax_yen": tax_yen,
            "points": points,
            "reason": reason,
        }
        return self._carry_out(calls.correct(accrual_id=accrual_id, reference=reference, body=body, key=key))

    def reverse(
        self,
        *,
        accrual_id: UUID | str | None = None,
        reference: str | None = None,
        returned_yen: int | None = None,
        reason: str | None = None,
        key: str | None = None,
    ) -> Changed:
        """Undo a sale: the whole of it, or so many yen; by its reference also before the sale is sent."""
        body = {"returned_yen": returned_yen, "reason": reason}
        return self._carry_out(calls.reverse(accrual_id=accrual_id, reference=reference, body=body, key=key))

    def get_accrual(self, accrual_id: UUID | str) -> Accrual:
        """Return an accrual by its id, as it stands now."""
        return self._carry_out(calls.get_accrual(accrual_id))

    def find_accrual(self, reference: str) -> Accrual:
        """Return an accrual by the merchant's reference, as it stands now."""
        return self._carry_out(calls.find_accrual(reference))

    def get_receipt(self, receipt_number: str) -> Accrual:
        """Return an accrual by the number on its receipt, as it stands now."""
        return self._carry_out(calls.get_receipt(receipt_number))

    def status(self) -> Status:
        """Return whether accruals are taken, and the service's time."""
        return self._carry_out(calls.status())

    def _carry_out(self, call: Call[_T]) -> _T:
        tries = Tries(call, self._patience, self._timing)
        while True:
            try:
                answer = self._try(call, seconds=tries.seconds_for_next())
            except httpx.RequestError as error:
                outcome = tries.failed(error)
            else:
                judged = tries.answered(answer)
                if isinstance(judged, Done):
                    return judged.result
                outcome = judged
            self._timing.sleep(outcome.pause_seconds)

    def _try(self, call: Call[_T], *, seconds: float) -> Answer:
        headers: dict[bytes, bytes] = {}
        if call.key is not None:
            headers = {b"idempotency-key": call.key.encode(), b"content-type": b"application/json"}
        request = self._http.build_request(
            call.method, call.path, params=call.query or None, content=call.content, headers=headers, timeout=seconds
        )
        ends_at = self._timing.clock() + seconds
        response = self._http.send(request, stream=True)
        try:
            content = bytearray()
            # The library's time-out begins anew with every piece; an answer that drips in would never reach it.
            for piece in response.iter_bytes():
                content += piece
                if self._timing.clock() > ends_at or len(content) > _LARGEST_ANSWER:
                    raise httpx.ReadTimeout("The answer did not come to its end.", request=request)
        finally:
            response.close()
        return Answer(response.status_code, response.headers, bytes(content))
