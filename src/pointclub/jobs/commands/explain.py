"""`pointclub explain`: where points came from, and where they went."""

import datetime as dt
from typing import Annotated, Any

import typer

from pointclub.earning import queries as earning
from pointclub.explain import queries as explain
from pointclub.foundation import clock
from pointclub.foundation.periods import tokyo_day
from pointclub.jobs import output
from pointclub.jobs.commands.arguments import AsJson, MemberArgument, MemberOption, day, line_number
from pointclub.jobs.explanations import for_people, for_programs
from pointclub.membership import queries as membership

app = typer.Typer(no_args_is_help=True)


@app.command(epilog="Example: pointclub explain accrual 100001-7K2M-9QXB-4TFC")
def accrual(
    receipt_number: Annotated[str, typer.Argument(metavar="RECEIPT", help="The number printed on the receipt.")],
    *,
    json: AsJson = False,
) -> None:
    """Tell one receipt from the till to today: price, rule, rounding, caps, corrections, and where its points went.

    What it went to adds up to what was granted. What was taken for a sale that was undone adds up to what was taken
    back: its own points, those of other receipts, and arrears with the points that paid them.
    """
    on = tokyo_day(clock.now())
    account_id = earning.find_account_of_receipt(receipt_number)
    told = explain.explain_accrual(account_id, receipt_number, on=on)
    output.emit(for_programs.accrual(told) if json else for_people.accrual(told), json=json)


@app.command(epilog="Example: pointclub explain redemption R260401-0123456789 1 --member 1234-5678-9015")
def redemption(
    order: Annotated[str, typer.Argument(metavar="ORDER", help="The number that redeem gave.")],
    line: Annotated[int, typer.Argument(parser=line_number, metavar="LINE", help="Which line, counted from 1.")],
    *,
    member: MemberOption,
    json: AsJson = False,
) -> None:
    """Tell which receipts and other origins the points of a redemption line came from.

    They add up to what the line took, less what came back.
    """
    on = tokyo_day(clock.now())
    account_id = membership.get_member(member).membership.account_id
    told = explain.explain_line(account_id, order, line, on=on)
    output.emit(for_programs.line(told) if json else for_people.line(told), json=json)


@app.command(epilog="Example: pointclub explain balance 1234-5678-9015 --on 2026-05-01")
def balance(
    number: MemberArgument,
    *,
    on: Annotated[dt.date | None, typer.Option(parser=day, metavar="DATE", help="Today if not said.")] = None,
    json: AsJson = False,
) -> None:
    """Tell for each lot of an account, first to lapse first, which receipts and other origins are left in it."""
    member = membership.get_member(number)
    told = explain.explain_balance(member.membership.account_id, on=on or tokyo_day(clock.now()))
    content: dict[str, Any] = {"member_number": member.number}
    output.emit(content | (for_programs.balance(told) if json else for_people.balance(told)), json=json)
