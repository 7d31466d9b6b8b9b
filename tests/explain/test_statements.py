"""An explanation asks the same number of questions of the database however long the history is."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pointclub.explain import queries as explain
from tests.explain.asking import account
from tests.factories.club import Club, give_back, jst, redeem, reverse
from tests.harness.databases import FreshDatabase

ON = dt.date(2026, 12, 31)


def questions_after(months: int) -> dict[str, Callable[[], object]]:
    """Let a member earn, use and undo for so many months; return the explanations that can then be asked for."""
    club = Club()
    member, shop = club.member(), club.merchant()
    club.open_balance(member, {"2027-12-31": 50}, at=jst("2026-01-01 09:00"))
    sales, orders = [], []
    for month in range(1, months + 1):
        reference = f"sale-{months}-{month}"
        sales.append(club.buy(member, shop, 20_000, at=jst(f"2026-{month:02}-01 12:00"), reference=reference))
        club.buy(member, shop, 9_000, at=jst(f"2026-{month:02}-01 13:00"))
        club.update(at=jst(f"2026-{month:02}-02 01:00"))
        orders.append(redeem(member, 100, 120, at=jst(f"2026-{month:02}-03 12:00")))
        give_back(member, orders[-1], 2, at=jst(f"2026-{month:02}-04 12:00"), number=20)
        reverse(shop, reference, at=jst(f"2026-{month:02}-05 12:00"), yen=5_000)
    account_id = account(member)
    lot_id = explain.explain_balance(account_id, on=ON).lots[-1].lot.id
    return {
        "receipt": lambda: explain.explain_accrual(account_id, sales[0].receipt_number, on=ON),
        "line": lambda: explain.explain_line(account_id, orders[0].number, 2, on=ON),
        "lot": lambda: explain.explain_lot(account_id, lot_id, on=ON),
        "balance": lambda: explain.explain_balance(account_id, on=ON),
    }


def count_statements(question: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as statements:
        question()
    return len(statements)


@pytest.mark.django_db
@pytest.mark.rule("BAL-4")
def test_long_history_is_explained_with_as_many_statements_as_a_short_one() -> None:
    short, long = questions_after(2), questions_after(12)

    counts = {name: (count_statements(short[name]), count_statements(long[name])) for name in short}

    assert {name: after_long - after_short for name, (after_short, after_long) in counts.items()} == dict.fromkeys(
        short, 0
    )
    assert max(after_long for _, after_long in counts.values()) < 40


@pytest.mark.rule("BAL-4")
@pytest.mark.parametrize("name", ["receipt", "line", "lot", "balance"])
def test_all_statements_of_an_explanation_see_the_same_instant(fresh_database: FreshDatabase, name: str) -> None:
    question = questions_after(1)[name]

    with CaptureQueriesContext(connection) as statements:
        question()

    assert [one["sql"] for one in statements][:2] == [
        "BEGIN",
        "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",
    ]
