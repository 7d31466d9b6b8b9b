"""`pointclub ledger`: whether the books agree, with themselves and with what was sealed; and what a month moved."""

import datetime as dt
from collections.abc import Iterable
from typing import Annotated, Any

import typer

from pointclub.earning import queries as earning
from pointclub.foundation import clock
from pointclub.jobs import output
from pointclub.jobs.commands import acting, apart, roots
from pointclub.jobs.commands.arguments import AsJson, AsStaff, in_japan, month
from pointclub.jobs.commands.differences import Difference, rows
from pointclub.jobs.commands.progress import bar
from pointclub.membership import queries as membership
from pointclub.points import queries as points_queries
from pointclub.points import services as points
from pointclub.rewards import queries as rewards

app = typer.Typer(no_args_is_help=True)

Month = Annotated[dt.date, typer.Argument(parser=month, metavar="YYYY-MM", help="The month.")]


@app.command(epilog="Example: pointclub ledger verify --json")
def verify(*, json: AsJson = False) -> None:
    """Recompute every running figure and every hash, and name what differs; exit code 1 if anything does."""
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
        progress.finish()
    output.emit({"accounts": accounts, "differences": rows(found)}, json=json)
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
    now, actor = clock.now(), acting.staff(as_staff)
    closed = points.close_month(month=of, at=now, actor=actor)
    head = {"closed_at": in_japan(closed.closed_at), "closed_by": closed.closed_by}
    output.emit(head | (closed.figures if json else _as_tables(closed.figures)), json=json)


app.command("root", epilog="Example: pointclub ledger root --to roots")(roots.root)
app.command("check-root", epilog="Example: pointclub ledger check-root roots/root-2026-04-01.txt --json")(
    roots.check_root
)
app.command("prove", epilog="Example: pointclub ledger prove 1234-5678-9015 --root roots/root-2026-04-01.txt")(
    roots.prove
)
app.command("check-proof", epilog=apart.CHECK_PROOF_EXAMPLE)(apart.check_proof)
app.command("root-key", epilog="Example: pointclub ledger root-key")(apart.root_key)


def _as_tables(figures: dict[str, Any]) -> dict[str, Any]:
    moved: Iterable[tuple[str, dict[str, int]]] = figures["moved"].items()
    outstanding: Iterable[tuple[str, int]] = figures["outstanding"].items()
    return {
        "month": figures["month"],
        "moved": [{"contra": contra, **sums} for contra, sums in moved],
        "outstanding": [{"usable_through": through, "points": points} for through, points in outstanding],
    }
