"""Work on parts of arrays, in parallel on the machine's cores."""

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


def parallel_map(
    function: Callable[[_Part], _Result],
    parts: Iterable[_Part],
    *,
    threads: int | None = None,
    max_pending: int | None = None,
) -> Iterator[_Result]:
    """Yield the result of a pure function for each part, in the order of the parts.

    threads      that work at the same time; by default one a core
    max_pending  parts that are running, or done and not yet consumed; by default two a core

    numpy, scipy and compiled code run in parallel because they release the interpreter's lock. An error of the
    function is raised when its part's turn comes; later parts are not started.
    """
    max_pending = 2 * THREADS if max_pending is None else max_pending
    pending: deque[Future[_Result]] = deque()
    pool = ThreadPoolExecutor(threads or THREADS)
    try:
        for part in parts:
            pending.append(pool.submit(function, part))
            if len(pending) > max_pending:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def blocks(n: int, size: int) -> Iterator[NDArray[np.int32]]:
    """Yield the positions 0 to n - 1 in blocks of at most `size`."""
    for start in range(0, n, size):
        yield np.arange(start, min(start + size, n), dtype=np.int32)
