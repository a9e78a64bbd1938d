"""Ctrl-C ends a statement, whenever it comes."""

import signal
import threading
from datetime import date

import pytest

from recsys.ingest.sources.session import ImportSession
from recsys.runtime.progress import Silent
from tests.support.waiting import PATIENCE_SECONDS, main_thread_is_in, until


class DeafAtFirst:
    """A connection that does not see the first interruption, as DuckDB when a statement has not quite begun."""

    def __init__(self):
        self.heard = threading.Semaphore(0)
        self.was_interrupted = False

    def execute(self, statement):
        assert until(lambda: main_thread_is_in("result"))  # who asked waits
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
        self.was_interrupted = all(self.heard.acquire(timeout=PATIENCE_SECONDS) for _ in range(2))

    def interrupt(self):
        self.heard.release()


def test_statement_that_does_not_see_the_first_interruption_is_interrupted_again(tmp_path):
    connection = DeafAtFirst()
    with pytest.raises(KeyboardInterrupt):
        ImportSession(connection, tmp_path, date(2025, 1, 1), Silent()).run("SELECT 1")
    assert connection.was_interrupted
