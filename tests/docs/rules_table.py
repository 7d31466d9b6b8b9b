"""docs/rules.md, made of docs/rules.toml, the tests' marks and the docstrings: `make rules` writes it anew."""

from __future__ import annotations

import ast
import functools
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
DATA = CHECKOUT / "docs" / "rules.toml"
PAGE = CHECKOUT / "docs" / "rules.md"
ARCHITECTURE = CHECKOUT / "docs" / "architecture.md"
TESTS = CHECKOUT / "tests"
SOURCE = CHECKOUT / "src" / "pointclub"

_HEAD = """# Rules

What the club promises, rule by rule. This page is written by `make rules` from [rules.toml](rules.toml), from the
docstrings of the code and from the marks of the tests.

Sources, by article: **P** the point rules in force, **PO** their edition of 2016, **M** the membership terms, **E** the
terms of the energy portal, **R** its registration form, **A** the airline partner's page; *ours* where no document
decides. Days are days in Japan. Words are explained in the [glossary](glossary.md). The id of a rule that is built, or
begun, leads to its [proofs](#proofs).
"""
_PROOFS_HEAD = """
## Proofs

The code that carries a rule out cites its id in a docstring; three files are named at most, and those that decide come
first. A test carries it as `@pytest.mark.rule("ACC-3")`; after its file stand the classes that do, and where none
stands, the file or single tests in it do. A rule that is built and has no test fails the suite, and so does a mark that
names no rule.
"""
_INVARIANTS_HEAD = """
### Invariants of the ledger

What they say is in the [architecture](architecture.md#what-is-always-true).
"""
_TABLE_HEAD = "| id | rule | source | built |\n|---|---|---|---|\n"
_INVARIANT = re.compile(r"\bI([0-9]{1,2})(?:-I([0-9]{1,2}))?\b")
_RULE = re.compile(r"\b[A-Z]{3}-[0-9]+\b")
_MOST_FILES = 3
# Where a rule is decided, before where it is asked for, kept or shown.
_DECIDING = ("rules", "services", "queries")

