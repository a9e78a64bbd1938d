"""Many processes that write at once: nothing is lost, nobody is told that the database is locked."""

import pytest

from benchmarks.activity import write_at_once
from dashboard.activity.database import audit
from dashboard.activity.database.connect import Database
from dashboard.settings import Settings

PROCESSES = 4
WRITES = 100  # of each; the whole is `python -m benchmarks activity`


@pytest.mark.slow
def test_no_write_of_four_processes_is_lost(database: Database, filled: Settings) -> None:
    done = write_at_once(filled, PROCESSES, WRITES)
    assert done.failures == ()
    with database.read() as at:
        assert audit.count(at) == PROCESSES * WRITES
        assert len({entry.id for entry in audit.entries(at, limit=PROCESSES * WRITES)}) == PROCESSES * WRITES
