"""The books can be rebuilt from the first transaction on, and a replay says where they cannot (I11)."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pointclub.points import queries as points
from tests.factories.club import Club, jst, redeem, reverse

pytestmark = pytest.mark.usefixtures("as_owner")


def _replay(as_of: str | None = None, *, sample_percent: int = 100, salt: str = "") -> list[points.Replayed]:
    day = None if as_of is None else dt.date.fromisoformat(as_of)
    return list(points.replay_ledger(points.ReplayScope(day, sample_percent, salt)))


def _tamper(statement: str, account_id: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [account_id])
        assert cursor.rowcount


def _found(as_of: str | None = None) -> list[str]:
    return [difference.what for chunk in _replay(as_of) for difference in chunk.differences]


@pytest.fixture
def account_id(as_owner: None) -> UUID:
    """Return an account that earned, redeemed over two lots, lost a part of a sale, and let a lot lapse."""
    club = Club()
    member, shop = club.member(), club.merchant()
    club.open_balance(member, {"2026-04-30": 60, "2026-05-31": 80}, at=jst("2026-04-01 09:00"))
    club.buy(member, shop, 5_000, at=jst("2026-04-02 12:00"), reference="a")
    club.update(at=jst("2026-04-03 01:00"))
    redeem(member, 40, at=jst("2026-04-10 12:00"))
    reverse(shop, "a", yen=2_000, at=jst("2026-04-20 12:00"))
    club.lapse(at=jst("2026-05-01 00:05"))
    redeem(member, 30, at=jst("2026-05-02 12:00"))
    return member.membership.account_id


@pytest.mark.usefixtures("account_id")
class TestReplay:
    def test_finds_the_same_figures_today_and_on_every_day_before(self) -> None:
        assert _found() == []
        for day in ("2026-03-31", "2026-04-02", "2026-04-10", "2026-04-30", "2026-05-01", "2027-01-01"):
            assert _found(day) == []

    def test_counts_accounts_and_postings(self) -> None:
        (chunk,) = _replay()

        assert (chunk.passed, chunk.accounts) == (1, 1)
        assert chunk.postings == 7

    def test_asks_as_much_of_many_accounts_as_of_one(self) -> None:
        with CaptureQueriesContext(connection) as of_one:
            _replay()
        club = Club()
        for _ in range(20):
            club.open_balance(club.member(), {"2026-12-31": 5}, at=jst("2026-04-01 09:00"))

        with CaptureQueriesContext(connection) as of_many:
            (chunk,) = _replay()

        assert chunk.accounts == 21
        assert len(of_many) == len(of_one)


def test_a_sample_is_the_same_for_the_same_salt_and_another_for_another() -> None:
    club = Club()
    for _ in range(60):
        club.member()

    monday = [chunk.accounts for chunk in _replay(sample_percent=30, salt="2026-04-06")]
    again = [chunk.accounts for chunk in _replay(sample_percent=30, salt="2026-04-06")]
    nothing = [chunk.accounts for chunk in _replay(sample_percent=0)]

    assert monday == again
    assert 0 < sum(monday) < 60
    assert nothing == [0]


class TestReplayNames:
    @pytest.mark.parametrize(
        ("statement", "named"),
        [
            ("UPDATE points_account SET book_balance = book_balance + 1 WHERE id = %s", "account book_balance"),
            ("UPDATE points_account SET arrears = arrears + 1 WHERE id = %s", "account arrears"),
            ("UPDATE points_account SET last_sequence = last_sequence + 1 WHERE id = %s", "account last_sequence"),
            ("UPDATE points_lot SET granted = granted + 1 WHERE account_id = %s", "granted"),
            ("UPDATE points_lot SET remaining = remaining - 1 WHERE account_id = %s AND remaining > 0", "remaining"),
        ],
    )
    def test_a_running_figure_that_does_not_follow(self, account_id: UUID, statement: str, named: str) -> None:
        _tamper(statement, account_id)

        assert any(named in what for what in _found())

    def test_a_redemption_that_took_a_later_lot_first(self, account_id: UUID) -> None:
        # Both lots get the other's last day, so what was used was not the first to lapse.
        _tamper(
            """
            UPDATE points_lot SET usable_through = CASE usable_through
                WHEN '2026-04-30' THEN '2026-05-30'::date ELSE usable_through - 20 END
            WHERE account_id = %s AND usable_through < '2026-06-01'
            """,
            account_id,
        )

        assert any("took points out of the order of use" in what for what in _found())

    def test_a_lapse_before_its_time(self, account_id: UUID) -> None:
        _tamper(
            "UPDATE points_lot SET usable_through = '2026-05-01' WHERE account_id = %s AND remaining = 0", account_id
        )

        assert any("lapsed points that could be used through 2026-05-01" in what for what in _found())

    def test_more_used_than_there_was_at_that_time_though_the_sum_is_right(self, account_id: UUID) -> None:
        _tamper(
            "UPDATE points_transaction SET sequence = sequence + 100 WHERE account_id = %s AND kind = 'opening'",
            account_id,
        )

        assert any("transaction 102 took points" in what or "left -" in what for what in _found())
