"""`pointclub ledger root`, `check-root` and `prove`: a day of books and audit log, sealed outside the database."""

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from pointclub.config.environment import read_environment
from pointclub.foundation import clock
from pointclub.foundation.refusals import Refusal
from pointclub.jobs import books, output
from pointclub.jobs.commands import acting
from pointclub.jobs.commands.arguments import AsJson, AsStaff, in_japan
from pointclub.jobs.commands.keys import Key
from pointclub.jobs.commands.progress import bar
from pointclub.jobs.roots import checking, folder, proving, sealing
from pointclub.membership import queries as membership
from pointclub.people.rules.permissions import Permission
from pointclub.points.rules import signing
from pointclub.points.rules.root_file import RootHeader

ToFolder = Annotated[
    Path | None, typer.Option("--to", metavar="FOLDER", help="Where to keep it; POINTCLUB_ROOTS_FOLDER if not said.")
]


class NotPrimaryError(Refusal):
    """An account is proven to its primary member."""

    code = "not_primary"


def root(*, to: ToFolder = None, json: AsJson = False) -> None:
    """Seal today's books and audit log: where each account and chain stands, in a signed file named after the day.

    A file that is there is never replaced.
    """
    now = clock.now()
    environment = read_environment(os.environ)
    with bar("Accounts and audit chains", total=membership.count_memberships(), json=json) as progress:
        sealed = sealing.seal(
            folder=to or folder.named_folder(environment),
            at=now,
            seed=environment.root_signing_key,
            advance=progress.advance,
        )
        progress.finish()
    output.emit({"file": str(sealed.file), "is_new": sealed.is_new, **_described(sealed.header)}, json=json)


def check_root(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The root of a day.")],
    *,
    key: Key = None,
    json: AsJson = False,
) -> None:
    """Hold books and audit log against a day's root, and name each account or chain that differs; exit code 1 if so.

    The file comes first: if it was changed, nothing else is compared. What was written since then is no difference.
    """
    expected = key or signing.public_key_of(read_environment(os.environ).root_signing_key)
    found: list[books.Difference]
    is_compared = False
    with checking.opened_root(file) as (header, opened):
        found = checking.check_file(header, opened, key=expected)
        if not found:
            total = header.accounts + header.audit_chains
            with bar("Accounts and audit chains", total=total, json=json) as progress:
                found = list(checking.check_books(opened, advance=progress.advance))
            is_compared = True
    compared = {
        "compared_accounts": header.accounts if is_compared else 0,
        "compared_audit_chains": header.audit_chains if is_compared else 0,
    }
    described = {"file": str(file), **_described(header), **compared}
    output.emit({**described, "differences": books.tell_differences(found)}, json=json)
    if found:
        raise SystemExit(output.DIFFERENCE)


def prove(
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="The number of a primary member.")],
    *,
    root: Annotated[
        Path | None, typer.Option("--root", metavar="FILE", help="The root; the latest in the folder if not said.")
    ] = None,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FILE", help="Where to write; proof-NUMBER-DAY.json if not said.")
    ] = None,
    as_staff: AsStaff,
    json: AsJson = False,
) -> None:
    """Write a statement of an account as it was sealed, with the proof that it was, for the member to keep.

    It holds all transactions, but no names and no reasons; `pointclub ledger check-proof` checks it anywhere.
    """
    member = acting.looking_at(as_staff, Permission.SEE_ACCOUNT, number=number, at=clock.now())
    if membership.get_primary_number(member.membership_id) != member.number:
        message = "A proof is given to the primary member, whose account it is; this is a family member's number."
        raise NotPrimaryError(message)
    proof = proving.prepare(
        member.membership.account_id,
        root=root or folder.latest_root(folder.named_folder(read_environment(os.environ))),
    )
    target = to or Path(f"proof-{member.number}-{proof.root.day}.json")
    with bar("Transactions", total=proof.account.sequence, json=json) as progress:
        proving.write(proof, target, advance=progress.advance)
        progress.finish()
    described = {"file": str(target), "member_number": member.number, "transactions": proof.account.sequence}
    output.emit(described | _described(proof.root), json=json)


def _described(header: RootHeader) -> dict[str, Any]:
    return {
        "day": header.day,
        "sealed_at": in_japan(header.sealed_at),
        "accounts": header.accounts,
        "root": header.root.hex(),
        "audit_chains": header.audit_chains,
        "audit_root": header.audit_root.hex(),
        "key_id": signing.key_id(header.public_key),
    }
