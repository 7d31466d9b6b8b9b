"""Each endpoint in words: what it is for, what it takes, and which problems are its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from pointclub.merchant_api import shapes


@dataclass(frozen=True, slots=True)
class Described:
    """One endpoint; ``problems`` are those that others do not have."""

    name: str
    summary: str
    description: str
    answer: type[msgspec.Struct]
    successes: Mapping[int, str]
    problems: Sequence[str]
    body: type[msgspec.Struct] | None = None
    parameters: Sequence[Mapping[str, Any]] = ()


_OF_A_SALE = (
    "outside_scope",
    "merchant_suspended",
    "merchant_ended",
    "merchant_not_admitted",
    "unknown_merchant",
    "reference_conflict",
    "refused",
    "invalid_sale",
    "unknown_member",
    "not_a_member_then",
    "membership_ended",
    "sold_in_future",
    "no_earning_rule",
)
_OF_A_CHANGE = (
    "unknown_merchant",
    "reference_conflict",
    "correction_window_over",
    "return_exceeds_sale",
    "refused",
    "invalid_sale",
    "invalid_key",
)
_OF_A_CORRECTION = (*_OF_A_CHANGE, "merchant_suspended", "unknown_accrual", "already_reversed", "invalid_points")


def _path(name: str, schema: Mapping[str, Any], description: str) -> Mapping[str, Any]:
    return {"name": name, "in": "path", "required": True, "description": description, "schema": schema}


_ACCRUAL_ID = _path("accrual_id", {"type": "string", "format": "uuid"}, "The id from the answer to the accrual.")
_RECEIPT_NUMBER = _path(
    "receipt_number",
    {"type": "string", "minLength": 1, "maxLength": 40, "pattern": "^[0-9A-Za-z -]+$"},
    "As printed or as typed: hyphens may be left out, O stands for 0, I and L for 1.",
)
_REFERENCE = {
    "name": "reference",
    "in": "query",
    "required": True,
    "description": "The merchant's own name of the sale.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 80},
}

_APPLIED = {200: "It was applied."}
_APPLIED_OR_KEPT = {
    200: "It was applied.",
    202: "No accrual of that reference has come yet; the reversal is kept, and applied when it does.",
}
_SHOWN = {200: "The accrual as it stands now."}

DESCRIBED: Mapping[tuple[str, str], Described] = {
    ("POST", "/v1/accruals"): Described(
        "accrue",
        "Take in one sale",
        "Points follow from the price by the merchant's rule and its campaigns, or are given as a number. They wait "
        "for the nightly update. The reference names the sale for ever: sent again with the same content, under "
        "whatever key, the first receipt is answered; with other content it is a conflict.",
        shapes.AccrualOut,
        {201: "The point receipt."},
        _OF_A_SALE,
        shapes.AccrualIn,
    ),
    ("GET", "/v1/accruals"): Described(
        "find_accrual",
        "Show an accrual by its reference",
        "What was sold, what it gave, and what was changed since.",
        shapes.AccrualStateOut,
        _SHOWN,
        ("unknown_accrual", "invalid_query"),
        parameters=(_REFERENCE,),
    ),
    ("POST", "/v1/accruals/batch"): Described(
        "accrue_batch",
        "Take in up to 1,000 sales",
        "Each row is taken or refused by itself, and answered in its place. Every row counts against the key's limit.",
        shapes.BatchOut,
        {200: "One answer for each row, in the rows' order."},
        ("refused",),
        shapes.BatchIn,
    ),
    ("GET", "/v1/accruals/{accrual_id}"): Described(
        "show_accrual",
        "Show an accrual",
        "What was sold, what it gave, and what was changed since.",
        shapes.AccrualStateOut,
        _SHOWN,
        ("unknown_accrual",),
        parameters=(_ACCRUAL_ID,),
    ),
    ("POST", "/v1/accruals/{accrual_id}/correction"): Described(
        "correct",
        "Correct an accrual",
        "The right price, or for points given as a number the right number, replaces the wrong one.",
        shapes.ChangedOut,
        _APPLIED,
        _OF_A_CORRECTION,
        shapes.CorrectionIn,
        (_ACCRUAL_ID,),
    ),
    ("POST", "/v1/accruals/{accrual_id}/reversal"): Described(
        "reverse",
        "Reverse an accrual",
        "Undoes the sale as a whole, or so many yen of its eligible price.",
        shapes.ChangedOut,
        _APPLIED,
        (*_OF_A_CHANGE, "unknown_accrual"),
        shapes.ReversalIn,
        (_ACCRUAL_ID,),
    ),
    ("POST", "/v1/corrections"): Described(
        "correct_by_reference",
        "Correct an accrual by its reference",
        "As by its id; references may hold any printable character, so this one stands in the body.",
        shapes.ChangedOut,
        _APPLIED,
        _OF_A_CORRECTION,
        shapes.CorrectionByReferenceIn,
    ),
    ("POST", "/v1/reversals"): Described(
        "reverse_by_reference",
        "Reverse an accrual by its reference",
        "As by its id. It may also come before the sale: it is kept then, and applied when the sale comes.",
        shapes.ChangedOut,
        _APPLIED_OR_KEPT,
        (*_OF_A_CHANGE, "unknown_accrual"),
        shapes.ReversalByReferenceIn,
    ),
    ("GET", "/v1/receipts/{receipt_number}"): Described(
        "show_receipt",
        "Show the accrual of a receipt",
        "The number may be typed as people do.",
        shapes.AccrualStateOut,
        _SHOWN,
        ("unknown_accrual",),
        parameters=(_RECEIPT_NUMBER,),
    ),
    ("GET", "/v1/status"): Described(
        "status",
        "Whether sales are taken now",
        "While points are suspended it says until when, where that is known, in the words of the operator.",
        shapes.StatusOut,
        {200: "The state, and the server's time."},
        (),
    ),
}
