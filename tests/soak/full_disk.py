"""A full disk: each command ends with one line that says so, and what was there before is there after."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from recsys.artifacts.reader import Reader
from recsys.artifacts.versions import check
from tests.soak.kills import environment_of
from tests.soak.result import Result
from tests.support.processes import ROOT, make_artifacts

STEP_KB = 64


def run(folder: Path, n: int) -> list[Result]:
    """Run commands on small file systems, each with `n` sizes; none where they may not be mounted."""
    if not may_mount(folder):
        return [Result("full disks", 0, (), "not tried: file systems may not be mounted here")]
    make_artifacts(folder)
    return [
        Result("full disks: a build", n, tuple(_builds(folder, n))),
        Result("full disks: a backup", n, tuple(_backups(folder, n))),
        Result("full disks: the first start", n, tuple(_starts(folder, n))),
    ]


def may_mount(folder: Path) -> bool:
    try:
        with small_disk(folder / "try", 64):
            return True
    except subprocess.CalledProcessError:
        return False


@contextmanager
def small_disk(folder: Path, kb: int) -> Iterator[Path]:
    """Mount a file system of so many kilobytes."""
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kb}k", "none", str(folder)], check=True, capture_output=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def _builds(folder: Path, n: int) -> Iterator[str]:
    size = sum(path.stat().st_size for path in (folder / "artifacts").rglob("*") if path.is_file()) // 1024
    for number in range(n):
        room = size + 200 + number * max(STEP_KB, size // n)
        with small_disk(folder / "build", room) as disk:
            shutil.copytree(folder / "artifacts", disk / "artifacts")
            command = ["recsys", "build", "--data", str(folder / "clean"), "--artifacts", str(disk / "artifacts")]
            yield from (f"build into {room} KB: {one}" for one in _ended(command))
            check(disk / "artifacts", Reader(disk / "artifacts").current().id)
            yield from (f"{path.name} is left" for path in (disk / "artifacts").glob(".staging-*"))


def _backups(folder: Path, n: int) -> Iterator[str]:
    state = folder / "saved"
    state.mkdir()
    (state / "notes").write_bytes(os.urandom(n * STEP_KB * 512))
    for number in range(n):
        with small_disk(folder / "backup", (number + 1) * STEP_KB) as disk:
            command = ["dashboard", "backup", str(disk / "kept.tar.gz")]
            yield from (f"backup {number}: {one}" for one in _ended(command, state))
            if (disk / "kept.tar.gz").exists():
                yield from (
                    f"backup {number} is no whole one: {one}"
                    for one in _ended(["dashboard", "restore", str(disk / "kept.tar.gz")], folder / "back", must=True)
                )
                shutil.rmtree(folder / "back")
            yield from (f"{path.name} is left" for path in disk.glob(".repertoire-*"))


def _starts(folder: Path, n: int) -> Iterator[str]:
    for number in range(n):
        with small_disk(folder / "start", 4 * (number + 1)) as disk:
            yield from (f"start {number}: {one}" for one in _ended(["dashboard", "people", "list"], disk / "state"))


def _ended(command: list[str], state: Path | None = None, *, must: bool = False) -> Iterator[str]:
    """Run a command; yield what is wrong: a traceback, more than one line, or an end that is neither 0 nor 1."""
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env=environment_of(state),
        capture_output=True,
        text=True,
        check=False,
    )
    lines = [line for line in done.stderr.splitlines() if line.startswith(("Error", "Traceback"))]
    if done.returncode not in ((0,) if must else (0, 1)):
        yield f"it ended with {done.returncode}: {done.stderr[-300:]}"
    if "Traceback" in done.stderr:
        yield f"a traceback: {done.stderr.splitlines()[-1]}"
    if done.returncode == 1 and len(lines) != 1:
        yield f"it says {len(lines)} lines: {done.stderr[-300:]}"
