"""The complete build, from clean tables to a published version. It has no peer; the seconds of each step are shown."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks import ingest
from benchmarks.orders import Size
from benchmarks.tasks import OURS, Benchmark, Outcome, Task
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
