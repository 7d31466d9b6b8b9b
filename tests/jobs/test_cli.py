"""Every way a command can end has its exit code, in words for people and in JSON for programs."""

import json
import os
import resource
import subprocess
import sys
from typing import ClassVar

import pytest

from pointclub.foundation.refusals import NotFoundError, Refusal, UnavailableError
from pointclub.jobs import output


class TooManyError(Refusal):
    code: ClassVar[str] = "too_many"


def run(*words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 -- The command under test.
        [sys.executable, "-m", "pointclub", *words],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, **environ},
    )


def test_help_is_less_than_a_second_of_work() -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = run("--help")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)

    assert done.returncode == output.OK
    assert "demo" in done.stdout
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 1


def test_unknown_command_is_a_mistake_in_writing() -> None:
    assert run("no-such-command").returncode == output.USAGE


def test_database_that_cannot_be_reached_is_said_in_words() -> None:
    done = run("worker", DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")

    assert done.returncode == output.UNAVAILABLE
    assert "cannot be reached" in done.stderr
    assert "Traceback" not in done.stderr


def test_environment_that_is_refused_is_told_to_programs_too() -> None:
    done = run("db", "status", "--json", POINTCLUB_ODD="1")

    assert done.returncode == output.REFUSED
    assert "POINTCLUB_ODD is not a setting." in json.loads(done.stdout)["message"]


@pytest.mark.parametrize(
    ("refusal", "code"),
    [
        (TooManyError("Too many."), output.REFUSED),
        (NotFoundError("No such account."), output.NOT_FOUND),
        (UnavailableError("Not now."), output.UNAVAILABLE),
    ],
)
def test_kind_of_refusal_decides_the_exit_code(refusal: Refusal, code: int) -> None:
    assert output.exit_code_of(refusal) == code


def test_refusal_reaches_a_program_with_its_figures(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        output.refuse(TooManyError("Too many.", requested=5, available=3), json=True)

    assert ended.value.code == output.REFUSED
    assert json.loads(capsys.readouterr().out) == {
        "refused": "too_many",
        "message": "Too many.",
        "requested": 5,
        "available": 3,
    }
