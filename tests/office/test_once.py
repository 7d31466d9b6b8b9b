"""A form that is sent several times at the same moment."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import RequestFactory

from pointclub.merchants import services as merchants
from pointclub.merchants.models import Merchant
from pointclub.office import once
from tests.factories.club import STAFF, jst
from tests.people.test_at_once import at_once

AT = jst("2026-11-21 09:15")
MANY = 6


@pytest.mark.usefixtures("fresh_database")
@pytest.mark.rule("STF-1")
def test_counts_once_and_leads_everybody_to_the_same_page() -> None:
    request = RequestFactory().post("/", {once.FIELD: str(uuid4())})
    # A request reads its form when it is first asked for it; that no two do so at once is the server's care, not ours.
    assert request.POST
    led_to: list[str] = []

    def admit() -> str:
        made = merchants.admit_merchant(
            number="100001", name="見本ベーカリー", admitted_on=AT.date(), at=AT, actor=STAFF
        )
        return f"/{made.id}/"

    refused = at_once([lambda: led_to.append(once.do_once(request, admit, at=AT))] * MANY)

    assert refused == []
    assert led_to == [f"/{Merchant.objects.get(number='100001').id}/"] * MANY
