"""Cleaning: no row is lost, clean tables stay as they are, and a folder is replaced completely or not at all."""

import csv
import json
import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recsys.dataset.clean_tables import open_tables
from recsys.errors import RecsysError, SourceError
from recsys.ingest.clean import clean
from recsys.ingest.sources import OwnTables
from tests.support.waiting import PATIENCE_SECONDS

TODAY = date(2025, 6, 30)
HEADER = "order_id,customer_id,product_id,ordered_on,quantity,revenue"
GOOD = "9,c1,p1,2025-01-31,2,5.5"


def write_tables(folder: Path, *lines: str, **files: tuple[str, ...]) -> Path:
    """Write a folder of raw tables, one customer and one product by default."""
    folder.mkdir(exist_ok=True)
    tables = {
        "customers": ("customer_id,name", "c1,Acme"),
        "products": ("product_id,name", "p1,Rope"),
        "order_lines": (HEADER, *lines),
    }
    for name, rows in (tables | files).items():
        (folder / f"{name}.csv").write_text("".join(row + "\n" for row in rows))
    return folder


def accounted(report) -> None:
    for table, rows in report.rows_in.items():
        assert rows == report.rows_out[table] + report.rows(table, "dropped") + report.rows(table, "rejected")


REJECTED = {
    "9,c1,p1,2025-01-31,,5.5": "quantity is empty",
    "9,c1,p1,2025-01-31,six,5.5": "quantity is no number",
    "9,c1,p1,2025-01-31,0,5.5": "quantity is not above 0",
    "9,c1,p1,2025-01-31,-1,5.5": "quantity is not above 0",
    "9,c1,p1,2025-01-31,2,-0.01": "revenue is below 0",
    "9,c1,p1,2025-01-31,2,16.50 kg": "revenue is no number",
    ",c1,p1,2025-01-31,2,5.5": "order_id is empty",
    "9,,p1,2025-01-31,2,5.5": "customer_id is empty",
    "9,c2,p1,2025-01-31,2,5.5": "customer_id is not in customers",
    "9,c1,p2,2025-01-31,2,5.5": "product_id is not in products",
    "9,c1,p1,soon,2,5.5": "ordered_on is no date",
    "9,c1,p1,,2,5.5": "ordered_on is empty",
    "9,c1,p1,2025-07-01,2,5.5": "ordered_on is after today, 2025-06-30",
    "9,c1": "the row has fewer columns than the header",
    "9,c1,p1,2025-01-31,2,5.5,x": "the row has more columns than the header",
}


@pytest.mark.parametrize(("line", "reason"), REJECTED.items())
def test_row_that_breaks_the_contract_is_rejected_with_its_reason_and_place(tmp_path, line, reason):
    raw = write_tables(tmp_path / "raw", *[GOOD] * 19, line)
    report = clean(OwnTables(raw), tmp_path / "clean", today=TODAY)
    assert [(part.table, part.outcome, part.reason, part.rows) for part in report.left_out] == [
        ("order_lines", "rejected", reason, 1)
    ]
    assert (report.examples[0].file, report.examples[0].row) == ("order_lines.csv", 21)
    accounted(report)


@pytest.mark.parametrize("line", ["9,c1,p1,2025-06-30,2,5.5", "9,c1,p1,2025-01-31,0.001,0"])
def test_boundaries_of_the_contract_are_in(tmp_path, line):
    report = clean(OwnTables(write_tables(tmp_path / "raw", line)), tmp_path / "clean", today=TODAY)
    assert report.rows_out["order_lines"] == 1


def test_wrong_values_of_customers_and_products_are_rejected(tmp_path):
    raw = write_tables(
        tmp_path / "raw",
        GOOD,
        customers=("customer_id,status", "c1,BLOCKED", "c2,asleep"),
        products=("product_id,unit_price", "p1,0", "p2,-1"),
    )
    report = clean(OwnTables(raw), tmp_path / "clean", today=TODAY, max_rejected=0.5)
    assert [(part.table, part.reason) for part in report.left_out] == [
        ("customers", "status is none of active, blocked, closed"),
        ("products", "unit_price is below 0"),
    ]
    accounted(report)


def test_line_of_a_rejected_customer_is_rejected_too(tmp_path):
    raw = write_tables(
        tmp_path / "raw", GOOD, "9,c2,p1,2025-01-31,2,5.5", customers=("customer_id,status", "c1,", "c2,asleep")
    )
    report = clean(OwnTables(raw), tmp_path / "clean", today=TODAY, max_rejected=0.5)
    assert report.rows_out == {"customers": 1, "products": 1, "order_lines": 1, "returns": 0}


