"""`pointclub redeem`, `return` and `orders`: what members get for their points."""

from typing import Annotated, Any

import typer

from pointclub.foundation import clock
from pointclub.jobs import output
from pointclub.jobs.commands import acting
from pointclub.jobs.commands.arguments import (
    AsJson,
    AsStaff,
    Key,
    MemberArgument,
    MemberOption,
    Reason,
    in_japan,
    line_number,
    points,
)
from pointclub.membership import queries as membership
from pointclub.people.rules.permissions import Permission
from pointclub.rewards import queries as rewards_queries
from pointclub.rewards import services as rewards
from pointclub.rewards.models import RedemptionLine, RedemptionOrder


def redeem(
    member: MemberArgument,
    *,
    line: Annotated[
        list[str],
        typer.Option(
            metavar="KIND:POINTS[:LABEL]",
            help="A reward: gift, bill_payment, miles or donation. Say it once for each; all are taken or none.",
        ),
    ],
    key: Key,
    as_staff: AsStaff,
    json: AsJson = False,
) -> None:
    """Take a primary member's points for rewards, earliest last day first."""
    now, actor = clock.now(), acting.staff(as_staff, Permission.REDEEM_FOR_MEMBER)
    lines = [_requested(text) for text in line]
    order = rewards.apply_for_rewards(member=membership.get_member(member), lines=lines, key=key, at=now, actor=actor)
    position = [each for each in rewards_queries.list_orders(order.account_id) if each[0].id == order.id]
    output.emit(_described(*position[0]), json=json)


def return_line(
    order: Annotated[str, typer.Argument(metavar="ORDER", help="The number that redeem gave.")],
    *,
    member: MemberOption,
    line: Annotated[int, typer.Option(parser=line_number, metavar="LINE", help="Which line, counted from 1.")],
    returned_points: Annotated[
        int | None, typer.Option("--points", parser=points, metavar="POINTS", help="All that is left if not said.")
    ] = None,
    reason: Reason,
    key: Key,
    as_staff: AsStaff,
    json: AsJson = False,
) -> None:
    """Give back the points of a reward that could not be delivered, to the lots they came from."""
    now, actor = clock.now(), acting.staff(as_staff, Permission.RETURN_LINE)
    account_id = membership.get_member(member).membership.account_id
    found = rewards_queries.get_line(account_id, order_number=order, position=line)
    returned = rewards.return_line(
        account_id=account_id,
        line_id=found.id,
        returned_points=returned_points,
        key=key,
        reason=reason,
        at=now,
        actor=actor,
    )
    output.emit({"order": order} | _line(returned), json=json)


def orders(member: MemberArgument, *, as_staff: AsStaff, json: AsJson = False) -> None:
    """Show what a member asked for, in the order of acceptance."""
    found_member = acting.looking_at(as_staff, Permission.SEE_ORDERS, number=member, at=clock.now())
    account_id = found_member.membership.account_id
    found = [_described(order, lines) for order, lines in rewards_queries.list_orders(account_id)]
    if json:
        output.emit({"orders": found}, json=True)
        return
    rows = [
        {"order": order["order"], "accepted_at": order["accepted_at"], **line}
        for order in found
        for line in order["lines"]
    ]
    output.emit({"orders": rows}, json=False)


def _requested(text: str) -> rewards.RequestedLine:
    kind, _, rest = text.partition(":")
    amount, _, label = rest.partition(":")
    if kind not in RedemptionLine.Kind.values:
        message = f"{text!r} is no line; write gift:500 or gift:500:label (gift, bill_payment, miles, donation)."
        raise typer.BadParameter(message)
    return rewards.RequestedLine(RedemptionLine.Kind(kind), points(amount), label)


def _described(order: RedemptionOrder, lines: list[RedemptionLine]) -> dict[str, Any]:
    return {
        "order": order.number,
        "key": order.key,
        "points": order.points,
        "accepted_at": in_japan(order.accepted_at),
        "lines": [_line(line) for line in lines],
    }


def _line(line: RedemptionLine) -> dict[str, Any]:
    return {
        "line": line.position,
        "kind": str(line.kind),
        "label": line.label,
        "points": line.points,
        "returned_points": line.returned_points,
        "state": str(line.state),
        "reason": line.reason,
    }
