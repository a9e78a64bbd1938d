"""What is made of a version, kept as long as the version is: versions never change, and old ones go."""

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any, TypeVar

from recsys.artifacts.reader import OPEN_VERSIONS

Made = TypeVar("Made")


def kept_by_version(make: Callable[..., Made], each: int = 1) -> Callable[..., Made]:
    """Return `make` with its answers kept: of the versions asked for last, and so many of each of them.

    `make` takes the version's id and perhaps more, all of it hashable. What is kept of a version goes with it: one
    cache for all of them would fill up with what nobody can ask for any more.
    """
    of = lru_cache(maxsize=OPEN_VERSIONS)(lambda version: lru_cache(maxsize=each)(partial(make, version)))

    def kept(version: str, *rest: Any) -> Made:
        return of(version)(*rest)

    return kept
