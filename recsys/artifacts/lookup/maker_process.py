"""Who has the look-up form of a version made: one process of all workers, while the others go on serving."""

import fcntl
import logging
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

logger = logging.getLogger(__name__)

LOCK = ".lock"
RETRY_SECONDS = 600.0  # after a failure, e.g. for want of room
_PROJECT = Path(__file__).parents[3]


class FormMaker:
    """Starts `make_form` where no other worker has: the lock of the forms' folder goes with the started process."""

    def __init__(self, root: Path, forms: Sequence[Path]) -> None:
        """forms    folders for look-up forms; the first that may be written is taken"""
        self._root = root
        self._forms = forms
        self._process: subprocess.Popen[str] | None = None
        self._logged = ""
        self._not_before = 0.0

    def start(self, version: str) -> None:
        """See that a version's form is being made, here or by another worker; returns at once."""
        if self._is_running() or time.monotonic() < self._not_before:
            return
        for forms in self._forms:
            try:
                lock = _taken_lock(forms)
            except OSError:
                continue
            if lock is not None:
                self._begin(version, forms, lock)
            return
        self._failed("no folder for look-up forms may be written")

    def stop(self) -> None:
        """End a process that was started here; what it left is removed by the next one."""
        if self._process is not None:
            self._process.terminate()
            self._process.communicate()
            self._process = None

    def _begin(self, version: str, forms: Path, lock: int) -> None:
        try:
            self._process = _started(self._root, version, forms, lock)
        except OSError as error:
            self._failed(f"no process could be started ({error.strerror})")

    def _is_running(self) -> bool:
        if self._process is None:
            return False
        if self._process.poll() is None:
            return True
        errors = self._process.communicate()[1].strip()
        if self._process.returncode:
            self._failed(errors.splitlines()[-1] if errors else f"ended with {self._process.returncode}")
        self._process = None
        return False

    def _failed(self, reason: str) -> None:
        self._not_before = time.monotonic() + RETRY_SECONDS
        if reason != self._logged:
            logger.warning("look-ups read Parquet files, which is slower: %s", reason)
        self._logged = reason


def _taken_lock(forms: Path) -> int | None:
    """Return the open file that holds a folder's lock; None if another worker has it. Raises OSError."""
    forms.mkdir(parents=True, exist_ok=True)
    handle = os.open(forms / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    return handle


def _started(root: Path, version: str, forms: Path, lock: int) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "recsys.artifacts.lookup.make", str(root), version, str(forms)]
    path = os.pathsep.join([str(_PROJECT), *filter(None, [os.environ.get("PYTHONPATH")])])
    try:
        return subprocess.Popen(  # noqa: S603 - this Python, and names of the reader's own
            command,
            env={**os.environ, "PYTHONPATH": path},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            pass_fds=(lock,),
        )
    finally:
        os.close(lock)
