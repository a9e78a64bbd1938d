"""Functions on arrays, compiled by Numba on first use and cached on disk for the next process."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar, cast

import numba

_Function = TypeVar("_Function", bound=Callable[..., object])
_CACHE_HOME = "XDG_CACHE_HOME"


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
        with _absolute_cache_home():
            made = numba.njit(function, cache=True, nogil=True, error_model="numpy", fastmath=fastmath)
    except RuntimeError:  # raised by numba where no folder can be written
        made = numba.njit(function, nogil=True, error_model="numpy", fastmath=fastmath)
    return cast(_Function, made)


@contextmanager
def _absolute_cache_home() -> Iterator[None]:
    """Set XDG_CACHE_HOME, for numba alone, to the absolute folder that it means.

    By its specification (XDG Base Directory) an empty or relative value counts as unset. Numba takes it as it is and
    would write below the working folder.
    """
    given = os.environ.get(_CACHE_HOME)
    os.environ[_CACHE_HOME] = _cache_home(given or "")
    try:
        yield
    finally:
        if given is None:
            del os.environ[_CACHE_HOME]
        else:
            os.environ[_CACHE_HOME] = given


def _cache_home(given: str) -> str:
    """Return the user's cache folder; a path in which nothing can be written where the home folder is relative too."""
    folders = (given, os.path.expanduser("~/.cache"))
    return next((folder for folder in folders if os.path.isabs(folder)), os.devnull)
