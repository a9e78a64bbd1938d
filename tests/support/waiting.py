"""Waits until a condition holds, however slow the machine is."""

import sys
import threading
import time
from collections.abc import Callable

PATIENCE_SECONDS = 120.0  # nobody waits so long: a test that fails ends by it


def until(holds: Callable[[], object]) -> bool:
    """Wait until `holds()`; return False if it does not within PATIENCE_SECONDS."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def main_thread_is_in(function: str) -> bool:
    """Return whether a function of this name runs in the main thread."""
    frame = sys._current_frames()[threading.main_thread().ident or 0]
    while frame.f_back and frame.f_code.co_name != function:
        frame = frame.f_back
    return frame.f_code.co_name == function
