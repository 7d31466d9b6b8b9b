"""`pointclub commands`: the page of all commands, written from the commands themselves."""

import sys
from collections.abc import Iterator
from typing import Any

import typer

from pointclub.jobs import cli, output

_HEAD = """# Commands

`pointclub COMMAND --help` says the same on the screen. Amounts are whole numbers in plain digits, days are written
2026-04-30, instants 2026-04-30T23:59 (in Japan unless a zone is given). With `--json` a command prints one line of
JSON, and a refusal as well: `{"refused": code, "message": words, …}`. This page is written by `pointclub commands`.

## Exit codes

"""


def commands() -> None:
    """Write the page for docs/commands.md."""
    sys.stdout.write(reference_page())


def reference_page() -> str:
    """Return the documentation of every command."""
    codes = output.EXIT_CODES.removeprefix("Exit codes: ").removesuffix(".").split("; ")
    lines = [_HEAD, *(f"- {code}\n" for code in codes)]
    for name in cli.COMMANDS:
        group: Any = typer.main.get_command(cli.build(name))
        lines += _described(f"pointclub {name}", group.commands[name], depth=2)
    return "".join(lines)


def _described(path: str, command: Any, *, depth: int) -> Iterator[str]:
    below = getattr(command, "commands", {})
    yield f"\n{'#' * depth} {path}\n\n{_paragraphs(command.help)}\n"
    if below:
        for name, each in below.items():
            yield from _described(f"{path} {name}", each, depth=depth + 1)
        return
    if command.epilog:
        yield f"\n`{command.epilog.removeprefix('Example: ')}`\n"
    rows = [_row(parameter) for parameter in command.params if parameter.name != "help"]
    if rows:
        yield "\n| | |\n|---|---|\n"
        yield from rows


def _paragraphs(text: str | None) -> str:
    return "\n\n".join(" ".join(each.split()) for each in (text or "").split("\n\n"))


def _row(parameter: Any) -> str:
    shown = parameter.metavar or ("" if getattr(parameter, "is_flag", False) else "TEXT")
    if parameter.param_type_name == "option":
        names = "/".join([*parameter.opts, *parameter.secondary_opts])
        written = f"{names} {shown}".strip() + (" (needed)" if parameter.required else "")
    else:
        written = shown
    written = written.replace("|", "\\|")
    return f"| `{written}` | {parameter.help or ''} |\n"
