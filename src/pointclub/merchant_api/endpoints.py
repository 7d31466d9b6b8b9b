"""All that the interface offers, method by path: routes and description are both made of this list."""

from __future__ import annotations

from collections.abc import Sequence

from pointclub.merchant_api import changes, lookups, sales
from pointclub.merchant_api.calls import Endpoint
from pointclub.merchant_api.receiving import LARGEST_BATCH
from pointclub.merchants.rules.keys import KeyAct

ENDPOINTS: Sequence[Endpoint] = (
    Endpoint("POST", "/v1/accruals", sales.accrue, KeyAct.ACCRUE, writes=True),
    Endpoint("GET", "/v1/accruals", lookups.show_accrual_of_reference, KeyAct.READ),
    Endpoint("POST", "/v1/accruals/batch", sales.accrue_batch, KeyAct.ACCRUE, writes=True, largest_body=LARGEST_BATCH),
    Endpoint("GET", "/v1/accruals/{accrual_id}", lookups.show_accrual, KeyAct.READ),
    Endpoint("POST", "/v1/accruals/{accrual_id}/correction", changes.correct, KeyAct.CORRECT, writes=True),
    Endpoint("POST", "/v1/accruals/{accrual_id}/reversal", changes.reverse, KeyAct.REVERSE, writes=True),
    Endpoint("POST", "/v1/corrections", changes.correct_by_reference, KeyAct.CORRECT, writes=True),
    Endpoint("POST", "/v1/reversals", changes.reverse_by_reference, KeyAct.REVERSE, writes=True),
    Endpoint("GET", "/v1/receipts/{receipt_number}", lookups.show_accrual_of_receipt, KeyAct.READ),
    Endpoint("GET", "/v1/status", lookups.show_status),
)
