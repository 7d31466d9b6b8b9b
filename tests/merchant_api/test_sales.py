"""Sales sent by a till, one at a time."""

import httpx
import pytest

from tests.factories.club import verified
from tests.factories.tills import Shop, idempotency_key, sale


@pytest.mark.rule("ACC-2", "ACC-4", "BAL-2")
class TestASale:
    def test_is_answered_with_its_receipt_and_without_a_balance(self, till: httpx.Client, shop: Shop) -> None:
        answer = till.post("/v1/accruals", json=sale(shop, reference="r-1"), headers=idempotency_key())

        assert answer.status_code == 201, answer.text
        told = answer.json()
        assert told["receipt_number"].startswith(shop.merchant.number)
        assert set(told) == {"id", "receipt_number", "reference", "points", "base_points", "bonuses"}
        assert (told["reference"], told["points"], told["base_points"], told["bonuses"]) == ("r-1", 10, 10, [])
        assert verified() == []