def test_five_percent_rejected_is_accepted_and_one_more_row_is_not(tmp_path):
    bad = "9,c1,p1,2025-01-31,six,5.5"
    report = clean(OwnTables(write_tables(tmp_path / "a", *[GOOD] * 19, bad)), tmp_path / "clean", today=TODAY)
    assert report.rows("order_lines", "rejected") == 1
    with pytest.raises(SourceError) as caught:
        clean(OwnTables(write_tables(tmp_path / "b", *[GOOD] * 18, bad)), tmp_path / "other", today=TODAY)
    assert str(caught.value) == (
        "1 of 19 rows of order_lines are rejected (5.3%), at most 5.0% may be; nothing was written. The reasons: "
        "quantity is no number (1). The first of each:\n  order_lines.csv, row 20: quantity is no number ('six')\n"
        "Mend them in the source, declare how it writes them (data/README.md), or allow more with --max-rejected"
    )
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize("share", [-0.1, 1.1])
def test_share_outside_zero_to_one_is_refused(tmp_path, share):
    with pytest.raises(ValueError, match=f"max_rejected is {share}"):
        clean(OwnTables(tmp_path), tmp_path / "clean", today=TODAY, max_rejected=share)


def test_import_without_any_order_line_left_is_refused(tmp_path):
    raw = write_tables(tmp_path / "raw", "9,c1,p1,2025-01-31,six,5.5")
    with pytest.raises(SourceError, match=r"no order line is left; the reasons: quantity is no number \(1\)"):
        clean(OwnTables(raw), tmp_path / "clean", today=TODAY, max_rejected=1)


def test_report_and_left_out_rows_are_saved_beside_the_tables(tmp_path):
    raw = write_tables(tmp_path / "raw", *[GOOD] * 19, "9,c1,p1,2025-01-31, 16.50 kg ,5.5", ",,,,,")
    clean(OwnTables(raw), tmp_path / "clean", today=TODAY, max_rejected=0.05)
    saved = json.loads((tmp_path / "clean" / "cleaning_report.json").read_text())
    assert saved["format"] == 1
    assert saved["source"] == "tables"
    assert saved["rows_in"]["order_lines"] == 21
    assert (saved["orders"], saved["revenue"], saved["first_order_on"]) == (1, 104.5, "2025-01-31")
    with (tmp_path / "clean" / "left_out" / "rejected.csv").open() as file:
        [row] = csv.DictReader(file)
    assert (row["table"], row["reason"], row["file"], row["row"]) == (
        "order_lines", "quantity is no number", "order_lines.csv", "21"
    )  # fmt: skip
    assert json.loads(row["line"])["quantity"] == " 16.50 kg "
    with (tmp_path / "clean" / "left_out" / "dropped.csv").open() as file:
        assert [(row["reason"], row["row"]) for row in csv.DictReader(file)] == [("the row is empty", "22")]


def test_only_three_examples_of_a_reason_are_shown(tmp_path):
    raw = write_tables(tmp_path / "raw", *[GOOD] * 96, *["9,c1,p1,2025-01-31,six,5.5"] * 4)
    report = clean(OwnTables(raw), tmp_path / "clean", today=TODAY)
    assert [example.row for example in report.examples] == [98, 99, 100]


def test_refused_import_leaves_the_old_tables_as_they_were(tmp_path):
    clean(OwnTables(write_tables(tmp_path / "raw", GOOD)), tmp_path / "clean", today=TODAY)
    before = open_tables(tmp_path / "clean").fingerprint
    (tmp_path / "raw" / "order_lines.csv").write_text("no header of ours\n1\n")
    with pytest.raises(SourceError):
        clean(OwnTables(tmp_path / "raw"), tmp_path / "clean", today=TODAY)
    assert open_tables(tmp_path / "clean").fingerprint == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["clean", "raw"]


def test_clean_folder_imported_onto_itself_stays_the_same(tmp_path):
    clean(OwnTables(write_tables(tmp_path / "raw", GOOD)), tmp_path / "clean", today=TODAY)
    before = open_tables(tmp_path / "clean").fingerprint
    clean(OwnTables(tmp_path / "clean"), tmp_path / "clean", today=TODAY)
    assert open_tables(tmp_path / "clean").fingerprint == before


ids = st.sampled_from(["c1", "p1", "x", "00123", " c1 ", ""])
messy_lines = st.lists(
    st.tuples(
        st.sampled_from(["1", "2", "", "O'Neill", "ä;b"]),
        ids,
        ids,
        st.sampled_from(["2025-01-31", "2024-02-29", "2025-07-01", "", "soon", "1812-01-01"]),
        st.sampled_from(["1", "2.5", "-1", "0", "six", "", "nan", "1e3"]),
        st.sampled_from(["0", "5.5", "-1", "16.50 kg", "", "0.1"]),
    ).map(",".join)
    | st.sampled_from([",,,,,", "1,c1", "1,2,3,4,5,6,7", GOOD]),
    max_size=12,
)
messy_customers = st.lists(
    st.tuples(st.sampled_from(["Acme", "", " Bär "]), st.sampled_from(["", "active", "CLOSED", "asleep"]),
              st.sampled_from(["", "north"])),
    max_size=3,
)  # fmt: skip


