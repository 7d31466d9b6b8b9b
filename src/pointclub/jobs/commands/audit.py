"""`pointclub audit`: who did what, and whether the log is as it was written (STF-3)."""

import datetime as dt
import re
from typing import Annotated, Any
from uuid import UUID

import typer

from pointclub.audit import queries as audit
from pointclub.audit.rules.details import Subject
from pointclub.foundation.periods import start_of_day
from pointclub.jobs import output
from pointclub.jobs.commands import acting
from pointclub.jobs.commands.arguments import AsJson, AsStaff, day, in_japan, page_size
from pointclub.membership import queries as membership
from pointclub.merchants import queries as merchants
from pointclub.people.rules.permissions import Permission

app = typer.Typer(no_args_is_help=True)

_A_DAY = dt.timedelta(days=1)


def actor(text: str) -> str:
    """Read an actor such as staff:sato."""
    if not re.fullmatch(r"(system|member|merchant|staff):.+", text):
        message = f"{text!r} is no actor; write staff:sato, member:123456789015, merchant:100001 or system:lapse."
        raise typer.BadParameter(message)
    return text


def subject(text: str | Subject) -> Subject:
    """Read a subject such as account:01890a5d-…, as the search itself shows it."""
    if isinstance(text, Subject):
        return text
    kind, _, subject_id = text.partition(":")
    if not kind or not subject_id:
        message = f"{text!r} is no subject; write its kind and its id, as in change_request:01890a5d-…"
        raise typer.BadParameter(message)
    return Subject(kind, subject_id)


@app.command(epilog="Example: pointclub audit search --member 1234-5678-9015 --from 2026-04-01 --as nanami --json")
def search(  # noqa: PLR0913 -- A command's options are its arguments.
    *,
    by: Annotated[
        str | None, typer.Option("--actor", parser=actor, metavar="ACTOR", help="Who did it, as in staff:sato.")
    ] = None,
    act: Annotated[
        str | None, typer.Option(metavar="ACT", help="What was done: membership.admit, or membership for all of it.")
    ] = None,
    member: Annotated[
        str | None, typer.Option(metavar="MEMBER", help="Acts on this member, their person, account and membership.")
    ] = None,
    merchant: Annotated[str | None, typer.Option(metavar="MERCHANT", help="Acts on this merchant.")] = None,
    about: Annotated[
        list[Any] | None,
        typer.Option("--subject", parser=subject, metavar="KIND:ID", help="Acts on this; can be said several times."),
    ] = None,
    first_day: Annotated[
        dt.date | None, typer.Option("--from", parser=day, metavar="DATE", help="From this day on.")
    ] = None,
    last_day: Annotated[
        dt.date | None, typer.Option("--through", parser=day, metavar="DATE", help="Through this day.")
    ] = None,
    after: Annotated[
        UUID | None, typer.Option(metavar="ENTRY", help="Go on after this entry, with which the page before ended.")
    ] = None,
    limit: Annotated[int, typer.Option(parser=page_size, metavar="NUMBER", help="How many a page, up to 500.")] = 50,
    as_staff: AsStaff,
    json: AsJson = False,
) -> None:
    """Show who did what, the latest first, a page at a time; what is said several ways is found by each."""
    acting.staff(as_staff, Permission.SEE_AUDIT)
    wanted = audit.ActFilter(
        actor=by,
        act=act,
        subjects=(*(about or ()), *_subjects_of(member, merchant)),
        since=None if first_day is None else start_of_day(first_day),
        before=None if last_day is None else start_of_day(last_day + _A_DAY),
    )
    page = audit.search_acts(wanted, after=after, limit=limit)
    if json:
        output.emit({"acts": [_described(found) for found in page.acts], "next_after": page.next_after}, json=True)
        return
    output.emit({"acts": [_shown(found) for found in page.acts]}, json=False)
    if page.next_after is not None:
        typer.echo(f"There is more: --after {page.next_after}")


@app.command(epilog="Example: pointclub audit verify --json")
def verify(*, json: AsJson = False) -> None:
    """Work the hash of every entry out anew, and name what differs; exit code 1 if anything does."""
    chains = entries = 0
    for head in audit.audit_heads():
        chains, entries = chains + 1, entries + head.sequence
    rows = [
        {
            "chain": each.chain,
            "entry": each.sequence,
            "what": each.figure,
            "stands": each.stands,
            "follows": each.follows,
        }
        for each in audit.verify_audit()
    ]
    output.emit({"chains": chains, "entries": entries, "differences": rows}, json=json)
    if rows:
        raise SystemExit(output.DIFFERENCE)


def _subjects_of(member_number: str | None, merchant_number: str | None) -> list[Subject]:
    found: list[Subject] = []
    if member_number is not None:
        member = membership.get_member(member_number)
        belonging = member.membership
        found += [Subject("membership", belonging.id), Subject("account", belonging.account_id)]
        found += [Subject("member", member.id), Subject("person", member.person_id)]
    if merchant_number is not None:
        found.append(Subject("merchant", merchants.get_merchant(merchant_number).id))
    return found


def _described(found: audit.FoundAct) -> dict[str, Any]:
    return {
        "entry": found.id,
        "at": in_japan(found.at),
        "actor": found.actor,
        "sequence": found.sequence,
        "act": found.act,
        "subject": f"{found.subject.kind}:{found.subject.id}",
        "details": found.details,
        "reason": found.reason,
    }


def _shown(found: audit.FoundAct) -> dict[str, Any]:
    told = [f"{found.subject.kind} {found.subject.id}"]
    told += [f"{name} {_plain(value)}" for name, value in sorted(found.details.items()) if value is not None]
    told += [found.reason] if found.reason else []
    at = f"{in_japan(found.at):%Y-%m-%d %H:%M}"
    return {"at": at, "actor": found.actor, "act": found.act, "what": "; ".join(told)}


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(_plain(each) for each in value) if isinstance(value, list) else str(value)
