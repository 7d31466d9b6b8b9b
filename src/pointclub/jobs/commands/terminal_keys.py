"""`pointclub merchant issue-key`, `keys` and `revoke-key`: what lets a merchant's terminals in (ACC-1)."""

import sys
from typing import Annotated, Any
from uuid import UUID

import typer

from pointclub.foundation import clock
from pointclub.foundation.periods import tokyo_day
from pointclub.jobs import output
from pointclub.jobs.commands import acting
from pointclub.jobs.commands.arguments import AsJson, AsStaff, MerchantArgument, Reason, calls_per_minute, in_japan
from pointclub.merchants import queries as merchant_queries
from pointclub.merchants import services as merchants
from pointclub.merchants.models import TerminalKey
from pointclub.merchants.rules.keys import DEFAULT_PER_MINUTE, KeyAct
from pointclub.people.rules.permissions import Permission

_ALL_ACTS = ",".join(KeyAct)


def add_to(app: typer.Typer) -> None:
    """Put the commands among those that concern a merchant."""
    app.command("issue-key", epilog="Example: pointclub merchant issue-key 100001 --name 'till 3' --as sato")(issue)
    app.command("keys", epilog="Example: pointclub merchant keys 100001 --as sato --json")(list_all)
    app.command("revoke-key", epilog="Example: pointclub merchant revoke-key 01890a5d-… --reason 端末の紛失 --as sato")(
        revoke
    )


def issue(
    number: MerchantArgument,
    *,
    name: Annotated[str, typer.Option(help="What people call it: the till, or who holds it.")],
    store: Annotated[str, typer.Option(metavar="STORE", help="The one store it is for; all if not said.")] = "",
    terminal: Annotated[str, typer.Option(metavar="TERMINAL", help="The one till it is for; any if not said.")] = "",
    acts: Annotated[str, typer.Option(metavar="ACTS", help="What it is for, with commas.")] = _ALL_ACTS,
    per_minute: Annotated[
        int, typer.Option(parser=calls_per_minute, metavar="CALLS", help="The most calls in a minute.")
    ] = DEFAULT_PER_MINUTE,
    as_staff: AsStaff,
    json: AsJson = False,
) -> None:
    """Issue a key to a merchant's terminal. Its secret is shown here and never again."""
    named = _acts(acts)
    now, actor = clock.now(), acting.staff(as_staff, Permission.MANAGE_MERCHANTS)
    issued = merchants.issue_key(
        merchant=merchant_queries.get_merchant(number),
        name=name,
        store_code=store,
        terminal_code=terminal,
        acts=named,
        per_minute=per_minute,
        at=now,
        actor=actor,
    )
    output.emit({"merchant_number": number} | _described(issued.key) | {"secret": issued.secret}, json=json)
    sys.stderr.write("Hand the secret over now: it is kept nowhere and is not shown again.\n")


def list_all(number: MerchantArgument, *, as_staff: AsStaff, json: AsJson = False) -> None:
    """Show the keys of a merchant, revoked ones too, the latest first."""
    acting.staff(as_staff, Permission.SEE_CATALOGUE)
    merchant = merchant_queries.get_merchant(number)
    described = _described if json else _in_short
    keys = [described(key) for key in merchant_queries.list_keys(merchant.id)]
    output.emit({"merchant_number": number, "keys": keys}, json=json)


def revoke(
    key_id: Annotated[UUID, typer.Argument(metavar="KEY", help="The id that issue-key and keys show.")],
    *,
    reason: Reason,
    as_staff: AsStaff,
    json: AsJson = False,
) -> None:
    """Revoke a key: from now on it opens nothing, and that cannot be undone."""
    now, actor = clock.now(), acting.staff(as_staff, Permission.MANAGE_MERCHANTS)
    key = merchants.revoke_key(key_id=key_id, at=now, actor=actor, reason=reason)
    output.emit({"merchant_number": key.merchant.number} | _described(key), json=json)


def _acts(text: str) -> list[KeyAct]:
    try:
        return [KeyAct(each.strip()) for each in text.split(",")]
    except ValueError:
        message = f"{text!r} names no acts; write one or more of {_ALL_ACTS}."
        raise typer.BadParameter(message) from None


def _described(key: TerminalKey) -> dict[str, Any]:
    return {
        "key": key.id,
        "name": key.name,
        "store": key.store.code if key.store else None,
        "terminal": key.terminal_code or None,
        "acts": key.acts,
        "per_minute": key.per_minute,
        "hint": key.hint,
        "issued_at": in_japan(key.issued_at),
        "issued_by": key.issued_by,
        "revoked_at": None if key.revoked_at is None else in_japan(key.revoked_at),
        "revoked_by": key.revoked_by or None,
    }


def _in_short(key: TerminalKey) -> dict[str, Any]:
    """Return what fits beside one another on a narrow terminal."""
    where = [key.store.code if key.store else "all stores", key.terminal_code]
    return {
        "key": key.id,
        "name": f"{key.name} …{key.hint}",
        "where": [each for each in where if each],
        "acts": key.acts,
        "issued": tokyo_day(key.issued_at),
        "revoked": None if key.revoked_at is None else tokyo_day(key.revoked_at),
    }
