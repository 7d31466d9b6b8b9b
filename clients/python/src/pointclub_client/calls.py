"""The calls of the interface: what goes out, fixed before the first try, and how the answer is read."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Generic, TypeVar
from urllib.parse import quote

from pointclub_client.shapes import Accrual, AccrualRequest, Changed, Problem, Receipt, Status

_T = TypeVar("_T")
_LONGEST_KEY = 80


def new_key() -> str:
    """Return an Idempotency-Key that nobody has had, to be kept before the call is sent."""
    return str(uuid.uuid4())


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Generic[_T]):
    """One operation. Every try sends the same key and the same bytes; `read` is told whether it is a repeat."""

    method: str
    path: str
    read: Callable[[Mapping[str, Any], bool], _T]
    query: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = None
    key: str | None = None


def accrue(request: AccrualRequest, *, key: str | None) -> Call[Receipt]:
    """Send one sale."""
    return _write("/v1/accruals", request.body(), _receipt, key=key)


def accrue_batch(requests: Sequence[AccrualRequest], *, key: str | None) -> Call[list[Receipt | Problem]]:
    """Send up to a thousand sales, each of which is taken or refused by itself."""
    body = {"rows": [request.body() for request in requests]}
    return _write("/v1/accruals/batch", body, partial(_rows, len(requests)), key=key)


def correct(
    *, accrual_id: uuid.UUID | str | None, reference: str | None, body: Mapping[str, Any], key: str | None
) -> Call[Changed]:
    """Correct the accrual of that id or reference."""
    return _change("correction", accrual_id, reference, body, key=key)


def reverse(
    *, accrual_id: uuid.UUID | str | None, reference: str | None, body: Mapping[str, Any], key: str | None
) -> Call[Changed]:
    """Reverse the accrual of that id or reference."""
    return _change("reversal", accrual_id, reference, body, key=key)


def get_accrual(accrual_id: uuid.UUID | str) -> Call[Accrual]:
    """Ask for an accrual by its id."""
    return Call(method="GET", path=f"/v1/accruals/{_segment(accrual_id)}", read=_accrual)


def find_accrual(reference: str) -> Call[Accrual]:
    """Ask for an accrual by the merchant's reference."""
    return Call(method="GET", path="/v1/accruals", query={"reference": reference}, read=_accrual)


def get_receipt(receipt_number: str) -> Call[Accrual]:
    """Ask for an accrual by the number on its receipt."""
    return Call(method="GET", path=f"/v1/receipts/{_segment(receipt_number)}", read=_accrual)


def status() -> Call[Status]:
    """Ask whether accruals are taken."""
    return Call(method="GET", path="/v1/status", read=lambda body, _: Status.read(body))


def _change(
    noun: str,
    accrual_id: uuid.UUID | str | None,
    reference: str | None,
    body: Mapping[str, Any],
    *,
    key: str | None,
) -> Call[Changed]:
    if (accrual_id is None) == (reference is None):
        message = "Give the accrual's id or its reference: one of them."
        raise ValueError(message)
    told = {name: value for name, value in body.items() if value is not None}
    if accrual_id is None:
        return _write(f"/v1/{noun}s", {"reference": reference, **told}, _changed, key=key)
    return _write(f"/v1/accruals/{_segment(accrual_id)}/{noun}", told, _changed, key=key)


def _write(
    path: str, body: Mapping[str, Any], read: Callable[[Mapping[str, Any], bool], _T], *, key: str | None
) -> Call[_T]:
    key = new_key() if key is None else key
    # A header loses the spaces at its ends on the way.
    if not (1 <= len(key) <= _LONGEST_KEY and key.isprintable() and key == key.strip()):
        message = f"A key has 1 to {_LONGEST_KEY} printable characters, and no space at either end."
        raise ValueError(message)
    content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    return Call(method="POST", path=path, read=read, content=content, key=key)


def _segment(name: uuid.UUID | str) -> str:
    return quote(str(name), safe="")


def _receipt(body: Mapping[str, Any], is_repeat: bool) -> Receipt:  # noqa: FBT001 -- As `Call.read` is called.
    return Receipt.read(body, is_repeat=is_repeat)


def _changed(body: Mapping[str, Any], is_repeat: bool) -> Changed:  # noqa: FBT001 -- As `Call.read` is called.
    return Changed.read(body, is_repeat=is_repeat)


def _accrual(body: Mapping[str, Any], _: bool) -> Accrual:  # noqa: FBT001 -- As `Call.read` is called.
    return Accrual.read(body)


def _rows(
    expected: int,
    body: Mapping[str, Any],
    is_repeat: bool,  # noqa: FBT001 -- As `Call.read` is called.
) -> list[Receipt | Problem]:
    rows = body["rows"]
    if len(rows) != expected:
        message = f"{expected} rows were sent, and {len(rows)} answered."
        raise ValueError(message)
    return [
        Receipt.read(row["accepted"], is_repeat=is_repeat) if "accepted" in row else Problem.read(row["refused"])
        for row in rows
    ]
