"""What the documentation points to is there: files, headings, commands, targets of make, settings."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from pointclub.config.environment import VARIABLES
from pointclub.jobs import cli
from tests.docs.rules_table import CHECKOUT

_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_PICTURE = re.compile(r'(?:src|srcset)="([^"]+)"')
_COMMAND = re.compile(r"(?:^|[`\s/])pointclub((?: [a-z][a-z-]+)+)", re.MULTILINE)
_TARGET = re.compile(r"`make ([a-z.-]+(?:/[a-z]+)?)`|^make ([a-z./-]+)", re.MULTILINE)
_SETTING = re.compile(r"\b(?:POINTCLUB|DATABASE)_[A-Z_]+\b")
_SOURCE = re.compile(r"`((?:src|tests|docs|requirements)/[^`*…]+)`")
_FENCE = re.compile(r"^\s*```.*?^\s*```", re.MULTILINE | re.DOTALL)

WRITTEN_BY_COMMANDS = {
    CHECKOUT / "docs" / name for name in ("commands.md", "files.md", "rules.md", "operations/settings.md")
}


def pages() -> list[Path]:
    return [CHECKOUT / "README.md", *sorted((CHECKOUT / "docs").rglob("*.md"))]


def name_of(page: Path) -> str:
    return page.relative_to(CHECKOUT).as_posix()


def anchors(page: Path) -> set[str]:
    """Return the names under which the headings can be reached, as forges make them."""
    headings = re.findall(r"^#+ (.+)$", _FENCE.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links(page: Path) -> Iterator[str]:
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    yield from (link for link in [*_LINK.findall(text), *_PICTURE.findall(text)] if "://" not in link)


def is_command(words: list[str]) -> bool:
    """Tell whether the words begin with a command; what follows it are arguments."""
    if words[0] not in cli.COMMANDS:
        return False
    command: Any = typer.main.get_command(cli.build(words[0]))
    for word in words:
        below = getattr(command, "commands", None)
        if below is None:
            return True
        if word not in below:
            return False
        command = below[word]
    return True


def commands_in(page: Path) -> Iterator[list[str]]:
    for found in _COMMAND.findall(page.read_text(encoding="utf-8")):
        yield shlex.split(found)


@pytest.mark.parametrize("document", pages(), ids=name_of)
class TestPages:
    def test_links_lead_somewhere(self, document: Path) -> None:
        broken = []
        for link in links(document):
            path, _, anchor = link.partition("#")
            target = (document.parent / path).resolve() if path else document
            if not target.exists() or (anchor and anchor not in anchors(target)):
                broken.append(link)

        assert broken == []

    def test_commands_exist(self, document: Path) -> None:
        assert [words for words in commands_in(document) if not is_command(words)] == []

    def test_targets_of_make_exist(self, document: Path) -> None:
        makefile = (CHECKOUT / "Makefile").read_text(encoding="utf-8")
        targets = set(re.findall(r"^([\w./-]+):", makefile, re.MULTILINE))
        named = {one or other for one, other in _TARGET.findall(document.read_text(encoding="utf-8"))}

        assert named - targets == set()

    def test_settings_exist(self, document: Path) -> None:
        known = {name for variable in VARIABLES for name in (*variable.names, f"{variable.name}_FILE")}
        named = set(_SETTING.findall(document.read_text(encoding="utf-8")))

        assert {name for name in named - known if not name.endswith("_")} == set()

    def test_files_named_exist(self, document: Path) -> None:
        text = _FENCE.sub("", document.read_text(encoding="utf-8"))

        assert [name for name in _SOURCE.findall(text) if not (CHECKOUT / name).exists()] == []

    def test_lines_of_prose_fit_a_screen(self, document: Path) -> None:
        if document in WRITTEN_BY_COMMANDS:
            pytest.skip("Nobody types this page.")
        text = _FENCE.sub("", document.read_text(encoding="utf-8"))
        long = [line for line in text.splitlines() if len(line) > 120 and not line.startswith(("|", "![", "<"))]

        assert long == []


def test_every_decision_is_listed_and_has_its_three_parts() -> None:
    folder = CHECKOUT / "docs" / "decisions"
    index = (folder / "README.md").read_text(encoding="utf-8")
    records = sorted(folder.glob("[0-9]*.md"))

    assert [record.name for record in records if record.name not in index] == []
    for record in records:
        text = record.read_text(encoding="utf-8")
        assert [part for part in ("**Situation.**", "**Decision.**", "**Given up.**") if part not in text] == []


def test_every_page_of_docs_is_reached_from_its_index() -> None:
    folder = CHECKOUT / "docs"
    index = folder / "README.md"
    reached = {(index.parent / link.partition("#")[0]).resolve() for link in links(index)}
    expected = {page for page in pages()[1:] if page != index and page.parent.name != "decisions"}

    assert {name_of(page) for page in expected - reached} == set()
