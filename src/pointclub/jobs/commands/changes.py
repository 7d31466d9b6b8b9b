"""`pointclub adjust`, `transfer` and `extend`: asked for by one member of staff, decided by another (STF-2)."""

import datetime as dt
from typing import Annotated, Any
from uuid import UUID

import typer

from pointclub.foundation import clock
from pointclub.jobs import output
from pointclub.jobs.commands import acting
from pointclub.jobs.commands.arguments import (
    AsJson,
    AsStaff,
    MemberArgument,
    Reason,
    day,
    points,
    points_up_or_down,
)
from pointclub.jobs.commands.decisions import who_and_when
from pointclub.jobs.commands.progress import bar
from pointclub.membership import queries as membership
from pointclub.people.rules.permissions import Permission
from pointclub.points import queries as points_queries
from pointclub.points import services as ledger

adjust = typer.Typer(no_args_is_help=True)
transfer = typer.Typer(no_args_is_help=True)
extend = typer.Typer(no_args_is_help=True)

_DECIDING = {
    "adjust": Permission.DECIDE_ADJUSTMENT,
    "transfer": Permission.DECIDE_TRANSFER,
    "extend": Permission.DECIDE_EXTENSION,
}

RequestId = Annotated[UUID, typer.Argument(metavar="REQUEST", help="The id that request gave.")]


@adjust.command(
    "request", epilog="Example: pointclub adjust request 1234-5678-9015 --points=-50 --reason 誤付与 --as sato"
)
def request_adjustment(
    member: MemberArgument,
    *,
    number: Annotated[
        int, typer.Option("--points", parser=points_up_or_down, metavar="POINTS", help="To add, or below zero to take.")
    ],
    usable_through: Annotated[
        dt.date | None,
        typer.Option(parser=day, metavar="DATE", help="The last day of points added; like ordinary ones if not said."),
    ] = None,
    reason: Reason,
    as_staff: AsStaff,
    json: AsJson = False,
) -> None:
    """Ask for points to be added or taken; a second person decides."""
    now, actor = clock.now(), acting.staff(as_staff, Permission.REQUEST_ADJUSTMENT)
    request = ledger.request_adjustment(
        account_id=membership.get_member(member).membership.account_id,
        points=number,
        usable_through=usable_through,
        reason=reason,
        at=now,
        actor=actor,
    )
    output.emit(_described(request), json=json)


@transfer.command(
    "request",
    epilog="Example: pointclub transfer request --from 1234-5678-9015 --to … --points 50 --reason 相続 --as sato",
)
def request_transfer(
    *,
    giver: Annotated[str, typer.Option("--from", metavar="MEMBER", help="Whose points they are.")],
    taker: Annotated[str, typer.Option("--to", metavar="MEMBER", help="Who is to have them.")],
    number: Annotated[int, typer.Option("--points", parser=points, metavar="POINTS", help="How many.")],
    reason: Reason,
    as_staff: AsStaff,
    json: AsJson = False,
) -> None:
    """Ask for points to be moved to another account, by way of exception; a second person decides."""
    now, actor = clock.now(), acting.staff(as_staff, Permission.REQUEST_TRANSFER)
    request = ledger.request_transfer(
        from_account_id=membership.get_member(giver).membership.account_id,
        to_account_id=membership.get_member(taker).membership.account_id,
        points=number,
        reason=reason,
        at=now,
        actor=actor,
    )
    output.emit(_described(request), json=json)


@extend.command(
    "request",
    epilog="Example: pointclub extend request --lots-from 2026-04-01 --lots-through 2026-04-30 "
    "--usable-through 2026-10-31 --reason 災害 --as sato",
)
def request_extension(
    *,
    lots_from: Annotated[dt.date, typer.Option(parser=day, metavar="DATE", help="Lots whose last day is from …")],
    lots_through: Annotated[dt.date, typer.Option(parser=day, metavar="DATE", help="… through this day.")],
    usable_through: Annotated[dt.date, typer.Option(parser=day, metavar="DATE", help="The new last day; only later.")],
    member: Annotated[str | None, typer.Option(metavar="MEMBER", help="Only this account; all if not said.")] = None,
    includes_lapsed: Annotated[bool, typer.Option("--includes-lapsed", help="Also points that have lapsed.")] = False,
    reason: Reason,
    as_staff: AsStaff,
    json: AsJson = False,
) -> None:
    """Ask for another last day for points already issued; a second person decides."""
    now, actor = clock.now(), acting.staff(as_staff, Permission.REQUEST_EXTENSION)
    account_id = None if member is None else membership.get_member(member).membership.account_id
    request = ledger.request_extension(
        selection=ledger.LotSelection(lots_from, lots_through, account_id, includes_lapsed),
        usable_through=usable_through,
        reason=reason,
        at=now,
        actor=actor,
    )
    output.emit(_described(request), json=json)


