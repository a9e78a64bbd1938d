"""The terminal: progress bars and errors go to stderr, results to stdout."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from recsys.runtime.progress import Advance

out = Console()
err = Console(stderr=True, soft_wrap=True)


class BarProgress:
    """A recsys.runtime.progress.Progress that shows rich's bars; a finished step remains as a line with its seconds."""

    def __init__(self, console: Console = err) -> None:
        self._console = console

    @contextmanager
    def step(self, title: str, total: float | None = None) -> Iterator[Advance]:
        """Show one bar while the block runs."""
        bars = Bars(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TimeElapsedColumn(),
            console=self._console,
        )
        with bars:
            task = bars.add_task(title, total=total)
            yield lambda amount: bars.advance(task, amount)
            bars.update(task, total=total or 1, completed=total or 1)
