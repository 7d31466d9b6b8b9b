"""`pointclub account`: what an account holds, and how it came to be."""

import datetime as dt
from typing import Annotated, Any
from uuid import UUID

import typer

from pointclub.earning import queries as earning
from pointclub.foundation import clock
from pointclub.foundation.periods import tokyo_day
from pointclub.jobs import output
from pointclub.jobs.commands import acting
from pointclub.jobs.commands.arguments import AsJson, AsStaff, day, in_japan
from pointclub.people.rules.permissions import Permission
from pointclub.points import queries as points

app = typer.Typer(no_args_is_help=True)

_WORDS = {
    "update": "points of purchases reached the balance",
    "opening": "balance brought over",
    "redeem": "used for rewards",
    "return": "given back: a reward could not be delivered",
    "take_back": "taken back: a sale was cancelled or corrected",
    "forfeit": "forfeited with the membership",
    "restore": "restored with the membership",
    "extend": "moved to a later last day",
    "adjust": "adjusted",
    "transfer": "transferred",
}

Statement = dict[str, Any]
Stories = dict[UUID, earning.GrantStory]


@app.callback()
def _group() -> None:
    """Keep the name of the single command below it."""


@app.command(epilog="Example: pointclub account show 1234-5678-9015 --on 2026-05-01 --as sato")
def show(
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="The number of any member of the account.")],
    *,
    on: Annotated[dt.date | None, typer.Option(parser=day, metavar="DATE", help="Today if not said.")] = None,
    as_staff: AsStaff,
    json: AsJson = False,
) -> None:
    """Show an account as of a day: both balances, arrears, lots and history.

    Points past their last day have lapsed, whether or not the nightly job has recorded it yet. Pending points are
    those that wait now. The call centre checks first who calls (`pointclub member check`).
    """
    now = clock.now()
    member = acting.looking_at(as_staff, Permission.SEE_ACCOUNT, number=number, at=now)
    statement = _statement(member.membership.account_id, on=on or tokyo_day(now))
    content = {"member_number": member.number} | statement
    output.emit(content if json else _for_people(content), json=json)


def _statement(account_id: UUID, *, on: dt.date) -> Statement:
    balance = points.get_balance(account_id, on=on)
    history = points.get_history(account_id, on=on)
    sources = {posting.source_id for entry in history for posting in entry.postings if posting.source_id}
    stories = earning.describe_grants(account_id, sources)
    return {
        "on": on,
        "usable_balance": balance.usable,
        "book_balance": balance.book,
        "pending_points": earning.pending_points(account_id),
        "pending": [_pending(grant) for grant in earning.list_pending(account_id)],
        "arrears": balance.arrears,
        "is_closed": balance.is_closed,
        "lots": [_lot(lot) for lot in balance.lots],
        "history": [_entry(entry, stories) for entry in history],
    }


def _pending(grant: earning.PendingGrant) -> Statement:
    return {
        "receipt": grant.receipt_number,
        "sold_on": grant.sold_on,
        "points": grant.points,
        "campaign": grant.campaign_code or None,
    }


def _lot(lot: points.LotBalance) -> Statement:
    return {
        "id": lot.id,
        "usable_through": lot.usable_through,
        "kind": lot.kind,
        "remaining": lot.remaining,
        "is_usable": lot.is_usable,
        "origin_lot_id": lot.origin_lot_id,
    }


def _entry(entry: points.HistoryEntry, stories: Stories) -> Statement:
    postings = [_posting(posting, stories) for posting in entry.postings]
    return {
        "sequence": entry.sequence,
        "kind": entry.kind,
        "value_on": entry.value_on,
        "recorded_at": None if entry.recorded_at is None else in_japan(entry.recorded_at),
        "points": entry.points,
        "text": _words(entry),
        "merchant": _only([posting["merchant"] for posting in postings]),
        "receipt": _only([posting["receipt"] for posting in postings]),
        "actor": entry.actor,
        "reason": entry.reason,
        "postings": postings,
    }


def _posting(posting: points.HistoryPosting, stories: Stories) -> Statement:
    story = stories.get(posting.source_id) if posting.source_id else None
    return {
        "points": posting.points,
        "contra": posting.contra,
        "usable_through": posting.usable_through,
        "merchant": story and story.merchant_name,
        "receipt": story and story.receipt_number,
        "sold_on": story and story.sold_on,
        "member_number": story and story.member_number,
        "campaign": story and story.campaign_name,
    }


def _words(entry: points.HistoryEntry) -> str:
    if entry.kind != "lapse":
        return _WORDS.get(entry.kind, entry.kind)
    through = max((posting.usable_through for posting in entry.postings if posting.usable_through), default=None)
    return f"lapsed: could be used through {through}" + ("" if entry.recorded_at else ", not recorded yet")


def _only(values: list[Any]) -> Any:
    """Return the one value that all postings with a value share; several purchases have no one merchant."""
    found = {value for value in values if value is not None}
    return found.pop() if len(found) == 1 else None


def _for_people(content: Statement) -> Statement:
    """Return the statement without what only programs can read."""
    shown = {"value_on": "value_on", "points": "points", "text": "what", "merchant": "merchant", "receipt": "receipt"}
    lots = [
        {name: value for name, value in lot.items() if name not in {"id", "origin_lot_id"}} for lot in content["lots"]
    ]
    history = [{label: entry[name] for name, label in shown.items()} for entry in content["history"]]
    return content | {"lots": lots, "history": history}
