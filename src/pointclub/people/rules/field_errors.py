"""How a field of a form says no."""

from __future__ import annotations


class FieldError(ValueError):
    """What was typed is no value of the field.

    The code is for programs, the values are for the sentence that an entrance makes of it: limits, and single
    characters that cannot be used. In a log only the code shows.
    """

    def __init__(self, code: str, **values: int | str) -> None:
        super().__init__(code)
        self.code = code
        self.values = values
