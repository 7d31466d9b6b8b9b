"""`pointclub demo-data`: purchases that really happened, as files to import."""

import json as json_format
import os
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from pointclub.config.environment import read_environment
from pointclub.jobs import output
from pointclub.jobs.cli import set_up_django
from pointclub.jobs.commands.arguments import AsJson
from pointclub.jobs.database import access
from pointclub.jobs.groceries import baskets, feed_files

FIGURES = Path("build", "real.json")

app = typer.Typer(no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keep the name of the single command below it."""


@app.command(epilog="Example: pointclub demo-data groceries --out files --set-up")
def groceries(
    *,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write a file of purchases for each month there.")
    ] = None,
    merchant: Annotated[str, typer.Option(metavar="MERCHANT", help="The number to send them under.")] = "500001",
    set_up: Annotated[
        bool, typer.Option("--set-up", help="Make the merchant, its stores and the members, to import them for.")
    ] = False,
    verify: Annotated[
        bool, typer.Option("--verify", help="Live the whole year twice in databases of its own; write the figures.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Turn a year of grocery baskets into files of purchases, one a month (`make real` installs the data)."""
    if verify:
        _verify(json=json)
        return
    if out is None and not set_up:
        raise typer.BadParameter("Say --out DIR, --set-up, --verify, or several of them.")
    bought = baskets.read_baskets()
    result: dict[str, object] = {"baskets": len(bought)}
    if out is not None:
        written = feed_files.write_monthly_files(bought, folder=out, merchant_number=merchant)
        result["files"] = [{"file": str(file.path), "rows": file.rows, "yen": file.yen} for file in written]
    if set_up:
        with ExitStack() as stack:
            access.open_database(read_environment(os.environ), stack)
            set_up_django()
            from pointclub.jobs.groceries import club

            result["members"] = club.set_up_club(bought, merchant_number=merchant)
    output.emit(result, json=json)


def _verify(*, json: bool) -> None:
    """Go through the year under both validities; the exit code tells whether a difference was found."""
    from pointclub.jobs.groceries.real import live_twice

    outcomes = live_twice()
    rows = [outcome.figures() for outcome in outcomes]
    FIGURES.parent.mkdir(exist_ok=True)
    FIGURES.write_text(json_format.dumps(rows, indent=2) + "\n")
    by_figure = [
        {"figure": name.replace("_", " ")} | {f"{row['validity_months']} months": row[name] for row in rows}
        for name in rows[0]
        if name != "validity_months"
    ]
    output.emit({"points_that_live": rows if json else by_figure}, json=json)
    if any(outcome.differences for outcome in outcomes):
        raise SystemExit(output.DIFFERENCE)
