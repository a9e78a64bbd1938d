"""How long work tells that it goes on, without knowing who looks."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

Advance = Callable[[float], None]


class Progress(Protocol):
    """Shows steps to somebody: `with progress.step("Reading orders", total=rows) as advance: advance(500)`."""

    def step(self, title: str, total: float | None = None) -> AbstractContextManager[Advance]:
        """Show one step while its block runs; `total` None means that its length is not known."""
        ...


class Silent:
    """Progress that nobody looks at."""

    @contextmanager
    def step(self, title: str, total: float | None = None) -> Iterator[Advance]:
        """Show nothing."""
        yield lambda amount: None
