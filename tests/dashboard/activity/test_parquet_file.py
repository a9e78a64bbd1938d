"""A file for a build is the old one or the new one, whatever ends the process that writes it."""

import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dashboard.activity.parquet_file import write_parquet
from tests.support.processes import ROOT

SCHEMA = pa.schema([("n", pa.int64())])
WRITES_HALF = """
import sys, time
from pathlib import Path
import pyarrow as pa
from dashboard.activity.parquet_file import write_parquet

def parts():
    yield [{"n": 1}] * 100_000
    print("half", flush=True)
    sys.stdin.read()

write_parquet(Path(sys.argv[1]), pa.schema([("n", pa.int64())]), parts())
"""


def numbers(file: Path) -> list[int]:
    found: list[int] = pq.read_table(file)["n"].to_pylist()
    return found


def test_a_killed_process_leaves_the_old_file_and_the_next_one_nothing_of_it(tmp_path: Path) -> None:
    file = tmp_path / "events.parquet"
    write_parquet(file, SCHEMA, [[{"n": 7}]])
    command = [sys.executable, "-c", WRITES_HALF, str(file)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    process = subprocess.Popen(command, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, **pipes)  # type: ignore[call-overload]
    assert process.stdout.readline() == b"half\n"
    process.kill()
    process.communicate()
    assert numbers(file) == [7]
    (left,) = (one for one in tmp_path.iterdir() if one != file)
    assert left.stat().st_mode & 0o777 == 0o700
    write_parquet(file, SCHEMA, [[{"n": 8}], [], [{"n": 9}]])
    assert numbers(file) == [8, 9]
    assert list(tmp_path.iterdir()) == [file]


def test_rows_that_cannot_be_read_leave_the_old_file(tmp_path: Path) -> None:
    file = tmp_path / "events.parquet"
    write_parquet(file, SCHEMA, [[{"n": 7}]])
    with pytest.raises(ZeroDivisionError):
        write_parquet(file, SCHEMA, ([{"n": 1 // n}] for n in (1, 0)))
    assert numbers(file) == [7]
    assert list(tmp_path.iterdir()) == [file]
