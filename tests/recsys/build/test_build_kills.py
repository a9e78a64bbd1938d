"""kill -9 at random moments of a build: the current version afterwards is always intact and valid."""

import math
import multiprocessing
import os
import signal
import time
from datetime import date
from multiprocessing.process import BaseProcess
from pathlib import Path

import numpy as np
import pytest

from recsys.artifacts.layout import version_ids
from recsys.artifacts.reader import Reader
from recsys.artifacts.versions import check
from recsys.build.pipeline import build
from recsys.options import BuildOptions
from recsys.runtime.progress import Silent
from recsys.sample import SampleOptions, make_sample

KILLS = 50


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("killed") / "clean"
    make_sample(out, SampleOptions(until=date(2026, 10, 30), seed=3, customers=60, products=120), Silent())
    return out


def build_once(clean: Path, artifacts: Path) -> None:
    build(clean, artifacts, BuildOptions(), Silent(), keep=2)


def used_when_ended(process: BaseProcess, most: float = math.inf) -> float:
    """Wait until a process has ended or used `most` seconds of a core; return the last seconds measured.

    Processor time and not wall time, as the process waits on a busy machine.
    """
    used = 0.0
    while process.is_alive() and used < most:
        time.sleep(0.002)
        used = max(used, seconds_used(process))
    return used


def seconds_used(process: BaseProcess) -> float:
    """Return the seconds of a core that all threads of a process have used; 0 for one that has just ended."""
    try:
        fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.mark.slow
def test_fifty_kills_of_a_build_never_leave_a_version_that_check_refuses(clean: Path, tmp_path: Path) -> None:
    artifacts = tmp_path / "artifacts"
    build_once(clean, artifacts)  # may compile what later ones find compiled
    spawn = multiprocessing.get_context("forkserver")
    spawn.set_forkserver_preload(["recsys.build.pipeline", "tests.recsys.build.test_build_kills"])
    wholes = []
    for _ in range(2):  # the first may load what later ones find loaded
        whole = spawn.Process(target=build_once, args=(clean, artifacts))
        whole.start()
        wholes.append(used_when_ended(whole))
    whole_build_seconds = min(wholes)
    rng = np.random.default_rng(20261120)
    died, finished = 0, 0
    for _ in range(KILLS):
        process = spawn.Process(target=build_once, args=(clean, artifacts))
        process.start()
        used_when_ended(process, most=rng.uniform(0, 1.3 * whole_build_seconds))
        process.kill()
        process.join()
        died += process.exitcode == -signal.SIGKILL
        finished += process.exitcode == 0
        check(artifacts)
    assert died + finished == KILLS
    assert died >= KILLS // 2  # else the loop proves nothing
    reader = Reader(artifacts)
    reader.poll()
    assert reader.current().id == check(artifacts).version
    reader.close()
    build_once(clean, artifacts)  # clears what the killed ones left
    assert len(version_ids(artifacts)) <= 3
    assert not list(artifacts.glob(".staging-*"))
