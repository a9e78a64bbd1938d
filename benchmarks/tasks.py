"""The classes of a benchmark: its tasks, our implementation and the peers', and the check that they agree."""

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
    """The outcome of a timed run.

    answer        returns the arrays to compare; called after the timed part
    figures       the task's own figures; one with the name of a measured figure replaces it
    result_bytes  memory of the result
    """

    answer: Callable[[], Answer]
    figures: Mapping[str, float] = field(default_factory=dict)
    result_bytes: int = 0


# Loads a task's input and warms up, untimed; returns the function to time. Raises ImportError if not installed.
Implementation: TypeAlias = Callable[[Path], Callable[[], Outcome]]


@dataclass(frozen=True)
class Task:
    """One task and the implementations that are compared.

    implementations  by name, OURS first
    same             returns whether a peer's answer (second) equals ours (first)
    bounds           lower bounds of the time, measured too; their answers are not compared
    """

    name: str
    implementations: Mapping[str, Implementation]
    same: Callable[[Answer, Answer], bool]
    bounds: Mapping[str, Implementation] = field(default_factory=dict)

    @property
    def all(self) -> Mapping[str, Implementation]:
        """Return the implementations and the bounds by name."""
        return {**self.implementations, **self.bounds}


@dataclass(frozen=True)
class Benchmark:
    """One or more tasks on one input, which `make` writes into an empty folder."""

    name: str
    make: Callable[[Size, Path], None]
    tasks: tuple[Task, ...]
