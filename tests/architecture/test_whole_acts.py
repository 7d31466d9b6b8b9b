"""Where one act is a part of another of the same name, entrances call the whole one."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import pointclub

_SOURCE = Path(pointclub.__file__).parent
_ENTRANCES = ("jobs", "office", "portal")


def calls_in(module: Path, name: str) -> Iterator[str]:
    """Yield the packages whose function of that name the module uses."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    imported = {
        alias.asname or alias.name: each.module or ""
        for each in ast.walk(tree)
        if isinstance(each, ast.ImportFrom)
        for alias in each.names
    }
    for each in ast.walk(tree):
        if isinstance(each, ast.Attribute) and each.attr == name and isinstance(each.value, ast.Name):
            yield imported.get(each.value.id, "")


@pytest.mark.rule("END-5")
def test_entrances_approve_revocations_with_all_that_hangs_on_them() -> None:
    modules = [path for entrance in _ENTRANCES for path in (_SOURCE / entrance).rglob("*.py")]

    packages = {package for path in modules for package in calls_in(path, "approve_revocation")}

    assert packages == {"pointclub.revocation"}
