"""`pointclub program`: the figures that the documents fix, by date."""

import datetime as dt
from typing import Annotated, Any
from uuid import UUID

import typer

from pointclub.foundation import clock
from pointclub.foundation.periods import tokyo_day
from pointclub.jobs import output
from pointclub.jobs.commands import acting
from pointclub.jobs.commands.arguments import AsJson, AsStaff, Reason, day, days, months, points
from pointclub.jobs.commands.decisions import who_and_when
from pointclub.people.rules.permissions import Permission
from pointclub.program import queries as program_queries
from pointclub.program import services as program
from pointclub.program.models import ProgramVersion, VersionRequest

app = typer.Typer(no_args_is_help=True)

RequestId = Annotated[UUID, typer.Argument(metavar="REQUEST", help="The id that request gave.")]

_USUAL = program.ProgramFigures(validity_months=36, special_expiry_allowed=True, bill_payment_allowed=True)


@app.command(epilog="Example: pointclub program show --on 2026-04-01")
def show(
    *,
    on: Annotated[
        dt.date | None, typer.Option(parser=day, metavar="DATE", help="Only the version in force that day.")
    ] = None,
    json: AsJson = False,
) -> None:
    """Show the program's versions, or the one in force on a day."""
    today = tokyo_day(clock.now())
    if on is not None:
        output.emit(_described(program_queries.get_version(on=on)), json=json)
        return
    in_force = program_queries.get_version(on=today).code
    versions = [
        _described(version) | {"in_force": version.code == in_force} for version in program_queries.list_versions()
    ]
    if not json:
        shown = ("code", "effective_from", "validity_months", "in_force")
        versions = [{name: version[name] for name in shown} for version in versions]
    output.emit({"versions": versions}, json=json)


@app.command(
    "request",
    epilog="Example: pointclub program request 2027 --from 2027-04-01 --validity-months 24 --reason 改定 --as sato",
)
def request_version(  # noqa: PLR0913 -- A command's options are its arguments.
    code: Annotated[str, typer.Argument(metavar="CODE", help="The version's short name.")],
    *,
    effective_from: Annotated[
        dt.date, typer.Option("--from", parser=day, metavar="DATE", help="The day on which it takes over; not past.")
    ],
    validity_months: Annotated[
        int, typer.Option(parser=months, metavar="MONTHS", help="How long ordinary points live.")
    ] = _USUAL.validity_months,
    return_validity_months: Annotated[
        int, typer.Option(parser=months, metavar="MONTHS", help="How long points live that came back late.")
    ] = _USUAL.return_validity_months,
    special_expiry: Annotated[bool, typer.Option(help="Campaigns may set a last day of their own.")] = True,
    bill_payment: Annotated[bool, typer.Option(help="Points can pay energy bills.")] = True,
    correction_window_days: Annotated[
        int, typer.Option(parser=days, metavar="DAYS", help="For how long a merchant can change its accruals.")
    ] = _USUAL.correction_window_days,
    electricity_points: Annotated[
        int, typer.Option(parser=points, metavar="POINTS", help="Points for 1,000 yen of electricity.")
    ] = _USUAL.electricity_points_per_1000_yen,
    gas_points: Annotated[
        int, typer.Option(parser=points, metavar="POINTS", help="Points for 1,000 yen of gas.")
    ] = _USUAL.gas_points_per_1000_yen,
    bill_points_need_viewing: Annotated[
        bool, typer.Option("--bill-points-need-viewing", help="Points on a bill only for who looked at it.")
    ] = _USUAL.bill_points_need_viewing,
    reason: Reason,
    as_staff: AsStaff,
    json: AsJson = False,
) -> None:
    """Ask for a version of the program that takes over on its first day; a second person decides."""
    now, actor = clock.now(), acting.staff(as_staff, Permission.REQUEST_PROGRAM_VERSION)
    figures = program.ProgramFigures(
        validity_months=validity_months,
        special_expiry_allowed=special_expiry,
        bill_payment_allowed=bill_payment,
        correction_window_days=correction_window_days,
        return_validity_months=return_validity_months,
        electricity_points_per_1000_yen=electricity_points,
        gas_points_per_1000_yen=gas_points,
        bill_points_need_viewing=bill_points_need_viewing,
    )
    request = program.request_version(
        code=code, effective_from=effective_from, figures=figures, reason=reason, at=now, actor=actor
    )
    output.emit(_request_described(request), json=json)


@app.command(epilog="Example: pointclub program approve 01890a5d-… --as suzuki")
def approve(request: RequestId, *, as_staff: AsStaff, json: AsJson = False) -> None:
    """Record the version that was asked for; who asked cannot. Earlier versions never change."""
    now, actor = clock.now(), acting.staff(as_staff, Permission.DECIDE_PROGRAM_VERSION)
    version = program.approve_version(request_id=request, at=now, actor=actor)
    output.emit(_described(version) | {"approved_by": version.recorded_by}, json=json)


@app.command(epilog="Example: pointclub program reject 01890a5d-… --as suzuki")
def reject(request: RequestId, *, as_staff: AsStaff, json: AsJson = False) -> None:
    """Turn a request down; who asked cannot."""
    now, actor = clock.now(), acting.staff(as_staff, Permission.DECIDE_PROGRAM_VERSION)
    output.emit(_request_described(program.reject_version(request_id=request, at=now, actor=actor)), json=json)


@app.command(epilog="Example: pointclub program requests --as sato --json")
def requests(*, as_staff: AsStaff, json: AsJson = False) -> None:
    """Show the requests for versions, those that wait first."""
    acting.staff(as_staff, Permission.SEE_REQUESTS)
    found = [_request_described(request) for request in program_queries.list_version_requests()]
    output.emit({"requests": found}, json=json)


def _described(version: ProgramVersion) -> dict[str, Any]:
    return {
        "code": version.code,
        "effective_from": version.effective_from,
        **{name: getattr(version, name) for name in program.ProgramFigures.__slots__},
    }


def _request_described(request: VersionRequest) -> dict[str, Any]:
    return {
        "request": request.id,
        "state": request.state,
        "code": request.code,
        "effective_from": request.effective_from,
        **request.figures,
        "reason": request.reason,
        **who_and_when(request),
    }
