"""Clean tables to a published version: the whole build, which has no peer. `seconds` of each step are told besides."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks import ingest
from benchmarks.contest import OURS, Benchmark, Outcome, Task
from benchmarks.orders import Size
from recsys.build.pipeline import build
from recsys.ingest.clean import clean
from recsys.ingest.sources import OwnTables
from recsys.options import BuildOptions
from recsys.runtime.progress import Silent


def make(size: Size, folder: Path) -> None:
    """Write clean tables."""
    ingest.make(size, folder)
    clean(OwnTables(folder / "all"), folder / "clean", today=ingest.TODAY)


def _ours(folder: Path) -> Callable[[], Outcome]:
    def run() -> Outcome:
        built = build(folder / "clean", folder / "artifacts", BuildOptions(), Silent(), keep=1)
        rows = np.array([entry.rows for entry in built.manifest.tables.values()])
        return Outcome(lambda: {"rows": rows}, built.seconds)

    return run


BUILD = Benchmark("build", make, (Task("build", {OURS: _ours}, lambda ours, theirs: True),))
