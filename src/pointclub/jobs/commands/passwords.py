"""Passwords given to a command: asked for twice on a terminal, else the first line of the input."""

import sys
from typing import Annotated

import typer
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import translation

from pointclub.foundation.refusals import Refusal

PasswordFromStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from the first line of the input.")
]


class WeakPasswordError(Refusal):
    """The password would be guessed."""

    code = "weak_password"


def read_password(*, from_stdin: bool) -> str:
    """Return what was typed; whether a member may have it is for who registers it."""
    if from_stdin or not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    typed: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    return typed


def read_staff_password(*, from_stdin: bool) -> str:
    """Return a password that staff may have.

    Raises:
        WeakPasswordError: it is too short or too common.
    """
    password = read_password(from_stdin=from_stdin)
    # Some of Django's checks word their answer as they judge, others when it is read.
    with translation.override("en"):
        try:
            validate_password(password)
        except ValidationError as weak:
            raise WeakPasswordError(" ".join(weak.messages)) from weak
    return password
