"""Calling `pointclub` from a test: in this process over the test's own transaction, or as a real process."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from typer.testing import CliRunner

from pointclub.foundation.refusals import Refusal
from pointclub.jobs import cli, output
from tests.harness.databases import FreshDatabase


@dataclass(frozen=True)
class Called:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What a program reads."""
        return json.loads(self.out)


def call(*words: str, stdin: str = "") -> Called:
    """Run a command in this process."""
    result = CliRunner().invoke(cli.build(words[0]), list(words), input=stdin, prog_name="pointclub")
    if isinstance(result.exception, Refusal):
        refusal = result.exception
        said = {"refused": refusal.code, "message": refusal.message, **refusal.details}
        return Called(output.exit_code_of(refusal), json.dumps(said, default=str), refusal.message)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Called(result.exit_code, result.stdout, result.stderr)


def environment_over(database: FreshDatabase, environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a process over a database of the test's own, with no other settings than these."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("POINTCLUB_", "DATABASE_"))}
    return own | {"DATABASE_URL": database.application_url, "DATABASE_OWNER_URL": database.owner_url} | dict(environ)


def start(
    *words: str, database: FreshDatabase, clock: str = "", environ: Mapping[str, str] | None = None
) -> subprocess.Popen[str]:
    """Start Python on a module or file of ours, over a database of the test's own."""
    own = environment_over(database, {**(environ or {}), **({"POINTCLUB_CLOCK": clock} if clock else {})})
    return subprocess.Popen(  # noqa: S603 -- Our own program.
        [sys.executable, *words], env=own, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def run(*words: str, database: FreshDatabase, clock: str = "") -> Called:
    """Run `pointclub` as a process of its own."""
    process = start("-m", "pointclub", *words, database=database, clock=clock)
    out, err = process.communicate(timeout=120)
    return Called(process.returncode, out, err)