# For each id the files that have it, and in each the classes.
Places = Mapping[str, Mapping[Path, Sequence[str]]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as docs/rules.toml has it; `missing` is what a built rule still lacks."""

    id: str
    text: str
    source: str
    built: bool
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """Rules on one subject."""

    title: str
    rules: tuple[Rule, ...]


def read_parts(data: Path = DATA) -> list[Part]:
    """Return the rules, part by part."""
    parts = tomllib.loads(data.read_text(encoding="utf-8"))["part"]
    return [Part(part["title"], tuple(Rule(**rule) for rule in part["rule"])) for part in parts]


def read_rules(data: Path = DATA) -> list[Rule]:
    """Return all rules."""
    return [rule for part in read_parts(data) for rule in part.rules]


def read_invariants(page: Path = ARCHITECTURE) -> list[str]:
    """Return the ids of the ledger's invariants."""
    return re.findall(r"^\| (I[0-9]+) \|", page.read_text(encoding="utf-8"), re.MULTILINE)


@functools.cache
def find_marks(tests: Path = TESTS) -> Places:
    """Return the tests that carry marks."""
    found: dict[str, dict[Path, list[str]]] = {}
    for path in sorted(tests.rglob("test_*.py")):
        for rule_id, name in marks_in(path.read_text(encoding="utf-8")):
            names = found.setdefault(rule_id, {}).setdefault(path, [])
            if name and name not in names:
                names.append(name)
    return found


def marks_in(source: str) -> Iterator[tuple[str, str]]:
    """Yield the ids in every `pytest.mark.rule(…)`, and the class that it stands on or in, if any."""
    for node in ast.parse(source).body:
        name = node.name if isinstance(node, ast.ClassDef) else ""
        for call in ast.walk(node):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "pytest.mark.rule":
                for argument in call.args:
                    yield ast.literal_eval(argument), name


@functools.cache
def find_citations(source: Path = SOURCE) -> Mapping[str, list[Path]]:
    """Return the files whose docstrings cite an id, those that decide first."""
    found: dict[str, list[Path]] = {}
    for path in sorted(source.rglob("*.py"), key=_by_what_decides):
        for rule_id in sorted(set(citations_in(path.read_text(encoding="utf-8")))):
            found.setdefault(rule_id, []).append(path)
    return found


def citations_in(source: str) -> Iterator[str]:
    """Yield the ids of rules and invariants in the docstrings; of a range such as I1-I7 each."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        text = ast.get_docstring(node) or ""
        yield from _RULE.findall(text)
        for first, last in _INVARIANT.findall(text):
            yield from (f"I{number}" for number in range(int(first), int(last or first) + 1))


def page(parts: Sequence[Part], marks: Places, citations: Mapping[str, Sequence[Path]]) -> str:
    """Return the page: the rules as they read, then the proof of each."""
    rules = [rule for part in parts for rule in part.rules]
    built = [rule for rule in rules if rule.built]
    text = f"{_HEAD}\n{len(built)} of {len(rules)} rules are built, some of them in part.\n"
    for part in parts:
        text += f"\n## {part.title}\n\n{_TABLE_HEAD}"
        text += "".join(_row(rule, is_proved=rule.id in marks) for rule in part.rules)
    text += _PROOFS_HEAD
    for rule in rules:
        if rule.id in marks:
            text += f"\n### {rule.id}\n\n{_proof(rule.id, marks, citations)}"
    text += _INVARIANTS_HEAD
    for invariant in read_invariants():
        text += f"\n**{invariant}.** {_proof(invariant, marks, citations)}"
    return text


def _row(rule: Rule, *, is_proved: bool) -> str:
    text = rule.text + (f" *Not yet:* {rule.missing}." if rule.missing else "")
    name = f"[{rule.id}](#{rule.id.lower()})" if is_proved else rule.id
    return f"| {name} | {text} | {rule.source} | {_state(rule, is_proved=is_proved)} |\n"


def _state(rule: Rule, *, is_proved: bool) -> str:
    if not rule.built:
        return "begun" if is_proved else "not yet"
    return "in part" if rule.missing else "yes"


def _proof(rule_id: str, marks: Places, citations: Mapping[str, Sequence[Path]]) -> str:
    cited = citations.get(rule_id, [])
    code = [_link(path, _short_of_code(path)) for path in cited[:_MOST_FILES]]
    code += [f"{len(cited) - _MOST_FILES} more"] if len(cited) > _MOST_FILES else []
    tests = [
        " ".join([_link(path, _short(path)), *([f"({', '.join(names)})"] if names else [])])
        for path, names in marks.get(rule_id, {}).items()
    ]
    lines = [f"Code: {', '.join(code)}."] if code else []
    lines += [f"Tests: {', '.join(tests)}."] if tests else []
    return "\n".join(lines) + "\n"


def _by_what_decides(path: Path) -> tuple[int, str]:
    folders = path.relative_to(SOURCE).parts[:-1]
    ranks = [_DECIDING.index(folder) for folder in folders if folder in _DECIDING]
    return (min(ranks, default=len(_DECIDING)), path.as_posix())


def _short(path: Path) -> str:
    return f"{path.parent.relative_to(TESTS).as_posix()}/{path.stem.removeprefix('test_')}".removeprefix("./")


def _short_of_code(path: Path) -> str:
    return path.relative_to(SOURCE).with_suffix("").as_posix()


def _link(path: Path, words: str) -> str:
    return f"[{words}](../{path.relative_to(CHECKOUT).as_posix()})"


def main() -> None:
    """Write the page, and say which built rules still lack a test."""
    rules, marks = read_rules(), find_marks()
    PAGE.write_text(page(read_parts(), marks, find_citations()), encoding="utf-8")
    untested = [rule.id for rule in rules if rule.built and rule.id not in marks]
    if untested:
        sys.stderr.write(f"Built, but marked by no test: {', '.join(untested)}\n")


if __name__ == "__main__":
    main()
