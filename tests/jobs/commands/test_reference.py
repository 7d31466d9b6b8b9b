"""The page of commands says what the commands say."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from pointclub.jobs import cli, output
from pointclub.jobs.commands.reference import reference_page
from tests.harness.commands import call

PAGE = Path(__file__).parents[3] / "docs" / "commands.md"
# The processes that stay, and the database itself, are explained in the operations pages.
WITHOUT_EXAMPLE = {"demo", "serve", "web", "api", "worker", "db", "settings", "demo-data", "import"}


def commands() -> Iterator[tuple[str, Any]]:
    for name in cli.COMMANDS:
        group: Any = typer.main.get_command(cli.build(name))
        yield from _leaves(name, group.commands[name])


def _leaves(path: str, command: Any) -> Iterator[tuple[str, Any]]:
    below = getattr(command, "commands", {})
    if not below:
        yield path, command
    for name, each in below.items():
        yield from _leaves(f"{path} {name}", each)


def test_page_is_not_stale() -> None:
    assert PAGE.read_text() == reference_page(), "Run `pointclub commands > docs/commands.md`."


def test_help_names_the_exit_codes() -> None:
    said = " ".join(call("commands", "--help").out.split())

    assert "pointclub commands > docs/commands.md" in said
    assert output.EXIT_CODES.split("; ")[0] in " ".join(call("--help").out.split())


@pytest.mark.parametrize(("name", "command"), [pytest.param(*each, id=each[0]) for each in commands()])
def test_command_shows_an_example(name: str, command: Any) -> None:
    if name.split(maxsplit=1)[0] in WITHOUT_EXAMPLE:
        return
    assert f"pointclub {name}" in (command.epilog or "")


@pytest.mark.parametrize(("name", "command"), [pytest.param(*each, id=each[0]) for each in commands()])
def test_command_speaks_json_and_says_what_it_does(name: str, command: Any) -> None:
    if name.split(maxsplit=1)[0] not in WITHOUT_EXAMPLE | {"commands", "api-description"}:
        assert "json" in {parameter.name for parameter in command.params}
    assert command.help
