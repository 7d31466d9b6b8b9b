"""Balances brought over from an older system (FIL-1)."""

import io
from pathlib import Path

import pytest

from pointclub.earning import services as earning
from pointclub.files import queries as files_queries
from pointclub.files import services as files
from pointclub.files.models import RowError
from pointclub.membership.models import Membership
from tests.factories.club import STAFF, Club, jst, verified
from tests.factories.feed_files import FeedFile

pytestmark = [pytest.mark.django_db, pytest.mark.rule("FIL-1")]

COLUMNS = ("reference", "member_number", "points", "usable_through")


def take_in(
    *rows: tuple[str, ...], sequence_number: int = 1, at: str = "2026-05-02 10:00", errors_to: Path | None = None
) -> files_queries.ImportState:
    file = FeedFile("legacy", rows, sequence_number, "opening-balances", COLUMNS, ("points",))
    incoming = files.IncomingFile(file.stream(), "balances.csv", errors_to)
    *_, last = earning.import_opening_balances(incoming, at=jst(at), actor=STAFF)
    return files_queries.get_import(last.file_id)


def test_rows_open_balances_with_their_own_last_days() -> None:
    club = Club()
    member = club.member()

    state = take_in(("1", member.number, "300", "2026-06-30"), ("2", member.number, "50", "2027-03-31"))

    assert (state.accepted, state.points) == (2, 350)
    assert club.lots(member, "2026-05-02") == {"2026-06-30": 300, "2027-03-31": 50}
    assert verified() == []


def test_entry_counts_once_in_whichever_file_it_comes() -> None:
    club = Club()
    member = club.member()
    row = ("1", member.number, "300", "2026-06-30")
    take_in(row, row)

    state = take_in(row, ("2", member.number, "1", "2026-06-30"), sequence_number=2, at="2026-05-03 10:00")

    assert (state.accepted, state.known_before) == (1, 1)
    assert club.lots(member, "2026-05-03") == {"2026-06-30": 301}


@pytest.mark.parametrize(
    ("points", "usable_through", "code"),
    [
        ("300", "2026-05-01", "lapsed_opening_balance"),
        ("0", "2026-06-30", "invalid_points"),
        ("300", "2026-06-31", "not_day"),
        ("1e2", "2026-06-30", "not_number"),
    ],
)
def test_row_that_cannot_be_brought_over_is_reported(points: str, usable_through: str, code: str) -> None:
    club = Club()
    member = club.member()
    total = 100 if points == "1e2" else int(points)
    file = FeedFile(
        "legacy", [("1", member.number, points, usable_through)], 1, "opening-balances", COLUMNS, trailer=(1, total)
    )

    list(
        earning.import_opening_balances(
            files.IncomingFile(file.stream(), "b.csv"), at=jst("2026-05-02 10:00"), actor=STAFF
        )
    )

    assert RowError.objects.get().code == code
    assert club.balance(member, "2026-05-02").book == 0


def test_same_entry_with_another_figure_is_reported() -> None:
    club = Club()
    member = club.member()

    state = take_in(("1", member.number, "300", "2026-06-30"), ("1", member.number, "301", "2026-06-30"))

    assert (state.accepted, state.bad) == (1, 1)
    assert RowError.objects.get().code == "key_reused"


def test_nobody_and_members_who_left_get_nothing() -> None:
    club = Club()
    member = club.member()
    earning.end_membership(
        member=member, reason=Membership.EndReason.WITHDRAWN, at=jst("2026-05-01 10:00"), actor=STAFF
    )

    state = take_in(("1", member.number, "300", "2026-06-30"), ("2", "900000000000", "1", "2026-06-30"))

    assert state.bad == 2
    assert set(RowError.objects.values_list("code", flat=True)) == {"account_closed", "unknown_member"}


def test_purchases_are_no_opening_balances() -> None:
    file = FeedFile("legacy", [])

    with pytest.raises(Exception, match="was expected"):
        list(
            earning.import_opening_balances(
                files.IncomingFile(io.BytesIO(file.content()), "b.csv"), at=jst("2026-05-02 10:00"), actor=STAFF
            )
        )
