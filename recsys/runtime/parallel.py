"""Work on parts of arrays, side by side on the machine's cores."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

_Part = TypeVar("_Part")
_Result = TypeVar("_Result")

THREADS = os.cpu_count() or 1


def side_by_side(
    work: Callable[[_Part], _Result], parts: Iterable[_Part], *, threads: int | None = None, most: int | None = None
) -> Iterator[_Result]:
    """Yield what a pure function makes of each part, in the parts' order.

    threads  that work at the same time; by default one a core
    most     parts begun or done that wait to be taken; by default two a core

    What numpy, scipy and compiled code do runs at the same time, as they let go of the interpreter's lock. What the
    function raises is raised in its part's turn; later parts are not begun.
    """
    most = 2 * THREADS if most is None else most
    waiting: deque[Future[_Result]] = deque()
    pool = ThreadPoolExecutor(threads or THREADS)
    try:
        for part in parts:
            waiting.append(pool.submit(work, part))
            if len(waiting) > most:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def blocks(n: int, size: int) -> Iterator[NDArray[np.int32]]:
    """Yield the positions 0 to n - 1 in blocks of at most `size`."""
    for start in range(0, n, size):
        yield np.arange(start, min(start + size, n), dtype=np.int32)