@pytest.mark.slow
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(messy_lines, messy_lines, messy_customers)
def test_no_row_is_lost_and_clean_is_clean(lines, returned, customers):
    with TemporaryDirectory() as folder:
        raw = write_tables(
            Path(folder) / "raw",
            GOOD,
            *lines,
            returns=(HEADER, *returned),
            customers=("customer_id,name,status,tour", "c1,Acme,active,",
                       *(f"k{n},{','.join(customer)}" for n, customer in enumerate(customers))),
        )  # fmt: skip
        once, twice = Path(folder) / "once", Path(folder) / "twice"
        report = clean(OwnTables(raw), once, today=TODAY, max_rejected=1)
        assert report.rows_in["order_lines"] == 1 + len(lines)
        assert report.rows_in["returns"] == len(returned)
        assert report.rows_in["customers"] == 1 + len(customers)
        accounted(report)
        left_out = [row for name in ("dropped", "rejected") for row in _rows(once / "left_out" / f"{name}.csv")]
        assert len(left_out) == sum(part.rows for part in report.left_out)
        again = clean(OwnTables(once), twice, today=TODAY, max_rejected=0)
        assert again.left_out == again.repaired == ()
        assert again.rows_in == again.rows_out == report.rows_out
        assert open_tables(twice).fingerprint == open_tables(once).fingerprint


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open() as file:
        return list(csv.DictReader(file))


_DIES = """
import os, signal, sys
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from recsys.ingest.clean import clean
from recsys.ingest.sources import OwnTables

class Dies:
    @contextmanager
    def step(self, title, total=None):
        yield lambda amount: None
        if title == sys.argv[3]:
            os.kill(os.getpid(), signal.SIGKILL)

clean(OwnTables(Path(sys.argv[1])), Path(sys.argv[2]), today=date(2025, 6, 30), progress=Dies())
"""


@pytest.mark.slow
@pytest.mark.parametrize("step", ["Reading order_lines.csv", "Writing the clean tables", "Checking the clean tables"])
def test_killed_import_leaves_the_old_tables_and_the_next_one_clears_up(tmp_path, step):
    source = OwnTables(write_tables(tmp_path / "raw", GOOD))
    clean(source, tmp_path / "clean", today=TODAY)
    before = open_tables(tmp_path / "clean").fingerprint
    write_tables(tmp_path / "raw", GOOD, GOOD)
    died = subprocess.run([sys.executable, "-c", _DIES, tmp_path / "raw", tmp_path / "clean", step], check=False)
    assert died.returncode == -signal.SIGKILL
    assert open_tables(tmp_path / "clean").fingerprint == before
    [abandoned] = tmp_path.glob(".clean.fresh-*")
    os.utime(abandoned, (0, 0))
    assert clean(source, tmp_path / "clean", today=TODAY).rows_out["order_lines"] == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["clean", "raw"]


_ENDLESS = """
import os, signal, threading
from recsys.cli import main
from recsys.ingest.sources import OwnTables
from tests.support.waiting import main_thread_is_in, until

def interrupt():
    until(lambda: main_thread_is_in("result"))
    os.kill(os.getpid(), signal.SIGINT)

def endless(self, session):
    threading.Thread(target=interrupt).start()
    session.run("CREATE TABLE t AS SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b")

OwnTables.stage = endless
main()
"""


@pytest.mark.slow
def test_ctrl_c_stops_the_import_without_a_traceback_and_changes_nothing(tmp_path):
    command = [sys.executable, "-c", _ENDLESS, "import", "tables", tmp_path, "--out", tmp_path / "clean"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=PATIENCE_SECONDS)
    assert done.returncode == 130
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "error", [OSError(28, "No space left on device"), duckdb.IOException("... No space left on device"),
              duckdb.OutOfMemoryException("failed to offload data block")],
)  # fmt: skip
def test_full_disk_is_an_error_of_one_sentence(tmp_path, monkeypatch, error):
    def full(self, session):
        raise error

    monkeypatch.setattr(OwnTables, "stage", full)
    with pytest.raises(RecsysError) as caught:
        clean(OwnTables(tmp_path), tmp_path / "clean", today=TODAY)
    assert str(caught.value) == (
        f"the disk of {tmp_path / 'clean'} is full; nothing was changed, make room and import again"
    )


@pytest.mark.parametrize("error", [OSError(5, "Input/output error"), duckdb.InternalException("a bug")])
def test_other_errors_are_not_reported_as_a_full_disk(tmp_path, monkeypatch, error):
    def broken(self, session):
        raise error

    monkeypatch.setattr(OwnTables, "stage", broken)
    with pytest.raises(type(error)):
        clean(OwnTables(tmp_path), tmp_path / "clean", today=TODAY)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small file system")
def test_import_onto_a_full_file_system_writes_nothing(tmp_path):
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", small], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip(f"cannot mount a tmpfs: {mounted.stderr.decode().strip()}")
    try:
        raw = write_tables(tmp_path / "raw", *(f"{n},c1,p1,2025-01-31,{n},{n}.5" for n in range(1, 100_000)))
        with pytest.raises(RecsysError, match="is full; nothing was changed, make room and import again"):
            clean(OwnTables(raw), small / "clean", today=TODAY)
        assert list(small.iterdir()) == []
    finally:
        subprocess.run(["umount", small], check=True)
