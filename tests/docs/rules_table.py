"""docs/rules.md, made of docs/rules.toml and the tests' marks: `python -m tests.docs.rules_table` writes it anew."""

import ast
import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
DATA = CHECKOUT / "docs" / "rules.toml"
PAGE = CHECKOUT / "docs" / "rules.md"
TESTS = CHECKOUT / "tests"

_HEAD = """# Rules

What the club promises, rule by rule, and the tests that hold it to that. Code cites a rule by its id in a docstring,
a test by `@pytest.mark.rule("ACC-3")`. A rule that is built and has no test fails the suite, and so does a mark that
names no rule. This page is written by `make rules` from [rules.toml](rules.toml) and the marks.

Sources, by article: **P** the point rules in force, **PO** their edition of 2016, **M** the membership terms, **E** the
terms of the energy portal, **R** its registration form, **A** the airline partner's page; *ours* where no document
decides. Days are days in Japan. Words are explained in the [glossary](glossary.md).
"""
_TABLE_HEAD = "| id | rule | source | tests |\n|---|---|---|---|\n"


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


def find_marks(tests: Path = TESTS) -> dict[str, list[Path]]:
    """Return, for each id that is marked anywhere, the files of tests that carry it."""
    found: dict[str, list[Path]] = {}
    for path in sorted(tests.rglob("test_*.py")):
        for rule_id in sorted(set(marks_in(path.read_text(encoding="utf-8")))):
            found.setdefault(rule_id, []).append(path)
    return found


def marks_in(source: str) -> Iterator[str]:
    """Yield the ids in every `pytest.mark.rule(…)`, on a function, a class or a whole module."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.rule":
            for argument in node.args:
                yield ast.literal_eval(argument)


def page(parts: Sequence[Part], marks: dict[str, list[Path]]) -> str:
    """Return the page."""
    rules = [rule for part in parts for rule in part.rules]
    built = sum(rule.built for rule in rules)
    text = f"{_HEAD}\n{built} of {len(rules)} rules are built, some of them in part.\n"
    for part in parts:
        text += f"\n## {part.title}\n\n{_TABLE_HEAD}"
        text += "".join(_row(rule, marks.get(rule.id, [])) for rule in part.rules)
    return text


def _row(rule: Rule, tests: Sequence[Path]) -> str:
    text = rule.text + (f" *Not yet:* {rule.missing}." if rule.missing else "")
    proof = ", ".join(f"[{_short(path)}]({_link(path)})" for path in tests)
    if not rule.built:
        proof = f"not built yet; begun: {proof}" if proof else "not built yet"
    return f"| {rule.id} | {text} | {rule.source} | {proof} |\n"


def _short(path: Path) -> str:
    return f"{path.parent.relative_to(TESTS).as_posix()}/{path.stem.removeprefix('test_')}".removeprefix("./")


def _link(path: Path) -> str:
    return f"../{path.relative_to(CHECKOUT).as_posix()}"


def main() -> None:
    """Write the page, and say which built rules still lack a test."""
    rules, marks = read_rules(), find_marks()
    PAGE.write_text(page(read_parts(), marks), encoding="utf-8")
    untested = [rule.id for rule in rules if rule.built and rule.id not in marks]
    if untested:
        sys.stderr.write(f"Built, but marked by no test: {', '.join(untested)}\n")


if __name__ == "__main__":
    main()
