"""How long-running work reports its progress, whoever shows it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

Advance = Callable[[float], None]


class Progress(Protocol):
    """Shows the steps of a task: `with progress.step("Reading orders", total=rows) as advance: advance(500)`."""

    def step(self, title: str, total: float | None = None) -> AbstractContextManager[Advance]:
        """Show one step while its block runs; `total` is None if its length is not known."""
        ...


class Silent:
    """Progress that is not shown."""

    @contextmanager
    def step(self, title: str, total: float | None = None) -> Iterator[Advance]:
        """Show nothing."""
        yield lambda amount: None
