"""The client is used where nothing else of ours is installed."""

import ast
import sys
import tomllib
from pathlib import Path

CLIENT = Path(__file__).parents[2] / "clients" / "python"


def test_it_imports_the_standard_library_and_what_it_declares() -> None:
    declared = tomllib.loads((CLIENT / "pyproject.toml").read_text())["project"]["dependencies"]
    imported = {
        name.partition(".")[0]
        for path in (CLIENT / "src").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        for name in _imports(node)
    }

    assert declared == ["httpx>=0.27,<1"]
    assert imported - sys.stdlib_module_names == {"httpx", "pointclub_client"}


def _imports(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []
