"""One lot in a replay: the slices in it, what was used of them, and what each came to.

Uses count against slices in the order of posting, and a use that came back does not count: the lot gets back what the
line took of it, and the uses after it move up.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from pointclub.points.rules.movements import Movement, TracedPosting


class State(StrEnum):
    """What can be true of points in a slice."""

    LEFT = "left"
    USED = "used"
    LAPSED = "lapsed"
    FORFEITED = "forfeited"
    TAKEN_BACK = "taken_back"


@dataclass(slots=True)
class Loss:
    """Points of a slice that lapsed, were forfeited or were taken back, and by which posting."""

    state: State
    points: int
    by: TracedPosting


@dataclass(slots=True, eq=False)
class Slice:
    """What one posting brought into one lot; ``came_from`` is the slice that it was moved out of."""

    source: UUID | None
    arrived_by: TracedPosting
    place: int
    came_from: Slice | None = None
    left: int = 0
    used: int = 0
    lapsed: int = 0
    forfeited: int = 0
    losses: list[Loss] = field(default_factory=list)

    @property
    def granted_by(self) -> TracedPosting:
        """The posting that these points began with."""
        first = self
        while first.came_from is not None:
            first = first.came_from
        return first.arrived_by

    def lose(self, state: State, points: int, by: TracedPosting) -> None:
        """Note which posting took points out of use."""
        self.losses.append(Loss(state, points, by))

    def regain(self, state: State, points: int) -> None:
        """Forget the latest losses of that state: the points are there again."""
        for loss in reversed(self.losses):
            if loss.state is state:
                regained = min(loss.points, points)
                loss.points -= regained
                points -= regained
        self.losses = [loss for loss in self.losses if loss.points]


@dataclass(slots=True)
class Use:
    """What a posting took from a lot, less what came back."""

    by: TracedPosting
    points: int


@dataclass(frozen=True, slots=True)
class Portion:
    """Points of one slice that have one end; ``ended_by`` is None for what is left."""

    slice: Slice
    state: State
    points: int
    ended_by: TracedPosting | None


_SHIFTS = {
    # From, to, and whether the last to be granted moves first.
    Movement.USE: (State.LEFT, State.USED, False),
    Movement.UNUSE: (State.USED, State.LEFT, True),
    Movement.LAPSE: (State.LEFT, State.LAPSED, False),
    Movement.REVIVE: (State.LAPSED, State.LEFT, True),
    Movement.FORFEIT: (State.LEFT, State.FORFEITED, False),
    Movement.UNFORFEIT: (State.FORFEITED, State.LEFT, False),
}
_LOST = frozenset({State.LAPSED, State.FORFEITED})


class TracedLot:
    """One lot as the replay has it: its slices in the order in which they came, and its uses in theirs."""

    def __init__(self) -> None:
        """Begin empty."""
        self.slices: list[Slice] = []
        # By how they left: those restored to another account arrive there when all of this one has been replayed.
        self.in_transit: defaultdict[Movement, deque[tuple[Slice, int]]] = defaultdict(deque)
        self.of_source: dict[UUID | None, list[Slice]] = {}
        self._uses: list[Use] = []
        self._of_line: dict[UUID | None, list[Use]] = {}
        # No slice outside of these places has points in that state; each walk ends where the next one begins.
        self._bounds = {state: [0, -1] for state in State}

    def portions(self) -> Iterator[Portion]:
        """Yield all points of the lot that did not go on to another one, slice by slice."""
        uses = iter([use for use in self._uses if use.points])
        use, unmatched = None, 0
        for piece in self.slices:
            used = piece.used
            while used:
                if use is None or not unmatched:
                    use = next(uses)
                    unmatched = use.points
                matched = min(used, unmatched)
                yield Portion(piece, State.USED, matched, use.by)
                used, unmatched = used - matched, unmatched - matched
            for loss in piece.losses:
                yield Portion(piece, loss.state, loss.points, loss.by)
            if piece.left:
                yield Portion(piece, State.LEFT, piece.left, None)

    def add(self, source: UUID | None, points: int, by: TracedPosting, came_from: Slice | None = None) -> None:
        """Put a slice behind the others."""
        piece = Slice(source, by, len(self.slices), came_from)
        self.slices.append(piece)
        self.of_source.setdefault(source, []).append(piece)
        self._put(piece, State.LEFT, points)

    def shift(self, posting: TracedPosting) -> None:
        """Change the state of points; where the posting names a source, its points come first."""
        here, there, last_first = _SHIFTS[posting.movement]
        own = self.of_source.get(posting.source, []) if posting.source is not None else []
        missing = self._change(own[::-1] if last_first else own, posting.points, here, there, posting)
        missing = self._change(self._walk(here, last_first=last_first), missing, here, there, posting)
        if there is State.USED:
            self._note_use(posting, posting.points - missing)
        elif here is State.USED:
            self._forget_use(posting.line, posting.points - missing)

    def take_back(self, posting: TracedPosting) -> None:
        """Take the source's own unused points away; what it does not have is a use of the others'."""
        missing = posting.points
        for piece in self.of_source.get(posting.source, ()):
            own = min(piece.left, missing)
            if own:
                piece.left -= own
                missing -= own
                piece.lose(State.TAKEN_BACK, own, posting)
        others = missing
        missing = self._change(self._walk(State.LEFT), others, State.LEFT, State.USED, posting)
        self._note_use(posting, others - missing)

    def send_off(self, points: int, how: Movement) -> None:
        """Take the first points that are left out of the lot; another one receives them."""
        for piece in self._walk(State.LEFT):
            moved = min(piece.left, points)
            piece.left -= moved
            points -= moved
            self.in_transit[how].append((piece, moved))
            if not points:
                return

    def _change(self, pieces: Iterable[Slice], points: int, here: State, there: State, by: TracedPosting) -> int:
        """Change as many points as the pieces have; return how many are missing."""
        # Looked at before a piece is asked for, not after: the walk goes by what was asked for.
        pieces = iter(pieces)
        while points and (piece := next(pieces, None)):
            moved = min(getattr(piece, here), points)
            if moved:
                setattr(piece, here, getattr(piece, here) - moved)
                self._put(piece, there, moved)
                points -= moved
            if moved and here in _LOST:
                piece.regain(here, moved)
            if moved and there in _LOST:
                piece.lose(there, moved, by)
        return points

    def _put(self, piece: Slice, state: State, points: int) -> None:
        setattr(piece, state, getattr(piece, state) + points)
        bounds = self._bounds[state]
        is_empty = bounds[0] > bounds[1]
        bounds[0] = piece.place if is_empty else min(bounds[0], piece.place)
        bounds[1] = piece.place if is_empty else max(bounds[1], piece.place)

    def _walk(self, state: State, *, last_first: bool = False) -> Iterator[Slice]:
        """Yield the slices that have points in that state; who goes on to the next one has emptied those before."""
        bounds = self._bounds[state]
        while bounds[0] <= bounds[1]:
            piece = self.slices[bounds[1] if last_first else bounds[0]]
            if getattr(piece, state):
                yield piece
            if last_first:
                bounds[1] -= 1
            else:
                bounds[0] += 1

    def _note_use(self, by: TracedPosting, points: int) -> None:
        if points:
            use = Use(by, points)
            self._uses.append(use)
            self._of_line.setdefault(by.line, []).append(use)

    def _forget_use(self, line: UUID | None, points: int) -> None:
        for use in reversed(self._of_line.get(line, [])):
            returned = min(use.points, points)
            use.points -= returned
            points -= returned
