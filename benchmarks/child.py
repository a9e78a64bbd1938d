"""One measured run in a process of its own: python -m benchmarks.child BENCHMARK TASK CONTESTANT FOLDER ANSWER.npz"""

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

from benchmarks.contest import Outcome
from benchmarks.registry import BENCHMARKS

_SHARE_OF_MEMORY = 0.8  # a run that asks for more of what is free ends as out of memory, not by killing others


def main(benchmark: str, task: str, contestant: str, folder: str, answer: str) -> None:
    """Run once and write one JSON object to stdout: the figures, or why there are none."""
    chosen = next(one for one in BENCHMARKS[benchmark].tasks if one.name == task)
    _limit_memory()
    try:
        told = _measured(chosen.all[contestant](Path(folder)), Path(answer))
    except ImportError as error:
        told = {"error": f"not installed ({error.name})"}
    except MemoryError:
        told = {"error": "out of memory"}
    sys.stdout.write(json.dumps(told))


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
    """Start the process's peak anew, and return what it holds now in MB."""
    Path(f"/proc/{os.getpid()}/clear_refs").write_text("5", encoding="ascii")
    return _status_mb("VmRSS")


def _status_mb(name: str) -> float:
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(re.findall(rf"{name}:\s+(\d+) kB", status)[0]) / 1024


if __name__ == "__main__":
    main(*sys.argv[1:])
