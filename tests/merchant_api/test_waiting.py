"""What a request that waits in line holds of the process's memory."""

from __future__ import annotations

import json
import tracemalloc
from typing import NoReturn

import pytest

from pointclub.merchant_api.app import make_app
from pointclub.merchant_api.desk import Desk, QueueFullError
from tests.factories.tills import Shop, idempotency_key, sale
from tests.merchant_api.conftest import served, till_of

_PADDED_TO = {"/v1/accruals": 60_000, "/v1/accruals/batch": 1_000_000}
# What Python keeps of an object beside its content.
_OF_AN_OBJECT = 100


@pytest.mark.parametrize("path", _PADDED_TO)
def test_is_not_the_body_that_it_came_in(shop: Shop, path: str) -> None:
    sizes: list[int] = []

    class DeskThatWeighs(Desk):
        async def accrue(self, *_: object, **__: object) -> NoReturn:
            sizes.extend(trace.size for trace in tracemalloc.take_snapshot().traces)
            raise QueueFullError

    body = sale(shop) if path == "/v1/accruals" else {"rows": [sale(shop)]}
    padded = json.dumps(body).encode().ljust(_PADDED_TO[path])
    headers = idempotency_key() | {"content-type": "application/json"}
    # In pieces, so that the caller, who is in this process too, holds none of that size.
    pieces = (padded[start : start + 1_000] for start in range(0, len(padded), 1_000))

    with served(make_app(open_desk=DeskThatWeighs)) as address, till_of(address, shop.secret) as till:
        tracemalloc.start()
        try:
            answer = till.post(path, content=pieces, headers=headers)
        finally:
            tracemalloc.stop()

    assert answer.json()["code"] == "queue_full"
    assert sizes
    assert [size for size in sizes if 0 <= size - _PADDED_TO[path] < _OF_AN_OBJECT] == []
