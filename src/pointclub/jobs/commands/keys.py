"""The published key, as an option of the commands that check what was signed."""

from typing import Annotated

import typer

from pointclub.points.rules.signing import KEY_BYTES, from_base64


def public_key(text: str | bytes) -> bytes:
    """Read a key as `pointclub ledger root-key` prints it."""
    try:
        return text if isinstance(text, bytes) else from_base64(text, length=KEY_BYTES)
    except ValueError:
        message = f"{text!r} is no key as `pointclub ledger root-key` prints it."
        raise typer.BadParameter(message) from None


Key = Annotated[
    bytes | None,
    typer.Option(parser=public_key, metavar="KEY", help="The published key; that of the settings if not said."),
]
KeyIfAny = Annotated[
    bytes | None,
    typer.Option(parser=public_key, metavar="KEY", help="The published key; the one in the file if not said."),
]
