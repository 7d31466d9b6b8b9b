"""What a text for many is refused for, whichever way it would go."""

from __future__ import annotations

from pointclub.foundation.refusals import Refusal


class SamePersonError(Refusal):
    """Who asked for it cannot decide on it."""

    code = "same_person"

    def __init__(self) -> None:
        """Say so."""
        super().__init__("Who asked for it cannot decide on it; somebody else must.")


class AlreadyDecidedError(Refusal):
    """It was decided before."""

    code = "already_decided"

    def __init__(self, state: str) -> None:
        """Say where it stands."""
        super().__init__(f"This request was decided before: {state}.", state=state)
