"""Progress of long work, on the error stream so that results can be piped."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


class Bar:
    """One bar, which is told how much was done since it was told last."""

    def __init__(self, progress: Progress, what: str, total: int) -> None:
        self._progress = progress
        self._task = progress.add_task(what, total=total)

    def advance(self, steps: int) -> None:
        """Move on."""
        self._progress.advance(self._task, steps)

    def finish(self) -> None:
        """Show as complete: what was left was done by somebody else meanwhile."""
        task = self._progress.tasks[self._task]
        self._progress.update(self._task, total=task.completed, completed=task.completed)

    def say(self, line: str) -> None:
        """Print a line above the bar."""
        self._progress.console.print(line, markup=False, highlight=False, soft_wrap=True)


@contextmanager
def bar(what: str, *, total: int, json: bool) -> Iterator[Bar]:
    """Show a bar for the length of the block; Ctrl-C says that nothing half done was left behind."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), disable=json) as progress:
        try:
            yield Bar(progress, what, total)
        except KeyboardInterrupt:
            progress.stop()
            sys.stderr.write("Stopped. What was done is whole; the same command goes on with the rest.\n")
            raise
