"""`pointclub settings`: what can be set from outside, and what is."""

import os
import sys
from collections.abc import Mapping
from typing import Annotated, Any

import typer

from pointclub.config.declaring import Variable
from pointclub.config.environment import VARIABLES
from pointclub.jobs import output

AsPage = Annotated[bool, typer.Option("--page", help="The page for docs/operations/settings.md.")]

_PAGE_HEAD = """# Settings

All come from the environment. A name that begins with `POINTCLUB_` and is not listed here is refused, as is a value
that cannot be read. Of a secret, production takes no default, and also reads it from the file that `NAME_FILE` names.
`pointclub settings` shows what is set. This page is written by `pointclub settings --page`.

| variable | meaning | default | secret |
|---|---|---|---|
"""


def settings(*, json: output.AsJson = False, page: AsPage = False) -> None:
    """Show every environment variable with its meaning; of a secret only whether it is set."""
    if page:
        sys.stdout.write(reference_page())
        return
    output.emit({"settings": [_row(variable, os.environ) for variable in VARIABLES]}, json=json)


def reference_page() -> str:
    """Return the documentation of all variables, which differs in nothing between machines."""
    return _PAGE_HEAD + "".join(_page_row(variable) for variable in VARIABLES)


def _page_row(variable: Variable) -> str:
    if variable.default is None:
        default = ""
    else:
        default = "for development only" if variable.secret else f"`{variable.default}`" if variable.default else ""
    return f"| `{variable.name}` | {variable.meaning} | {default} | {'yes' if variable.secret else ''} |\n"


def _row(variable: Variable, environ: Mapping[str, str]) -> dict[str, Any]:
    return {"name": variable.name, "value": _shown(variable, environ), "meaning": variable.meaning}


def _shown(variable: Variable, environ: Mapping[str, str]) -> str:
    is_set = any(environ.get(name) for name in variable.names)
    if variable.secret:
        return "set" if is_set else ("default" if variable.default else "not set")
    return environ.get(variable.name) or variable.default or "not set"
