"""One query taken apart: the tables that it touches, its conditions, and what it locks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.architecture.one_schema.sql import Node, Parentheses, Word

_NAMES_NEXT = {"from", "join", "using", "update", "into", "truncate"}
_CONDITIONS_NEXT = {"on", "where"}
_SOMETHING_ELSE_NEXT = {"set", "group", "order", "having", "limit", "returning", "values", "window", "select"}
_NO_ALIAS = {
    *_NAMES_NEXT, *_CONDITIONS_NEXT, *_SOMETHING_ELSE_NEXT, "left", "right", "inner", "outer", "full", "cross",
    "natural", "for", "union", "default", "restart", "cascade",
}  # fmt: skip
_OF_LOCKS = {"update", "no", "key", "share", "of", "skip", "locked", "nowait"}
_BEFORE_A_TABLE = {"only", "lateral", "table"}


@dataclass(frozen=True, slots=True)
class Reference:
    """A table as a query calls it; `columns` are those that an INSERT fills."""

    table: str
    alias: str
    columns: tuple[str, ...] | None = None


@dataclass(slots=True)
class Query:
    """What a query touches, under which conditions (each list holds with all others), and what it locks."""

    verb: str
    references: list[Reference] = field(default_factory=list)
    conditions: list[list[Node]] = field(default_factory=list)
    is_locking: bool = False
    locked_names: set[str] = field(default_factory=set)

    def locks(self, reference: Reference) -> bool:
        return self.is_locking and (not self.locked_names or reference.alias in self.locked_names)


class _Reader:
    """Goes through a query word by word."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self._nodes = nodes
        self._place = 0
        first = nodes[0] if nodes else None
        self.query = Query(first.text if isinstance(first, Word) else "")
        self._clause = ""
        self._expects_table = False

    def read(self) -> Query:
        while self._place < len(self._nodes):
            node = self._nodes[self._place]
            self._place += 1
            if isinstance(node, Word) and self._turn(node):
                continue
            if self._clause == "conditions":
                self.query.conditions[-1].append(node)
            elif self._clause == "names":
                self._name(node)
        return self.query

    def _turn(self, word: Word) -> bool:
        """Turn to another clause where the word begins one."""
        following = self._nodes[self._place] if self._place < len(self._nodes) else None
        before = self._nodes[self._place - 2] if self._place > 1 else None
        if (
            word.is_one_of("for")
            and isinstance(following, Word)
            and following.is_one_of("update", "no", "key", "share")
        ):
            self.query.is_locking, self._clause = True, "locks"
        elif self._clause == "locks":
            if word.kind in {"name", "quoted"} and not word.is_one_of(*_OF_LOCKS):
                self.query.locked_names.add(word.text)
        elif word.is_one_of("from") and isinstance(before, Word) and before.is_one_of("distinct"):
            return False
        elif word.is_one_of("on") and isinstance(following, Word) and following.is_one_of("conflict"):
            self._clause = "something else"
        elif word.is_one_of(*_NAMES_NEXT) and not (isinstance(before, Word) and before.is_one_of("do")):
            self._clause, self._expects_table = "names", True
        elif word.is_one_of(*_CONDITIONS_NEXT):
            self._clause = "conditions"
            self.query.conditions.append([])
        elif word.is_one_of(*_SOMETHING_ELSE_NEXT):
            self._clause = "something else"
        else:
            return False
        return True

    def _name(self, node: Node) -> None:
        if isinstance(node, Word) and node.is_one_of(","):
            self._expects_table = True
            return
        if not self._expects_table or (isinstance(node, Word) and node.is_one_of(*_BEFORE_A_TABLE)):
            return
        self._expects_table = False
        table = "" if isinstance(node, Parentheses) else node.text
        if self._next_is("."):
            self._place += 1
            table = self._take_name() or table
        if isinstance(self._peek(), Parentheses) and self.query.verb != "insert":
            self._place += 1
            table = ""
        if self._next_is("as"):
            self._place += 1
        alias = self._take_name()
        self.query.references.append(Reference(table, alias or table, self._inserted_columns()))

    def _inserted_columns(self) -> tuple[str, ...] | None:
        if self.query.verb != "insert":
            return None
        listed = self._peek()
        inside = listed.inside if isinstance(listed, Parentheses) else []
        return tuple(word.text for word in inside if isinstance(word, Word) and not word.is_one_of(","))

    def _peek(self) -> Node | None:
        return self._nodes[self._place] if self._place < len(self._nodes) else None

    def _next_is(self, sign: str) -> bool:
        node = self._peek()
        return isinstance(node, Word) and node.is_one_of(sign)

    def _take_name(self) -> str | None:
        node = self._peek()
        if isinstance(node, Word) and node.kind in {"name", "quoted"} and not node.is_one_of(*_NO_ALIAS):
            self._place += 1
            return node.text
        return None


def take_apart(nodes: Sequence[Node]) -> Query:
    """Return what the query touches, by what, and what it locks."""
    return _Reader(nodes).read()
