"""The terminal: progress bars and errors go to stderr, results to stdout; text from data stays text."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console, JustifyMethod, OverflowMethod
from rich.progress import BarColumn, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars
from rich.style import Style
from rich.text import Text

from recsys.cli.tables import Table, folded, table_lines
from recsys.runtime.progress import Advance
from recsys.visible_text import visible


class Terminal(Console):
    """A console that obeys nothing in the texts it prints: no escape sequence, no `[bold]`, no `:smile:`.

    Lines are never cut. Those of stdout are broken at blanks where the terminal is narrower; a message on stderr stays
    one line, which the terminal breaks itself.
    """

    def __init__(self, *, stderr: bool = False) -> None:
        super().__init__(stderr=stderr, soft_wrap=True)
        self._folds = not stderr

    def render_str(
        self,
        text: str,
        *,
        style: str | Style = "",
        justify: JustifyMethod | None = None,
        overflow: OverflowMethod | None = None,
        emoji: bool | None = None,
        markup: bool | None = None,
        highlight: bool | None = None,
        highlighter: object = None,
    ) -> Text:
        """Return the text with its control characters written out, whatever the other arguments ask for."""
        shown = folded(visible(text), _width()) if self._folds else visible(text)
        return Text(shown, style, justify=justify, overflow=overflow)

    def table(self, table: Table) -> None:
        """Print a table, as wide as the terminal is at most; without a limit where the output is no terminal."""
        for line in table_lines(table, _width()):
            self.print(line.text, style="bold" if line.is_head else "")


def _width() -> int | None:
    """Return the columns of stdout; None where it is a file or a pipe, unless COLUMNS says how wide it is to be."""
    asked = os.environ.get("COLUMNS", "")
    if asked.isdecimal() and int(asked):
        return int(asked)
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or None
    except (OSError, ValueError):
        return None


out = Terminal()
err = Terminal(stderr=True)


class BarProgress:
    """A recsys.runtime.progress.Progress that shows rich's bars; a finished step remains as a line with its seconds."""

    def __init__(self, console: Console = err) -> None:
        self._console = console

    @contextmanager
    def step(self, title: str, total: float | None = None) -> Iterator[Advance]:
        """Show one bar while the block runs."""
        bars = Bars(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TaskProgressColumn(),
            TimeElapsedColumn(),
            console=self._console,
        )
        with bars:
            task = bars.add_task(visible(title, keep=""), total=total)
            yield lambda amount: bars.advance(task, amount)
            bars.update(task, total=total or 1, completed=total or 1)
