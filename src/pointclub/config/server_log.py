"""What the web server itself writes to its log: no address that was asked for, and of an exception its kind alone."""

from __future__ import annotations

from typing import Any

from gunicorn.glogging import Logger  # type: ignore[import-untyped]  # it brings no types

from pointclub.config.logs import QuietFormatter

# Links that were mailed carry their secret in the address, so the lines that would repeat one end before it.
_LAST_WORDS = ("Invalid request", "Error handling request")


class QuietLogger(Logger):  # type: ignore[misc]  # untyped, as said above
    """Gunicorn's log as ours is written."""

    def setup(self, cfg: Any) -> None:
        """Let our formatter write whatever goes to the log of errors."""
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(QuietFormatter(self.error_fmt, self.datefmt))

    def warning(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Write a warning."""
        super().warning(*_cut(msg, args), **kwargs)

    def exception(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Write an exception, with its frames."""
        super().exception(*_cut(msg, args), **kwargs)


def _cut(msg: object, args: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return message and arguments, cut after the words that stand before an address."""
    return next(((words,) for words in _LAST_WORDS if str(msg).startswith(words)), (msg, *args))
