"""SQL read into words and parentheses: just enough to see which tables a statement touches, and by what."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

_WORDS = re.compile(
    r"""
    (?P<space>\s+|--[^\n]*|/\*.*?\*/)
    |(?P<text>'(?:[^']|'')*')
    |(?P<value>%(?:\((?P<key>\w+)\))?s)
    |(?P<name>"[^"]+"|[A-Za-z_][A-Za-z_0-9]*)
    |(?P<number>\d+(?:\.\d+)?)
    |(?P<sign>::|<>|<=|>=|!=|\|\||\S)
    """,
    re.VERBOSE | re.DOTALL,
)
_BEGINS_A_QUERY = {"select", "insert", "update", "delete", "truncate"}
_QUERY_IN_PARENTHESES = _BEGINS_A_QUERY | {"with", "values"}
_UPDATE_WITHIN = {"for", "key", "do"}


@dataclass(frozen=True, slots=True)
class Word:
    """A name, a sign, a number, a text, or the place of a value; `place` counts values or is their key."""

    kind: str
    text: str
    place: int | str = -1

    def is_one_of(self, *words: str) -> bool:
        """Tell whether it is one of these keywords or signs, not a name in quotation marks."""
        return self.kind in {"name", "sign"} and self.text in words


@dataclass(frozen=True, slots=True)
class Parentheses:
    """What stands between two parentheses."""

    inside: list[Node] = field(default_factory=list)

    @property
    def is_query(self) -> bool:
        """Tell whether it is a query of its own, rather than a part of the one around it."""
        first = self.inside[0] if self.inside else None
        return isinstance(first, Word) and first.is_one_of(*_QUERY_IN_PARENTHESES)


Node = Word | Parentheses


def read(statement: str) -> list[Node]:
    """Return the statement as words, those between parentheses kept together."""
    values = 0
    levels: list[list[Node]] = [[]]
    for match in _WORDS.finditer(statement):
        kind, text = str(match.lastgroup), match.group()
        if match["value"]:
            levels[-1].append(Word("value", text, match["key"] or values))
            values += 1
        elif text == "(":
            levels.append([])
        elif text == ")":
            closed = levels.pop()
            levels[-1].append(Parentheses(closed))
        elif match["name"] and text.startswith('"'):
            levels[-1].append(Word("quoted", text.strip('"')))
        elif not match["space"]:
            levels[-1].append(Word(kind, text.lower()))
    return levels[0]


def queries(nodes: Sequence[Node]) -> Iterator[list[Node]]:
    """Yield each query of the statement by itself: those of WITH, those in parentheses, and the ones around them."""
    current: list[Node] = []
    before: Node | None = None
    for node in nodes:
        if isinstance(node, Word) and node.is_one_of(*_BEGINS_A_QUERY) and not _is_within(node, before):
            yield current
            current = []
        current.append(node)
        before = node
    yield current
    for node in nodes:
        if isinstance(node, Parentheses):
            yield from queries_inside(node)


def queries_inside(parentheses: Parentheses) -> Iterator[list[Node]]:
    """Yield the queries in parentheses, however deep they lie."""
    if parentheses.is_query:
        yield from queries(parentheses.inside)
        return
    for node in parentheses.inside:
        if isinstance(node, Parentheses):
            yield from queries_inside(node)


def _is_within(node: Word, before: Node | None) -> bool:
    """Tell FOR UPDATE and DO UPDATE from a statement's UPDATE."""
    return node.text == "update" and isinstance(before, Word) and before.is_one_of(*_UPDATE_WITHIN)
