"""`pointclub member revoke`: asked for by one member of staff, decided by another (STF-2, END-4)."""

from typing import Annotated, Any
from uuid import UUID

import typer

from pointclub.foundation import clock
from pointclub.jobs import output
from pointclub.jobs.commands import acting
from pointclub.jobs.commands.arguments import AsJson, AsStaff, MemberArgument, Reason
from pointclub.jobs.commands.decisions import who_and_when
from pointclub.membership import queries as membership_queries
from pointclub.membership import services as membership
from pointclub.membership.models import RevocationRequest
from pointclub.people.rules.permissions import Permission
from pointclub.revocation import services as revocation

app = typer.Typer(no_args_is_help=True)

_GROUNDS = ", ".join(RevocationRequest.Ground.values)

RequestId = Annotated[UUID, typer.Argument(metavar="REQUEST", help="The id that request gave.")]


@app.command(
    epilog="Example: pointclub member revoke request 1234-5678-9015 --ground false_details --reason 虚偽登録 --as sato"
)
def request(
    number: MemberArgument,
    *,
    ground: Annotated[str, typer.Option(metavar="GROUND", help=f"What the terms name: {_GROUNDS}.")],
    reason: Reason,
    as_staff: AsStaff,
    json: AsJson = False,
) -> None:
    """Ask for a membership to be revoked, which freezes it at once; a second person decides."""
    if ground not in RevocationRequest.Ground.values:
        message = f"{ground!r} is no ground of the terms; they are {_GROUNDS}."
        raise typer.BadParameter(message)
    now, actor = clock.now(), acting.staff(as_staff, Permission.REQUEST_REVOCATION)
    asked = membership.request_revocation(
        member=membership_queries.get_member(number),
        ground=RevocationRequest.Ground(ground),
        reason=reason,
        at=now,
        actor=actor,
    )
    _emit(asked, json=json)


@app.command(epilog="Example: pointclub member revoke approve 01890a5d-… --as rikka")
def approve(request_id: RequestId, *, as_staff: AsStaff, json: AsJson = False) -> None:
    """End the membership, forfeit its points and stop what was not handed over; who asked for it cannot."""
    now, actor = clock.now(), acting.staff(as_staff, Permission.DECIDE_REVOCATION)
    _emit(revocation.approve_revocation(request_id=request_id, at=now, actor=actor), json=json)


@app.command(epilog="Example: pointclub member revoke reject 01890a5d-… --as rikka")
def reject(request_id: RequestId, *, as_staff: AsStaff, json: AsJson = False) -> None:
    """Turn a request down, which lifts the freeze; who asked for it cannot."""
    now, actor = clock.now(), acting.staff(as_staff, Permission.DECIDE_REVOCATION)
    _emit(membership.reject_revocation(request_id=request_id, at=now, actor=actor), json=json)


@app.command("list", epilog="Example: pointclub member revoke list --as sato --json")
def list_all(*, as_staff: AsStaff, json: AsJson = False) -> None:
    """Show the requests, those that wait first."""
    acting.staff(as_staff, Permission.SEE_REQUESTS)
    found = membership_queries.list_revocations()
    numbers = membership_queries.primary_numbers(each.membership.account_id for each in found)
    rows = [_described(each, number=numbers[each.membership.account_id]) for each in found]
    output.emit({"requests": rows}, json=json)


def _emit(asked: RevocationRequest, *, json: bool) -> None:
    number = membership_queries.get_primary_number(asked.membership_id)
    output.emit(_described(asked, number=number), json=json)


def _described(asked: RevocationRequest, *, number: str) -> dict[str, Any]:
    return {
        "request": asked.id,
        "state": asked.state,
        "member_number": number,
        "ground": str(asked.ground),
        "reason": asked.reason,
        **who_and_when(asked),
    }
