"""`pointclub merchant`: who gives points, how many, and with which keys."""

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any

import typer

from pointclub.earning import services as earning
from pointclub.earning.models import EarningRule
from pointclub.earning.rules.amount import AmountRule, PercentOfPrice, PointsPerUnit
from pointclub.foundation import clock
from pointclub.foundation.acts import act
from pointclub.foundation.periods import tokyo_day
from pointclub.jobs import output
from pointclub.jobs.commands import acting, terminal_keys
from pointclub.jobs.commands.arguments import AsJson, AsStaff, MerchantArgument, day, decimal, points_per_yen
from pointclub.merchants import queries as merchant_queries
from pointclub.merchants import services as merchants
from pointclub.merchants.models import Merchant
from pointclub.people.rules.permissions import Permission

app = typer.Typer(no_args_is_help=True)

Rate = Annotated[
    str | None,
    typer.Option("--points-per-yen", metavar="1/100", help="So many points for each full so many yen."),
]
Percent = Annotated[
    Decimal | None, typer.Option(parser=decimal, metavar="PERCENT", help="Points as a percentage of the price.")
]
BeforeTax = Annotated[bool, typer.Option("--before-tax", help="Count the price without its tax.")]


@app.command(epilog="Example: pointclub merchant add 100001 --name 見本ベーカリー --points-per-yen 1/100 --as sato")
def add(
    number: MerchantArgument,
    *,
    name: Annotated[str, typer.Option(help="The name that members read.")],
    rate: Rate = None,
    percent: Percent = None,
    before_tax: BeforeTax = False,
    admitted_on: Annotated[
        dt.date | None, typer.Option(parser=day, metavar="DATE", help="The first day that counts; today if not said.")
    ] = None,
    as_staff: AsStaff,
    json: AsJson = False,
) -> None:
    """Admit a merchant, with its earning rule where one is given."""
    now, actor = clock.now(), acting.staff(as_staff, Permission.MANAGE_MERCHANTS)
    first_day = admitted_on or tokyo_day(now)
    amount = _amount_or_none(rate, percent)
    if amount is not None:
        acting.staff(as_staff, Permission.MANAGE_CATALOGUE)

    @act
    def admit_with_rule() -> Merchant:
        merchant = merchants.admit_merchant(number=number, name=name, admitted_on=first_day, at=now, actor=actor)
        if amount is not None:
            earning.add_earning_rule(
                merchant=merchant,
                effective_from=first_day,
                amount=amount,
                base=_base(before_tax=before_tax),
                at=now,
                actor=actor,
            )
        return merchant

    output.emit(_described(admit_with_rule()) | {"rule": _rule_text(amount)}, json=json)


@app.command(epilog="Example: pointclub merchant rule 100001 --percent 3 --from 2026-04-01 --as sato")
def rule(
    number: MerchantArgument,
    *,
    rate: Rate = None,
    percent: Percent = None,
    before_tax: BeforeTax = False,
    effective_from: Annotated[
        dt.date | None,
        typer.Option(
            "--from", parser=day, metavar="DATE", help="The first day of sale it counts for; today if not said."
        ),
    ] = None,
    as_staff: AsStaff,
    json: AsJson = False,
) -> None:
    """Record a merchant's next earning rule; what was granted under an earlier one stays."""
    now, actor = clock.now(), acting.staff(as_staff, Permission.MANAGE_CATALOGUE)
    amount = _amount_or_none(rate, percent)
    if amount is None:
        message = "Give --points-per-yen 1/100 or --percent 3."
        raise typer.BadParameter(message)
    merchant = merchant_queries.get_merchant(number)
    recorded = earning.add_earning_rule(
        merchant=merchant,
        effective_from=effective_from or tokyo_day(now),
        amount=amount,
        base=_base(before_tax=before_tax),
        at=now,
        actor=actor,
    )
    output.emit(
        {"merchant_number": number, "rule": _rule_text(amount), "effective_from": recorded.effective_from}, json=json
    )


@app.command(epilog="Example: pointclub merchant suspend 100001 --as sato")
def suspend(number: MerchantArgument, *, as_staff: AsStaff, json: AsJson = False) -> None:
    """Stop a merchant from giving points for now; what it gave stays."""
    now, actor = clock.now(), acting.staff(as_staff, Permission.MANAGE_MERCHANTS)
    merchants.suspend_merchant(merchant=merchant_queries.get_merchant(number), at=now, actor=actor)
    output.emit(_described(merchant_queries.get_merchant(number)), json=json)


@app.command(epilog="Example: pointclub merchant resume 100001 --as sato")
def resume(number: MerchantArgument, *, as_staff: AsStaff, json: AsJson = False) -> None:
    """Let a suspended merchant give points again."""
    now, actor = clock.now(), acting.staff(as_staff, Permission.MANAGE_MERCHANTS)
    merchants.resume_merchant(merchant=merchant_queries.get_merchant(number), at=now, actor=actor)
    output.emit(_described(merchant_queries.get_merchant(number)), json=json)


@app.command(epilog="Example: pointclub merchant end 100001 --as sato")
def end(number: MerchantArgument, *, as_staff: AsStaff, json: AsJson = False) -> None:
    """End a merchant's part in the club; sales from before today can still arrive."""
    now, actor = clock.now(), acting.staff(as_staff, Permission.MANAGE_MERCHANTS)
    merchants.end_merchant(merchant=merchant_queries.get_merchant(number), at=now, actor=actor)
    output.emit(_described(merchant_queries.get_merchant(number)), json=json)


terminal_keys.add_to(app)


def _amount_or_none(rate: str | None, percent: Decimal | None) -> AmountRule | None:
    if rate is not None and percent is not None:
        message = "A rule goes by --points-per-yen or by --percent, not by both."
        raise typer.BadParameter(message)
    if rate is not None:
        number, unit = points_per_yen(rate)
        return PointsPerUnit(unit_yen=unit, points_per_unit=number)
    return None if percent is None else PercentOfPrice(percent)


def _base(*, before_tax: bool) -> EarningRule.Base:
    return EarningRule.Base.TAX_EXCLUDED if before_tax else EarningRule.Base.TAX_INCLUDED


def _rule_text(amount: AmountRule | None) -> str | None:
    if isinstance(amount, PointsPerUnit):
        return f"{amount.points_per_unit}/{amount.unit_yen}"
    return None if amount is None else f"{amount.percent}%"


def _described(merchant: Merchant) -> dict[str, Any]:
    return {
        "merchant_number": merchant.number,
        "name": merchant.name,
        "admitted_on": merchant.admitted_on,
        "suspended_at": merchant.suspended_at,
        "ended_on": merchant.ended_on,
    }
