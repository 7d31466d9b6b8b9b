"""The commands of `pointclub ledger` that need no database: members and auditors run them where there is none."""

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from pointclub.config.environment import read_environment
from pointclub.foundation.refusals import NotFoundError
from pointclub.jobs import output
from pointclub.jobs.commands.arguments import AsJson, in_japan
from pointclub.jobs.commands.keys import KeyIfAny
from pointclub.points.rules import proof_check, proof_file, signing

CHECK_PROOF_EXAMPLE = "Example: pointclub ledger check-proof proof-123456789015-2026-04-01.json --key KEY"


class FileNotThereError(NotFoundError):
    """There is no such file, or it cannot be read."""

    code = "file_not_there"


def check_proof(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A statement that `pointclub ledger prove` wrote.")],
    *,
    key: KeyIfAny = None,
    json: AsJson = False,
) -> None:
    """Check a member's statement without any database, and show the balance it proves; exit code 1 if it does not hold.

    All hashes are computed anew, from the opening of the account to the signed root of the day. Give the published key:
    without it the signature only shows that the root was not changed since somebody signed it.
    """
    proof, transactions = proof_file.read_proof(_content(file))
    found = proof_check.check_proof(proof, transactions, key=key)
    result: dict[str, Any] = {
        "file": str(file),
        "day": proof.root.day,
        "sealed_at": in_japan(proof.root.sealed_at),
        "account": proof.account.account_id,
        "transactions": len(transactions),
        "key_id": signing.key_id(proof.root.public_key),
        "key": "as given" if key else "the file's own: compare its id with the published one",
    }
    if not found:
        holding = proof_check.holding_of(transactions)
        result |= {
            "usable_balance": holding.usable_on(proof.root.day),
            "book_balance": holding.book_balance,
            "arrears": holding.arrears,
            "lots": [{"usable_through": day, "points": points} for day, points in holding.by_last_day.items()],
        }
    differences = [{"what": one.what, "stands": one.stands, "follows": one.follows} for one in found]
    output.emit(result | {"differences": differences}, json=json)
    if found:
        raise SystemExit(output.DIFFERENCE)


def root_key(*, json: AsJson = False) -> None:
    """Print the key to publish, by which anybody can check a root and a proof."""
    key = signing.public_key_of(read_environment(os.environ).root_signing_key)
    output.emit({"public_key": signing.in_base64(key), "key_id": signing.key_id(key)}, json=json)


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        message = f"{file} cannot be read: {error.strerror}. Nothing was checked."
        raise FileNotThereError(message, file=str(file)) from None
