"""`pointclub ledger`: whether the books agree, and what a month moved."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Protocol
from uuid import UUID

import typer

from pointclub.audit.queries import verify_audit
from pointclub.earning import queries as earning
from pointclub.foundation import clock
from pointclub.jobs import output
from pointclub.jobs.commands import acting
from pointclub.jobs.commands.arguments import AsJson, AsStaff, in_japan, month
from pointclub.jobs.commands.progress import bar
from pointclub.membership import queries as membership
from pointclub.people.rules.permissions import Permission
from pointclub.points import queries as points_queries
from pointclub.points import services as points
from pointclub.rewards import queries as rewards

app = typer.Typer(no_args_is_help=True)

Month = Annotated[dt.date, typer.Argument(parser=month, metavar="YYYY-MM", help="The month.")]


class Difference(Protocol):
    """What all checks report."""

    @property
    def account_id(self) -> UUID | None:
        """Whose account it is."""

    @property
    def what(self) -> str:
        """Which figure differs."""

    @property
    def stands(self) -> int | str:
        """What is written."""

    @property
    def follows(self) -> int | str:
        """What the postings say."""


@app.command(epilog="Example: pointclub ledger verify --json")
def verify(*, json: AsJson = False) -> None:
    """Recompute every running figure from the postings and every hash of the audit log, and name what differs.

    Exit code 1 if anything does.
    """
    accounts = 0
    found: list[Difference] = []
    with bar("Accounts", total=membership.count_memberships(), json=json) as progress:
        for chunk in points_queries.verify_ledger():
            accounts += chunk.accounts
            found += chunk.differences
            progress.advance(chunk.accounts)
        found += earning.verify_accruals()
        found += rewards.verify_redemptions()
        found += membership.verify_memberships()
        found += verify_audit()
        progress.finish()
    output.emit({"accounts": accounts, "differences": _rows(found)}, json=json)
    if found:
        raise SystemExit(output.DIFFERENCE)


@app.command("month", epilog="Example: pointclub ledger month 2026-03")
def show_month(of: Month, *, json: AsJson = False) -> None:
    """Show what a month moved, by the other side of the books, and the points outstanding at its end."""
    figures = points_queries.month_figures(month=of)
    output.emit(figures if json else _as_tables(figures), json=json)


@app.command("close-month", epilog="Example: pointclub ledger close-month 2026-03 --as sato")
def close_month(of: Month, *, as_staff: AsStaff, json: AsJson = False) -> None:
    """Close a month's books for good, once lapse and update have run through its end."""
    now, actor = clock.now(), acting.staff(as_staff, Permission.CLOSE_MONTH)
    closed = points.close_month(month=of, at=now, actor=actor)
    head = {"closed_at": in_japan(closed.closed_at), "closed_by": closed.closed_by}
    output.emit(head | (closed.figures if json else _as_tables(closed.figures)), json=json)


def _rows(found: Sequence[Difference]) -> list[dict[str, Any]]:
    numbers = membership.primary_numbers(each.account_id for each in found)
    return [
        {
            "member_number": None if each.account_id is None else numbers.get(each.account_id),
            "account": each.account_id,
            "what": each.what,
            "stands": each.stands,
            "follows": each.follows,
        }
        for each in found
    ]


def _as_tables(figures: dict[str, Any]) -> dict[str, Any]:
    moved: Iterable[tuple[str, dict[str, int]]] = figures["moved"].items()
    outstanding: Iterable[tuple[str, int]] = figures["outstanding"].items()
    return {
        "month": figures["month"],
        "moved": [{"contra": contra, **sums} for contra, sums in moved],
        "outstanding": [{"usable_through": through, "points": points} for through, points in outstanding],
    }
