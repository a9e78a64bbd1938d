"""Functions on arrays, compiled by Numba on first use and cached on disk for the next process."""

from collections.abc import Callable
from typing import TypeVar, cast

import numba

_Function = TypeVar("_Function", bound=Callable[..., object])


def compiled(function: _Function) -> _Function:
    """Return the function compiled; it releases the interpreter's lock, so threads can run it in parallel.

    The machine code is cached beside the source, else in the user's cache folder (NUMBA_CACHE_DIR names another one);
    if neither can be written, each process compiles again. A changed source file is compiled again.
    """
    return _compile(function, False)


def compiled_fast_math(function: _Function) -> _Function:
    """Return the function compiled like `compiled`; sums and maxima may be reordered, and no value may be NaN."""
    return _compile(function, {"nnan", "nsz", "contract", "reassoc"})


def _compile(function: _Function, fastmath: bool | set[str]) -> _Function:
    try:
        machine_code = numba.njit(function, cache=True, nogil=True, error_model="numpy", fastmath=fastmath)
    except RuntimeError:  # raised by numba if no cache folder can be written
        machine_code = numba.njit(function, nogil=True, error_model="numpy", fastmath=fastmath)
    return cast(_Function, machine_code)
