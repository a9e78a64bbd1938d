"""What a benchmark is: one task, Repertoire's way and those of its peers, and how to tell that they agree."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from benchmarks.orders import Size

Answer: TypeAlias = dict[str, NDArray[np.generic]]
OURS = "repertoire"


@dataclass(frozen=True)
class Outcome:
    """What a timed run gave.

    answer        makes what is compared, not timed
    figures       the task's own; one that is named like a measured one stands in its place
    result_bytes  what of the memory is the result
    """

    answer: Callable[[], Answer]
    figures: Mapping[str, float] = field(default_factory=dict)
    result_bytes: int = 0


# Loads a task's input and warms up, untimed; gives what is timed. A peer that is not installed raises ImportError.
Contestant: TypeAlias = Callable[[Path], Callable[[], Outcome]]


@dataclass(frozen=True)
class Task:
    """One thing to do.

    contestants  by name, OURS first
    same         whether a peer's answer equals ours
    bounds       what is measured beside them to see how far there is to go; their answers are not compared
    """

    name: str
    contestants: Mapping[str, Contestant]
    same: Callable[[Answer, Answer], bool]
    bounds: Mapping[str, Contestant] = field(default_factory=dict)

    @property
    def all(self) -> Mapping[str, Contestant]:
        """The contestants and the bounds."""
        return {**self.contestants, **self.bounds}


@dataclass(frozen=True)
class Benchmark:
    """Tasks on one input, which `make` writes into an empty folder."""

    name: str
    make: Callable[[Size, Path], None]
    tasks: tuple[Task, ...]
