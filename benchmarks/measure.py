"""Runs every implementation several times, each run in an own process, and compares the answers."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any, TypeAlias

import numpy as np

from benchmarks.orders import Size
from benchmarks.tasks import OURS, Answer, Benchmark, Task

Figures: TypeAlias = dict[str, Any]

_LONGEST_SECONDS = 600
_DECIMALS = 4


def measure(
    benchmark: Benchmark, size: Size, runs: int, log: Callable[[str], None], peers: list[str] | None = None
) -> Figures:
    """Return {name, size, runs, ours, peers, equal, tasks}: the sum of all tasks, and under `tasks` each of them.

    ours, peers, bounds  medians over the runs: wall_s, cpu_s, peak_mb of the process, extra_mb (the peak without
                         input, imports and result), the task's own figures; `ratio` = their wall time over ours
    equal                whether the answers of all peers that finished equal ours

    log  is called with a line of text before each run      peers  the ones to compare with; None: all
    """
    with tempfile.TemporaryDirectory(prefix="repertoire-benchmark-") as folder:
        log(f"{benchmark.name} {size.name}: making the input")
        made = Path(folder, "input")
        made.mkdir()
        benchmark.make(size, made)
        chosen = [_with_peers(task, peers) for task in benchmark.tasks]
        tasks = {task.name: _task(benchmark, task, made, runs, log) for task in chosen}
    together = next(iter(tasks.values())) if len(tasks) == 1 else _together(list(tasks.values()))
    return {"name": benchmark.name, "size": size.name, "runs": runs, **together, "tasks": tasks}


def _task(benchmark: Benchmark, task: Task, folder: Path, runs: int, log: Callable[[str], None]) -> Figures:
    measured: dict[str, list[Figures]] = {name: [] for name in task.all}
    equal: dict[str, bool] = {}
    for turn in range(runs):  # in turns, so that other load on the machine affects all alike
        for name, figures in measured.items():
            if figures and "error" in figures[-1]:
                continue
            log(f"{benchmark.name} {task.name}: {name}, run {turn + 1} of {runs}")
            figures.append(_run(benchmark.name, task.name, name, folder))
            if "error" not in figures[-1] and name not in equal:
                equal[name] = name in (OURS, *task.bounds) or task.same(*_answers(folder, name))
    ours = _medians(measured[OURS])
    others = {name: _with_ratio(_medians(figures), ours) for name, figures in measured.items() if name != OURS}
    peers = {name: peer | {"equal": equal.get(name)} for name, peer in others.items() if name not in task.bounds}
    bounds = {name: others[name] for name in task.bounds}
    return {"ours": ours, "peers": peers, "bounds": bounds, "equal": "wall_s" in ours and all(equal.values())}


def _with_peers(task: Task, peers: list[str] | None) -> Task:
    if peers is None:
        return task
    return replace(
        task, implementations={name: one for name, one in task.implementations.items() if name in (OURS, *peers)}
    )


def _run(benchmark: str, task: str, implementation: str, folder: Path) -> Figures:
    command = [sys.executable, "-m", "benchmarks.child", benchmark, task, implementation]
    try:
        done = subprocess.run(  # noqa: S603 - the command is made of names from the registry
            [*command, str(folder), str(_answer_path(folder, implementation))],
            capture_output=True,
            text=True,
            timeout=_LONGEST_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {"error": f"over {_LONGEST_SECONDS // 60} minutes"}
    if done.returncode in (-9, 137):
        return {"error": "out of memory"}
    if done.returncode:
        return {"error": (done.stderr.strip() or f"ended with {done.returncode}").splitlines()[-1][:200]}
    return dict(json.loads(done.stdout.splitlines()[-1]))


def _answers(folder: Path, implementation: str) -> tuple[Answer, Answer]:
    return _read(_answer_path(folder, OURS)), _read(_answer_path(folder, implementation))


def _answer_path(folder: Path, implementation: str) -> Path:
    return folder.parent / f"{implementation.replace(' ', '-')}.npz"


def _read(path: Path) -> Answer:
    with np.load(path) as stored:
        return {name: stored[name] for name in stored.files}


def _medians(runs: list[Figures]) -> Figures:
    failed = [run for run in runs if "error" in run]
    if failed:
        return {"error": failed[0]["error"]}
    return {name: round(median(run[name] for run in runs), _DECIMALS) for name in runs[0]}


def _together(tasks: list[Figures]) -> Figures:
    """Return the tasks as one: times are summed, of memory the maximum; a peer that did not finish all has an error."""
    ours = _sum([task["ours"] for task in tasks])
    names = dict.fromkeys(name for task in tasks for name in task["peers"])
    peers = {name: _sum([task["peers"].get(name, {"error": "not every task"}) for task in tasks]) for name in names}
    peers = {name: _with_ratio(peer, ours) for name, peer in peers.items()}
    return {"ours": ours, "peers": peers, "equal": all(task["equal"] for task in tasks)}


def _with_ratio(peer: Figures, ours: Figures) -> Figures:
    timed = "wall_s" in peer and "wall_s" in ours
    return peer | ({"ratio": round(peer["wall_s"] / ours["wall_s"], 2)} if timed else {})


def _sum(parts: list[Figures]) -> Figures:
    for part in parts:
        if "error" in part:
            return {"error": part["error"]}
    return {
        "wall_s": round(sum(part["wall_s"] for part in parts), _DECIMALS),
        "cpu_s": round(sum(part["cpu_s"] for part in parts), _DECIMALS),
        "peak_mb": max(part["peak_mb"] for part in parts),
        "extra_mb": max(part["extra_mb"] for part in parts),
    }