def approve(context: typer.Context, request: RequestId, *, as_staff: AsStaff, json: AsJson = False) -> None:
    """Approve a request and carry it out; who asked for it cannot."""
    now, actor = clock.now(), acting.staff(as_staff, _DECIDING[_kind(context)])
    _get(context, request)
    decided = ledger.approve_change(request_id=request, at=now, actor=actor)
    output.emit(_described(decided), json=json)


@extend.command("approve", epilog="Example: pointclub extend approve 01890a5d-… --as suzuki")
def approve_extension(request: RequestId, *, as_staff: AsStaff, json: AsJson = False) -> None:
    """Approve a request and carry it out, account by account; stopped midway, the same command goes on."""
    now, actor = clock.now(), acting.staff(as_staff, Permission.DECIDE_EXTENSION)
    asked = _get_of_kind("extend", request)
    if asked.state != "approved":
        asked = ledger.approve_change(request_id=request, at=now, actor=actor)
    moved = 0
    with bar("Accounts", total=ledger.count_selected_accounts(asked), json=json) as progress:
        for number in ledger.carry_out_extension(request_id=request, at=now, actor=actor):
            moved += number
            progress.advance(1)
        progress.finish()
    output.emit(_described(points_queries.get_request(request)) | {"moved_points": moved}, json=json)


def reject(context: typer.Context, request: RequestId, *, as_staff: AsStaff, json: AsJson = False) -> None:
    """Turn a request down; who asked for it cannot."""
    now, actor = clock.now(), acting.staff(as_staff, _DECIDING[_kind(context)])
    _get(context, request)
    decided = ledger.reject_change(request_id=request, at=now, actor=actor)
    output.emit(_described(decided), json=json)


def list_requests(context: typer.Context, *, as_staff: AsStaff, json: AsJson = False) -> None:
    """Show the requests, those that wait first."""
    acting.staff(as_staff, Permission.SEE_REQUESTS)
    kind = _kind(context)
    found = [_described(request) for request in points_queries.list_requests() if request.kind == kind]
    output.emit({"requests": found}, json=json)


for _app, _name in ((adjust, "adjust"), (transfer, "transfer"), (extend, "extend")):
    if _app is not extend:
        _app.command("approve", epilog=f"Example: pointclub {_name} approve 01890a5d-… --as suzuki")(approve)
    _app.command("reject", epilog=f"Example: pointclub {_name} reject 01890a5d-… --as suzuki")(reject)
    _app.command("list", epilog=f"Example: pointclub {_name} list --as sato --json")(list_requests)


def _kind(context: typer.Context) -> str:
    """Return which of the three groups the command was called in."""
    assert context.parent is not None
    return context.parent.info_name or ""


def _get(context: typer.Context, request_id: UUID) -> Any:
    return _get_of_kind(_kind(context), request_id)


def _get_of_kind(kind: str, request_id: UUID) -> Any:
    request = points_queries.get_request(request_id)
    if request.kind != kind:
        message = f"The request {request_id} is not for {kind}; it is for {request.kind}."
        raise ledger.UnknownRequestError(message)
    return request


def _described(request: Any) -> dict[str, Any]:
    numbers = membership.primary_numbers([request.account_id, request.to_account_id])
    return {
        "request": request.id,
        "kind": str(request.kind),
        "state": str(request.state),
        "member_number": numbers.get(request.account_id),
        "to_member_number": numbers.get(request.to_account_id),
        "points": request.points,
        "usable_through": request.usable_through,
        "lots_usable_from": request.lots_usable_from,
        "lots_usable_through": request.lots_usable_through,
        "includes_lapsed": request.includes_lapsed,
        "reason": request.reason,
        **who_and_when(request),
    }
