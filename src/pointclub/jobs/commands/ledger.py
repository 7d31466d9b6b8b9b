"""`pointclub ledger`: whether the books agree, with themselves and with what was sealed; and what a month moved."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Annotated, Any

import typer

from pointclub.foundation import clock
from pointclub.jobs import books, output
from pointclub.jobs.commands import acting, apart, roots
from pointclub.jobs.commands.arguments import AsJson, AsStaff, day, in_japan, month
from pointclub.jobs.commands.progress import bar
from pointclub.membership import queries as membership
from pointclub.people.rules.permissions import Permission
from pointclub.points import queries as points_queries
from pointclub.points import services as points

app = typer.Typer(no_args_is_help=True)

Month = Annotated[dt.date, typer.Argument(parser=month, metavar="YYYY-MM", help="The month.")]


@app.command(epilog="Example: pointclub ledger verify --json")
def verify(*, json: AsJson = False) -> None:
    """Recompute every running figure and every hash, of the ledger and of the audit log, and name what differs.

    Exit code 1 if anything does.
    """
    accounts, _, found = _go_through(books.verify_books(), json=json)
    _emit({"accounts": accounts}, found, json=json)


@app.command(epilog="Example: pointclub ledger replay --as-of 2026-03-31")
def replay(
    *,
    as_of: Annotated[
        dt.date | None, typer.Option(parser=day, metavar="DATE", help="What counted by that day; all of it.")
    ] = None,
    sample: Annotated[
        int, typer.Option(min=1, max=100, metavar="PERCENT", help="So many of a hundred accounts.")
    ] = 100,
    json: AsJson = False,
) -> None:
    """Rebuild lots, allocations and balances from the first transaction on, and name what differs; exit code 1 if so.

    What accruals and applications say of their transactions is held against them too, but for a day in the past.
    """
    scope = points_queries.ReplayScope(as_of, sample, str(clock.today()))
    accounts, postings, found = _go_through(books.replay_books(scope), json=json)
    head = {} if as_of is None else {"as_of": as_of}
    _emit({**head, "accounts": accounts, "postings": postings}, found, json=json)


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


app.command("root", epilog="Example: pointclub ledger root --to roots")(roots.root)
app.command("check-root", epilog="Example: pointclub ledger check-root roots/root-2026-04-01.txt --json")(
    roots.check_root
)
app.command("prove", epilog="Example: pointclub ledger prove 1234-5678-9015 --as sato")(roots.prove)
app.command("check-proof", epilog=apart.CHECK_PROOF_EXAMPLE)(apart.check_proof)
app.command("root-key", epilog="Example: pointclub ledger root-key")(apart.root_key)


def _go_through(chunks: Iterable[books.Checked], *, json: bool) -> tuple[int, int, list[books.Difference]]:
    accounts = postings = 0
    found: list[books.Difference] = []
    with bar("Accounts", total=membership.count_memberships(), json=json) as progress:
        for chunk in chunks:
            accounts += chunk.accounts
            postings += chunk.postings or 0
            found += chunk.differences
            progress.advance(chunk.passed)
        progress.finish()
    return accounts, postings, found


def _emit(figures: dict[str, Any], found: Sequence[books.Difference], *, json: bool) -> None:
    output.emit({**figures, "differences": books.tell_differences(found)}, json=json)
    if found:
        raise SystemExit(output.DIFFERENCE)


def _as_tables(figures: dict[str, Any]) -> dict[str, Any]:
    moved: Iterable[tuple[str, dict[str, int]]] = figures["moved"].items()
    outstanding: Iterable[tuple[str, int]] = figures["outstanding"].items()
    return {
        "month": figures["month"],
        "moved": [{"contra": contra, **sums} for contra, sums in moved],
        "outstanding": [{"usable_through": through, "points": points} for through, points in outstanding],
    }
