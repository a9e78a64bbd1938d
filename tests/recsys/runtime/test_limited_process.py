"""A function in a process of its own: its result, its exception, and what ends it."""

import os
import signal
import sys
import time

import pytest

from recsys.errors import RecsysError
from recsys.runtime.limited_process import CrashError, OutOfMemoryError, OutOfTimeError, run_limited


def doubled(number: int, *, times: int = 2) -> int:
    sys.stdout.write("what it prints is not its answer")
    sys.stdout.flush()
    return number * times


def refused() -> None:
    raise RecsysError("it is said")


def greedy() -> int:
    return len(bytearray(10**9))


def crashing() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def aborting() -> None:
    os.abort()


class Foreign(BaseException):
    """As an extension module raises it: known only there."""


def panicking() -> None:
    raise Foreign("explicit panic")


def test_the_result_comes_back() -> None:
    assert run_limited(doubled, 60, 500, 4, times=3) == 12


def test_an_exception_of_the_projects_comes_back() -> None:
    with pytest.raises(RecsysError, match="it is said"):
        run_limited(refused, 60, 500)


def test_any_other_end_is_a_crash_with_its_name() -> None:
    with pytest.raises(CrashError, match="Foreign: explicit panic"):
        run_limited(panicking, 60, 500)
    with pytest.raises(CrashError, match="ended with SIGSEGV"):
        run_limited(crashing, 60, 500)


def test_memory_is_limited() -> None:
    for function in (greedy, aborting):
        with pytest.raises(OutOfMemoryError):
            run_limited(function, 60, 500)


def test_time_is_limited() -> None:
    with pytest.raises(OutOfTimeError):
        run_limited(time.sleep, 0.1, 500, 60)
