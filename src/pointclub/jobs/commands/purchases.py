"""`pointclub accrue`, `correct`, `reverse` and `reversals`: what members earn, and putting it right."""

import datetime as dt
from typing import Annotated, Any

import typer
from uuid_utils.compat import uuid7

from pointclub.earning import queries as earning_queries
from pointclub.earning import services as earning
from pointclub.earning.rules.requests import AccrualRequest, Refused
from pointclub.foundation import clock
from pointclub.foundation.refusals import NotFoundError, Refusal
from pointclub.jobs import output
from pointclub.jobs.commands import acting
from pointclub.jobs.commands.arguments import (
    AsJson,
    AsStaff,
    MemberArgument,
    MerchantOption,
    Reference,
    days,
    in_japan,
    instant,
    points,
    some_yen,
    yen,
)
from pointclub.membership.rules.number import ungrouped
from pointclub.merchants import queries as merchants
from pointclub.people.rules.permissions import Permission

# One whole reversal is the same as any other of the same sale, so all share a key.
_WHOLE = "whole"
_NOT_FOUND = frozenset({"unknown_member", "unknown_merchant"})

reversals = typer.Typer(no_args_is_help=True)

Price = Annotated[int | None, typer.Option("--yen", parser=yen, metavar="YEN", help="The price, tax included.")]
FixedPoints = Annotated[
    int | None, typer.Option("--points", parser=points, metavar="POINTS", help="A number of points agreed on.")
]
IneligibleYen = Annotated[
    int, typer.Option(parser=yen, metavar="YEN", help="The part of the price that earns nothing.")
]
TaxYen = Annotated[int, typer.Option(parser=yen, metavar="YEN", help="The tax within the rest.")]
OptionalReason = Annotated[str, typer.Option(help="Why, for the record.")]


def accrue(  # noqa: PLR0913 -- A command's options are its arguments.
    member: MemberArgument,
    *,
    merchant: MerchantOption,
    reference: Reference,
    price_yen: Price = None,
    fixed_points: FixedPoints = None,
    ineligible_yen: IneligibleYen = 0,
    tax_yen: TaxYen = 0,
    store: Annotated[str, typer.Option(metavar="CODE", help="The merchant's code of the store.")] = "",
    at: Annotated[
        dt.datetime | None, typer.Option(parser=instant, metavar="INSTANT", help="When it was sold; now if not said.")
    ] = None,
    as_staff: AsStaff,
    json: AsJson = False,
) -> None:
    """Take in one sale; its points wait for the balance update. Sent again, it counts once."""
    now, actor = clock.now(), acting.staff(as_staff, Permission.ACCRUE_BY_HAND)
    _refuse_both_or_neither(price_yen, fixed_points)
    request = AccrualRequest(
        merchant_number=merchant,
        reference=reference,
        member_number=ungrouped(member),
        sold_at=at,
        price_yen=price_yen or 0,
        ineligible_yen=ineligible_yen,
        tax_yen=tax_yen,
        points=fixed_points,
        store_code=store,
    )
    (answer,) = earning.accrue_batch([request], at=now, actor=actor)
    if isinstance(answer, Refused):
        raise _as_refusal(answer)
    output.emit(
        {
            "receipt": answer.receipt_number,
            "reference": answer.reference,
            "points": answer.points,
            "base_points": answer.base_points,
            "bonuses": [
                {"campaign": bonus.campaign_code, "points": bonus.points, "capped_by": bonus.cap or None}
                for bonus in answer.bonuses
            ],
            "is_repeat": answer.is_repeat,
        },
        json=json,
    )


