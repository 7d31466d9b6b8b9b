"""Whether a statement says whose rows it touches.

A table that is spread by account is named together with the account: a value, a list of values, or what comes from a
query that was itself held to this. Two such tables joined by the account need one of them to be held so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.architecture.one_schema.clauses import Query, Reference, take_apart
from tests.architecture.one_schema.sql import Node, Parentheses, Word, queries, read

MANY = 2
Values = Sequence[Any] | Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with a statement."""

    what: str
    table: str
    is_lock: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column as a condition names it."""

    of: str | None
    name: str


@dataclass(slots=True)
class Holds:
    """By what the tables of one query are held to accounts: how many accounts, and which tables stand together."""

    accounts: dict[Reference, int] = field(default_factory=dict)
    joined: list[tuple[Reference, Reference]] = field(default_factory=list)

    def spread_along_joins(self) -> None:
        """Let what holds one table hold those joined to it by the account."""
        for _ in self.joined:
            for one, other in self.joined:
                known = [self.accounts[each] for each in (one, other) if each in self.accounts]
                if known:
                    self.accounts[one] = self.accounts[other] = min(known)


class Judge:
    """Knows the tables that are spread by account with the column that says whose a row is, and the others."""

    def __init__(self, spread: Mapping[str, str], others: set[str]) -> None:
        self._spread = spread
        self._others = others

    def judge(self, statement: str, values: Values = None) -> list[Trouble]:
        """Return the tables that are touched without their account, and locks of more than one account."""
        if not any(table in statement for table in self._spread):
            return []
        return [trouble for nodes in queries(read(statement)) for trouble in self._query(take_apart(nodes), values)]

    def _query(self, query: Query, values: Values) -> Iterator[Trouble]:
        touched = [reference for reference in query.references if reference.table in self._spread]
        if query.verb == "truncate":
            yield from (Trouble("is emptied", reference.table) for reference in touched)
            return
        if query.verb == "insert":
            for reference in touched:
                if self._spread[reference.table] not in (reference.columns or ()):
                    yield Trouble("is filled without its account", reference.table)
            return
        holds = self._holds(query, touched, values)
        for reference in touched:
            if reference not in holds.accounts:
                yield Trouble("is touched without its account", reference.table)
            elif query.locks(reference) and holds.accounts[reference] >= MANY:
                yield Trouble("is locked for many accounts", reference.table, is_lock=True)

    def _holds(self, query: Query, touched: Sequence[Reference], values: Values) -> Holds:
        holds = Holds()
        for condition in query.conditions:
            for left, right in _equalities(condition):
                for one, other in ((left, right), (right, left)):
                    if (held := self._account_of(one, touched)) is not None:
                        self._hold(holds, held, other, query, touched, values)
        holds.spread_along_joins()
        return holds

    def _account_of(self, side: list[Node], touched: Sequence[Reference]) -> Reference | None:
        """Return the table of which this side of a comparison is the account, if it is one."""
        column = _column(side)
        if column is None:
            return None
        for reference in touched:
            if column.name == self._spread[reference.table] and column.of in {None, reference.alias}:
                return reference
        return None

    def _hold(
        self,
        holds: Holds,
        held: Reference,
        by: list[Node],
        query: Query,
        touched: Sequence[Reference],
        values: Values,
    ) -> None:
        column = _column(by)
        if column is None:
            accounts = _count(by, values)
        elif (other := self._account_of(by, touched)) is not None:
            holds.joined.append((held, other))
            return
        else:
            at = {reference.alias: reference.table for reference in query.references}.get(column.of or "")
            if at is not None and (at in self._others or at in self._spread):
                return
            accounts = MANY
        holds.accounts[held] = min(accounts, holds.accounts.get(held, accounts))


def _equalities(nodes: list[Node]) -> Iterator[tuple[list[Node], list[Node]]]:
    """Yield both sides of each = and IN that must hold; what stands beside OR, behind NOT or in CASE need not."""
    if any(isinstance(node, Word) and node.is_one_of("or", "case") for node in nodes):
        return
    for place, node in enumerate(nodes):
        before = nodes[place - 1] if place else None
        is_denied = isinstance(before, Word) and before.is_one_of("not")
        if isinstance(node, Word) and node.is_one_of("=", "in") and before is not None and not is_denied:
            yield _sides(nodes[:place], node, nodes[place + 1 :])
        elif isinstance(node, Parentheses) and not node.is_query and not is_denied:
            yield from _equalities(node.inside)


def _sides(before: list[Node], sign: Word, after: list[Node]) -> tuple[list[Node], list[Node]]:
    """Return both sides; of rows compared, as in (account_id, id) = (%s, %s), their first columns."""
    last, first = before[-1], after[0]
    if isinstance(last, Parentheses):
        is_row = isinstance(first, Parentheses) and not first.is_query and sign.is_one_of("=")
        return _first_of(last), _first_of(first) if is_row and isinstance(first, Parentheses) else [first]
    left = before[-3:] if len(before) > MANY and _is_dot(before[-2]) else [last]
    if isinstance(first, Word) and first.is_one_of("any"):
        return left, after[:2]
    return left, after[:3] if len(after) > MANY and _is_dot(after[1]) else [first]


def _first_of(parentheses: Parentheses) -> list[Node]:
    for place, node in enumerate(parentheses.inside):
        if isinstance(node, Word) and node.is_one_of(","):
            return parentheses.inside[:place]
    return parentheses.inside


def _is_dot(node: Node) -> bool:
    return isinstance(node, Word) and node.is_one_of(".")


def _column(side: list[Node]) -> Column | None:
    names = [node.text for node in side if isinstance(node, Word) and node.kind in {"name", "quoted"}]
    if not names or "any" in names or any(isinstance(node, Parentheses) for node in side):
        return None
    return Column(names[0] if len(names) > 1 else None, names[-1])


def _count(side: list[Node], values: Values) -> int:
    """Return how many accounts stand there: one value, a list given as one value, or values one by one."""
    last = side[-1]
    if isinstance(last, Word):
        return 1
    places = [node for node in last.inside if isinstance(node, Word) and node.kind == "value"]
    if not isinstance(side[0], Word):
        return MANY if last.is_query else len(places) or len(last.inside)
    if not places or values is None:
        return MANY
    place = places[0].place
    given = values[place] if isinstance(values, Mapping) else values[int(place)]  # type: ignore[index]
    return len(given)
