"""Parts of a long row of things, for what takes only so many at once."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def batches(things: Iterable[T], most: int) -> Iterator[tuple[T, ...]]:
    """Yield the things in their order, at most so many at once; nothing for no things."""
    left = iter(things)
    while part := tuple(islice(left, most)):
        yield part