def correct(  # noqa: PLR0913 -- A command's options are its arguments.
    *,
    merchant: MerchantOption,
    reference: Reference,
    price_yen: Price = None,
    fixed_points: FixedPoints = None,
    ineligible_yen: IneligibleYen = 0,
    tax_yen: TaxYen = 0,
    key: Annotated[
        str | None, typer.Option(metavar="KEY", help="A key of your own, under which it counts once.")
    ] = None,
    reason: OptionalReason = "",
    as_staff: AsStaff,
    json: AsJson = False,
) -> None:
    """Put the right price, or number of points, in place of a wrong one."""
    now, actor = clock.now(), acting.staff(as_staff, Permission.ACCRUE_BY_HAND)
    _refuse_both_or_neither(price_yen, fixed_points)
    changed = earning.correct(
        merchant_number=merchant,
        reference=reference,
        price=None if price_yen is None else earning.NewPrice(price_yen, ineligible_yen, tax_yen),
        new_points=fixed_points,
        key=key or str(uuid7()),
        at=now,
        actor=actor,
        reason=reason,
    )
    output.emit(_described(changed), json=json)


def reverse(
    *,
    merchant: MerchantOption,
    reference: Reference,
    returned_yen: Annotated[
        int | None,
        typer.Option("--yen", parser=some_yen, metavar="YEN", help="Only this part of the price; with a --key."),
    ] = None,
    key: Annotated[
        str | None,
        typer.Option(metavar="KEY", help="A key of your own for a part, so that sent twice it is not two returns."),
    ] = None,
    reason: OptionalReason = "",
    as_staff: AsStaff,
    json: AsJson = False,
) -> None:
    """Take back the points of a sale that was undone, in whole or in part; before its accrual, it waits for it."""
    now, actor = clock.now(), acting.staff(as_staff, Permission.ACCRUE_BY_HAND)
    if returned_yen is not None and not key:
        message = "A part return needs a --key: without one, sent twice it would be two returns."
        raise typer.BadParameter(message)
    changed = earning.reverse(
        merchant_number=merchant,
        reference=reference,
        returned_yen=returned_yen,
        key=key or _WHOLE,
        at=now,
        actor=actor,
        reason=reason,
    )
    output.emit(_described(changed), json=json)


@reversals.callback()
def _group() -> None:
    """Keep the name of the single command below it."""


@reversals.command(epilog="Example: pointclub reversals waiting --merchant 100001 --days 3 --as sato")
def waiting(
    *,
    merchant: MerchantOption,
    older_than_days: Annotated[
        int, typer.Option("--days", parser=days, metavar="DAYS", help="Only those that have waited so long.")
    ] = 0,
    as_staff: AsStaff,
    json: AsJson = False,
) -> None:
    """Show a merchant's reversals whose sale has never come."""
    acting.staff(as_staff, Permission.SEE_ACCRUALS)
    received_before = clock.now() - dt.timedelta(days=older_than_days)
    found = earning_queries.list_unmatched_reversals(
        merchant_id=merchants.get_merchant(merchant).id, received_before=received_before
    )
    rows = [
        {
            "reference": reversal.reference,
            "returned_yen": reversal.returned_yen,
            "received_at": in_japan(reversal.received_at),
            "reason": reversal.reason,
        }
        for reversal in found
    ]
    output.emit({"reversals": rows}, json=json)


def _refuse_both_or_neither(price_yen: int | None, fixed_points: int | None) -> None:
    if (price_yen is None) == (fixed_points is None):
        message = "Give --yen or --points: one of the two."
        raise typer.BadParameter(message)


def _as_refusal(refused: Refused) -> Refusal:
    """Return the refusal of a sale, under its own code, in the shape that every command ends with."""
    shape = NotFoundError if refused.code in _NOT_FOUND else Refusal
    kind: type[Refusal] = type("SaleRefusedError", (shape,), {"code": refused.code})
    return kind(refused.message, reference=refused.reference)


def _described(changed: earning.Changed) -> dict[str, Any]:
    return {
        "receipt": changed.receipt_number,
        "is_waiting_for_its_sale": changed.receipt_number is None,
        "remaining_yen": changed.remaining_yen,
        "points_before": changed.points_before,
        "points_after": changed.points_after,
        "taken_from_lots": changed.taken_from_lots,
        "taken_as_arrears": changed.taken_as_arrears,
        "lapsed_before": changed.lapsed_before,
        "is_repeat": changed.is_repeat,
    }
