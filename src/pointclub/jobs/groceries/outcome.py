"""The figures of a year."""

from dataclasses import dataclass, fields
from typing import Any


@dataclass(kw_only=True)
class Outcome:
    """What a year came to, under one validity."""

    validity_months: int
    rows: int
    yen: int
    points_earned: int = 0
    points_lapsed: int = 0
    points_redeemed: int = 0
    points_taken_back: int = 0
    points_held: int = 0
    rows_done_when_killed: int = 0
    differences: int = 0
    import_seconds: float = 0.0
    verify_seconds: float = 0.0
    seconds: float = 0.0

    def figures(self) -> dict[str, Any]:
        """Return the figures by name, seconds to a tenth."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: round(value, 1) if isinstance(value, float) else value for name, value in values.items()}
