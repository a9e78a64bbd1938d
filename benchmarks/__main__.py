"""python -m benchmarks NAME --size S|M|L [--runs N] [--json], or --check: compare all results on size S."""

import argparse
import json
import sys

from benchmarks.measure import Figures, measure
from benchmarks.orders import SIZES
from benchmarks.registry import BENCHMARKS
from benchmarks.tasks import OURS

_RUNS = 3


def main() -> int:
    """Print one benchmark's figures, or check them all. Return the exit code: 1 if results differ, else 0."""
    arguments = _arguments()
    if arguments.check:
        return _check()
    figures = measure(BENCHMARKS[arguments.name], SIZES[arguments.size], arguments.runs, _log, arguments.peer)
    sys.stdout.write(json.dumps(figures) + "\n" if arguments.json else _table(figures))
    return 0 if figures["equal"] else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Speed and memory beside named peers.")
    parser.add_argument("name", nargs="?", choices=list(BENCHMARKS))
    parser.add_argument("--size", choices=list(SIZES), default="S")
    parser.add_argument("--runs", type=int, default=_RUNS, help=f"of each implementation; medians are shown ({_RUNS})")
    parser.add_argument("--peer", action="append", help="only this peer; may be given several times")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    parser.add_argument("--check", action="store_true", help="run each benchmark once on size S, compare the results")
    arguments = parser.parse_args()
    if not arguments.check and arguments.name is None:
        parser.error(f"name a benchmark ({', '.join(BENCHMARKS)}) or give --check")
    if arguments.runs < 1:
        parser.error(f"--runs is {arguments.runs}; it must be at least 1")
    return arguments


def _check() -> int:
    """Print for every benchmark whether ours and each peer agree, or why a peer was skipped. Return the exit code."""
    differ = 0
    compared = [one for one in BENCHMARKS.values() if any(len(task.implementations) > 1 for task in one.tasks)]
    for benchmark in compared:
        for task, figures in measure(benchmark, SIZES["S"], 1, lambda text: None)["tasks"].items():
            differ += not figures["equal"]
            sys.stdout.write(f"{benchmark.name} {task}: {_verdict(figures)}\n")
    return min(differ, 1)


def _verdict(figures: Figures) -> str:
    if "error" in figures["ours"]:
        return f"FAILED: {figures['ours']['error']}"
    return ", ".join(f"{name} {_agreement(peer)}" for name, peer in figures["peers"].items())


def _agreement(peer: Figures) -> str:
    if "error" in peer:
        return f"skipped, {peer['error']}"
    return "agrees" if peer["equal"] else "DIFFERS"


def _table(figures: Figures) -> str:
    lines = [f"{figures['name']} {figures['size']}, medians of {figures['runs']} runs"]
    for task, measured in figures["tasks"].items():
        lines += ["", f"{task}: results {'equal' if measured['equal'] else 'DIFFER'}"]
        lines += [
            _line(name, peer)
            for name, peer in {OURS: measured["ours"], **measured["peers"], **measured["bounds"]}.items()
        ]
    return "\n".join(lines) + "\n"


def _line(name: str, figures: Figures) -> str:
    if "error" in figures:
        return f"  {name:<22} {figures['error']}"
    ratio = f"{figures['ratio']:>8.2f} x" if "ratio" in figures else " " * 10
    rest = {key: value for key, value in figures.items() if key not in _COLUMNS}
    times = f"{figures['wall_s']:>9.3f} s wall {figures['cpu_s']:>9.3f} s cpu"
    memory = f"{figures['peak_mb']:>7.0f} MB peak {figures['extra_mb']:>7.0f} MB extra"
    return f"  {name:<22} {times} {memory} {ratio}{''.join(f'  {key} {value:g}' for key, value in rest.items())}"


_COLUMNS = {"wall_s", "cpu_s", "peak_mb", "extra_mb", "ratio", "equal"}


def _log(text: str) -> None:
    sys.stderr.write(text + "\n")


if __name__ == "__main__":
    sys.exit(main())
