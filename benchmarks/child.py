"""One measured run, in an own process: python -m benchmarks.child BENCHMARK TASK IMPLEMENTATION FOLDER ANSWER.npz"""

import gc
import json
import os
import re
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.registry import BENCHMARKS
from benchmarks.tasks import Outcome

_SHARE_OF_MEMORY = (
    0.8  # of the free memory; a run that asks for more ends with MemoryError, so that no other process is killed
)


def main(benchmark: str, task: str, implementation: str, folder: str, answer: str) -> None:
    """Run once and write one JSON object to stdout: the figures, or an `error`."""
    chosen = next(one for one in BENCHMARKS[benchmark].tasks if one.name == task)
    _limit_memory()
    try:
        figures = _measured(chosen.all[implementation](Path(folder)), Path(answer))
    except ImportError as error:
        figures = {"error": f"not installed ({error.name})"}
    except MemoryError:
        figures = {"error": "out of memory"}
    sys.stdout.write(json.dumps(figures))


def _measured(run: Callable[[], Outcome], answer: Path) -> dict[str, object]:
    gc.collect()
    before = _reset_peak()
    wall, cpu = time.perf_counter(), time.process_time()
    outcome = run()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = _status_mb("VmHWM")
    np.savez(answer, **outcome.answer())  # type: ignore[arg-type] # numpy types a keyword of its own
    return {
        "wall_s": wall,
        "cpu_s": cpu,
        "peak_mb": peak,
        "extra_mb": max(0.0, peak - before - outcome.result_bytes / 2**20),
        **outcome.figures,
    }


def _limit_memory() -> None:
    free_kb = int(re.findall(r"MemAvailable:\s+(\d+)", Path("/proc/meminfo").read_text(encoding="ascii"))[0])
    most = int(free_kb * 1024 * _SHARE_OF_MEMORY)
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def _reset_peak() -> float:
    """Reset the process's peak memory, and return its memory now in MB."""
    Path(f"/proc/{os.getpid()}/clear_refs").write_text("5", encoding="ascii")
    return _status_mb("VmRSS")


def _status_mb(name: str) -> float:
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(re.findall(rf"{name}:\s+(\d+) kB", status)[0]) / 1024


if __name__ == "__main__":
    main(*sys.argv[1:])
