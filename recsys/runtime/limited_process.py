"""A function run in a process of its own, which may use so much memory and time: its end is not the end of this one.

Code in other languages aborts the whole process where memory is missing, and cannot be interrupted.
"""

import os
import pickle
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

_PROJECT = Path(__file__).parents[2]
_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")


class OutOfMemoryError(Exception):
    """The function needed more memory than it may have."""


class OutOfTimeError(Exception):
    """The function needed more time than it may have."""


class CrashError(Exception):
    """The process ended without a result; the message says by what."""


def run_limited(
    function: Callable[_Arguments, _Result],
    seconds: float,
    memory_mb: int,
    *arguments: _Arguments.args,
    **named: _Arguments.kwargs,
) -> _Result:
    """Return function(*arguments, **named) from a process of its own; function and arguments can be pickled.

    An exception of the function is raised here. Raises OutOfMemoryError, OutOfTimeError, CrashError.
    """
    path = os.pathsep.join([str(_PROJECT), *filter(None, [os.environ.get("PYTHONPATH")])])
    try:
        done = subprocess.run(
            [sys.executable, "-m", "recsys.runtime.limited_process"],
            input=pickle.dumps((memory_mb, function, arguments, named)),
            capture_output=True,
            check=False,
            env={**os.environ, "PYTHONPATH": path},
            timeout=seconds,
        )
    except subprocess.TimeoutExpired as error:
        raise OutOfTimeError from error
    if done.returncode or not done.stdout:
        raise _ended(done.returncode, done.stderr)
    is_result, value = pickle.loads(done.stdout)  # noqa: S301 - written by the process started above
    if is_result:
        result: _Result = value
        return result
    raise value


def _ended(code: int, errors: bytes) -> Exception:
    if code in (-signal.SIGKILL, -signal.SIGABRT) or b"MemoryError" in errors:
        return OutOfMemoryError()
    by = signal.Signals(-code).name if code < 0 else f"exit code {code}"
    return CrashError(f"the process that reads it ended with {by}")


def _answer() -> None:
    """Run what stdin asks for and write to stdout whether it has a result, and the result or the exception."""
    memory_mb, function, arguments, named = pickle.loads(sys.stdin.buffer.read())  # noqa: S301 - from run_limited
    answers = os.dup(1)
    os.dup2(2, 1)  # nothing else may write between the answer's bytes
    resource.setrlimit(resource.RLIMIT_DATA, (memory_mb * 1_000_000, memory_mb * 1_000_000))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    answer: tuple[bool, Any]
    try:
        answer = (True, function(*arguments, **named))
    except MemoryError:
        answer = (False, OutOfMemoryError())
    except BaseException as error:  # noqa: BLE001 - a panic of Rust's is no Exception
        # What is raised by other modules may not be known to the process that asked.
        is_own = isinstance(error, Exception) and type(error).__module__.split(".")[0] in ("recsys", "builtins")
        answer = (False, error if is_own else CrashError(f"{type(error).__name__}: {error}"))
    with os.fdopen(answers, "wb") as out:
        pickle.dump(answer, out)


if __name__ == "__main__":
    from recsys.runtime import limited_process  # the module by the name that its exceptions are pickled with

    limited_process._answer()
