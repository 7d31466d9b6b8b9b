"""A file that is not whole, or not what it says it is."""

from pointclub.foundation.refusals import Refusal


class BrokenFileError(Refusal):
    """The file as a whole cannot be trusted, so nothing of it is taken in (FIL-1)."""

    code = "broken_file"

    def __init__(self, reason: str, message: str, *, line: int | None = None) -> None:
        """Carry a word for machines, and the line where there is one."""
        where = "" if line is None else f"Line {line}: "
        super().__init__(f"{where}{message} Nothing of the file was taken in.", reason=reason, line=line)
        self.reason = reason
