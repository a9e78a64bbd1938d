"""Functions on arrays, compiled to machine code on first use and kept on disk for the next process."""

from collections.abc import Callable
from typing import TypeVar, cast

import numba

_Function = TypeVar("_Function", bound=Callable[..., object])


def compiled(function: _Function) -> _Function:
    """Compile a function on arrays; it runs without the interpreter's lock, so threads run it side by side.

    The machine code is kept beside the source, else in the user's cache folder (NUMBA_CACHE_DIR names another one);
    where neither can be written, each process compiles again. A changed source file is compiled again.
    """
    return _compile(function, False)


def compiled_loosely(function: _Function) -> _Function:
    """Compile like `compiled`, where sums and maxima may be taken in any order and nothing is NaN."""
    return _compile(function, {"nnan", "nsz", "contract", "reassoc"})


def _compile(function: _Function, fastmath: bool | set[str]) -> _Function:
    try:
        made = numba.njit(function, cache=True, nogil=True, error_model="numpy", fastmath=fastmath)
    except RuntimeError:  # numba's way to say that no folder can be written
        made = numba.njit(function, nogil=True, error_model="numpy", fastmath=fastmath)
    return cast(_Function, made)
