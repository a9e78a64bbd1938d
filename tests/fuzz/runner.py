"""Imports of inputs made by chance, in processes with bounds for time and memory: an abort or a hang is seen."""

import json
import os
import queue
import selectors
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.fuzz.inputs import KINDS

SECONDS = 20  # of a processor for one import; a process that has just started may take longer, to compile
START_SECONDS = 100
WAITING = 20  # times as long on the clock: beside other work a process waits for a processor
LOOKS = 1.0  # seconds between two looks at what a process has used
MOST_MB = 1_000
GOOD = ("imported", "refused")


@dataclass(frozen=True)
class Ended:
    """What became of one input: `imported`, `refused`, or what must not be, with the message.

    seconds  that it used a processor
    peak_mb  most megabytes of memory
    """

    number: int
    outcome: str
    message: str
    seconds: float
    peak_mb: int

    @property
    def kind(self) -> str:
        return KINDS[self.number % len(KINDS)]

    @property
    def is_bad(self) -> bool:
        return self.outcome not in GOOD or self.peak_mb > MOST_MB


def run(numbers: Iterable[int], workers: int, tell: Callable[[Ended], object] = lambda _: None) -> list[Ended]:
    """Return what became of the inputs of the numbers, in their order, imported by so many processes at once.

    tell  is called with each as soon as it has ended
    """
    waiting: queue.SimpleQueue[int] = queue.SimpleQueue()
    for number in numbers:
        waiting.put(number)

    def work(_: int) -> list[Ended]:
        done = []
        for ended in _run_some(waiting):
            done.append(ended)
            tell(ended)
        return done

    with ThreadPoolExecutor(workers) as pool:
        return sorted((ended for each in pool.map(work, range(workers)) for ended in each), key=lambda one: one.number)


def table(ended: Sequence[Ended]) -> str:
    """Return the counts by kind of file and outcome, the longest time and the most memory, as lines of text."""
    outcomes = [*GOOD, *sorted({each.outcome for each in ended} - set(GOOD))]
    lines = [f"{'':<8} " + " ".join(f"{name:>12}" for name in (*outcomes, "longest s", "most MB"))]
    for kind in KINDS:
        own = [each for each in ended if each.kind == kind]
        if own:
            counts = Counter(each.outcome for each in own)
            most = (f"{max(each.seconds for each in own):.1f}", f"{max(each.peak_mb for each in own):,}")
            cells = (*(f"{counts[name]:,}" for name in outcomes), *most)
            lines.append(f"{kind:<8} " + " ".join(f"{cell:>12}" for cell in cells))
    return "\n".join(lines)


def _run_some(waiting: "queue.SimpleQueue[int]") -> Iterator[Ended]:
    worker, is_warm = _started(), False
    try:
        while True:
            ended = _asked(worker, waiting.get_nowait(), SECONDS if is_warm else START_SECONDS)
            yield ended
            is_warm = ended.outcome not in ("hang", "abort")
            if not is_warm:
                worker = _started()
    except queue.Empty:
        worker.kill()
        worker.communicate()


def _started() -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "tests.fuzz.worker"]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)


def _asked(worker: "subprocess.Popen[bytes]", number: int, seconds: float) -> Ended:
    assert worker.stdin
    assert worker.stdout
    worker.stdin.write(f"{number}\n".encode())
    worker.stdin.flush()
    _line(worker, START_SECONDS)  # the input is made
    start = processor_seconds(worker.pid)
    line = _line_within(worker, start + seconds, seconds * WAITING)
    taken = processor_seconds(worker.pid) - start
    if line:
        found = json.loads(line)
        return Ended(number, found["outcome"], found["message"], taken, found["peak_mb"])
    worker.kill()
    code = worker.wait()
    worker.communicate()
    return Ended(number, "hang" if line is None else "abort", f"exit code {code}", taken, 0)


def _line_within(worker: "subprocess.Popen[bytes]", processor: float, clock: float) -> bytes | None:
    """Return the next line of a worker, empty if it has ended, None if there is none in time."""
    end = time.monotonic() + clock
    while time.monotonic() < end and processor_seconds(worker.pid) < processor:
        line = _line(worker, LOOKS)
        if line is not None:
            return line
    return None


def processor_seconds(pid: int) -> float:
    """Return the seconds that a process and those that it started have used a processor; 0 for one that is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        children = [
            child for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()
        ]
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    own = sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    return own + sum(processor_seconds(int(child)) for child in children)


def _line(worker: "subprocess.Popen[bytes]", seconds: float) -> bytes | None:
    """Return the next line of a worker, empty if it has ended, None if there is none in time."""
    assert worker.stdout
    with selectors.DefaultSelector() as selector:
        selector.register(worker.stdout, selectors.EVENT_READ)
        return worker.stdout.readline() if selector.select(seconds) else None
