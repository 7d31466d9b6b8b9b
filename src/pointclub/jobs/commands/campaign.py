"""`pointclub campaign`: more points for a while."""

import datetime as dt
from decimal import Decimal
from typing import Annotated

import typer

from pointclub.earning import services as earning
from pointclub.earning.rules.amount import Bonus
from pointclub.foundation import clock
from pointclub.jobs import output
from pointclub.jobs.commands import acting
from pointclub.jobs.commands.arguments import AsJson, AsStaff, day, decimal, points, yen
from pointclub.merchants import queries as merchants
from pointclub.people.rules.permissions import Permission

app = typer.Typer(no_args_is_help=True)

Cap = Annotated[int | None, typer.Option(parser=points, metavar="POINTS", help="The most it gives.")]


@app.callback()
def _group() -> None:
    """Keep the name of the single command below it."""


@app.command(
    epilog="Example: pointclub campaign add spring --name 春の倍々 --from 2026-04-01 --through 2026-04-30 "
    "--multiplier 2 --cap-per-month 500 --as sato"
)
def add(  # noqa: PLR0913 -- A command's options are its arguments.
    code: Annotated[str, typer.Argument(metavar="CODE", help="Its short name; used again, it makes the next version.")],
    *,
    name: Annotated[str, typer.Option(help="The name that members read.")],
    sold_from: Annotated[dt.date, typer.Option("--from", parser=day, metavar="DATE", help="The first day of sale.")],
    sold_through: Annotated[
        dt.date, typer.Option("--through", parser=day, metavar="DATE", help="The last day of sale.")
    ],
    merchant: Annotated[
        str | None, typer.Option(metavar="MERCHANT", help="Only at this merchant; at all of them if not said.")
    ] = None,
    multiplier: Annotated[
        Decimal | None, typer.Option(parser=decimal, metavar="TIMES", help="So many times the base points.")
    ] = None,
    fixed_points: Annotated[
        int | None, typer.Option("--points", parser=points, metavar="POINTS", help="So many points more.")
    ] = None,
    minimum_yen: Annotated[int, typer.Option(parser=yen, metavar="YEN", help="Only from this price on.")] = 0,
    usable_through: Annotated[
        dt.date | None, typer.Option(parser=day, metavar="DATE", help="A last day of its own for these points.")
    ] = None,
    cap_per_receipt: Cap = None,
    cap_per_day: Cap = None,
    cap_per_month: Cap = None,
    cap_per_member: Cap = None,
    as_staff: AsStaff,
    json: AsJson = False,
) -> None:
    """Record a campaign, or the next version of one; what was granted before stays."""
    now, actor = clock.now(), acting.staff(as_staff, Permission.MANAGE_CATALOGUE)
    recorded = earning.add_campaign(
        code=code,
        name=name,
        merchant=None if merchant is None else merchants.get_merchant(merchant),
        days=earning.CampaignDays(sold_from, sold_through, usable_through),
        bonus=Bonus(multiplier, fixed_points, minimum_yen),
        caps=earning.Caps(cap_per_receipt, cap_per_day, cap_per_month, cap_per_member),
        at=now,
        actor=actor,
    )
    output.emit({"code": recorded.code, "version": recorded.version, "name": recorded.name}, json=json)
