"""What a page costs does not grow with the account behind it: the same questions, and an answer of the same size."""

from __future__ import annotations

import datetime as dt
import gzip
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pointclub.earning.models import Accrual
from pointclub.people.models import User
from pointclub.people.rules.permissions import Role
from pointclub.rewards.models import RedemptionOrder
from tests.factories.long_history import fill_history
from tests.factories.office import client_of
from tests.factories.sign_ins import let_in
from tests.harness.counts import count
from tests.office.conftest import NOW
from tests.portal.household import Household, found_household

pytestmark = pytest.mark.rule("BAL-4")

LAST_FILLED = dt.date(2026, 3, 31)


def lived(login_id: str, *, transactions: int) -> Household:
    """Return a household of so many transactions, and some more that services wrote after them."""
    household = found_household(login_id=login_id)
    fill_history(
        household.hanako.membership.account_id,
        transactions=transactions,
        members=[household.hanako.id, household.taro.id],
        merchants=[household.mart.id, household.bakery.id],
        last=LAST_FILLED,
    )
    household.live()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return household


def costs(household: Household, login_id: str) -> dict[str, tuple[int, int]]:
    """Return for every page about the account how many statements it sends, and how many bytes it weighs."""
    number, account_id = household.hanako.number, household.hanako.membership.account_id
    member, auditor = Client(), client_of(Role.AUDITOR)
    let_in(member, User.objects.get(login_id=login_id))
    sale = Accrual.objects.filter(account_id=account_id, sold_on="2026-11-08").get().receipt_number
    order = RedemptionOrder.objects.filter(account_id=account_id).get().number
    big_lot = LAST_FILLED + dt.timedelta(days=900)
    found = {}
    for who, address in (
        (member, "/"),
        (member, "/points/"),
        (member, "/points/history/"),
        (member, "/points/history/?kind=redeem&first=2021-01-01"),
        (member, "/points/expiry/2026-12-31/"),
        (member, f"/points/expiry/{big_lot}/"),
        (member, f"/points/receipts/{sale}/"),
        (member, f"/points/rewards/{order}/1/"),
        (auditor, f"/office/members/{number}/"),
        (auditor, f"/office/members/{number}/account/"),
        (auditor, f"/office/members/{number}/account/?before=150"),
        (auditor, f"/office/members/{number}/account/{big_lot}/"),
        (auditor, f"/office/members/{number}/orders/"),
        (auditor, f"/office/members/{number}/receipts/{sale}/"),
        (auditor, f"/office/members/{number}/orders/{order}/1/"),
    ):
        with CaptureQueriesContext(connection) as sent:
            page = who.get(address)
        assert page.status_code == 200, address
        name = address.replace(sale, "…").replace(order, "…").replace(number, "…")
        found[name] = len(sent), len(gzip.compress(page.content))
    return found


@pytest.mark.usefixtures("owned_database")  # Its owner alone may tell PostgreSQL to count its rows.
def test_pages_ask_no_more_of_a_long_account_than_of_a_short_one(set_clock: Callable[[dt.datetime], None]) -> None:
    set_clock(NOW)
    with transaction.atomic():
        short = costs(lived("hanako", transactions=200), "hanako")
        transaction.set_rollback(True)
    with transaction.atomic():
        long = costs(lived("hanako", transactions=count(quick=3_000, deep=100_000)), "hanako")

    for name, (statements, weight) in short.items():
        assert long[name][0] <= statements, name
        assert long[name][1] <= weight * 1.2, name
