"""python -m dashboard import-events and export-events, as they are typed."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dashboard.activity.database import campaign_events, shop_events
from dashboard.activity.database.connect import Database
from dashboard.activity.shop_records import ShopEvent
from dashboard.cli import main
from tests.support.activity import NOW
from tests.support.artifacts import publish_small
from tests.support.campaigns import make_campaign
from tests.support.processes import ROOT

LINES = "event_id,reference,kind,at\ne1,k1-CAFE1,sent,2026-11-03T09:00:00Z\ne2,=1+1,opened,2026-11-03T09:00:00Z\n"


def test_a_file_is_imported_and_what_is_refused_is_beside_it(
    tmp_path: Path, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    make_campaign(database)
    environ, file = {"REPERTOIRE_STATE": str(tmp_path)}, tmp_path / "events.csv"
    file.write_text(LINES, encoding="utf-8")
    main(["import-events", str(file)], environ)
    refused = tmp_path / "events.csv.refused.csv"
    said = f"2 lines: 1 new event, 0 known, 1 refused\nWhy, line by line: {refused}\n"
    assert capsys.readouterr().out == said
    assert refused.stat().st_mode & 0o777 == 0o600
    assert '3,"reference","\'=1+1","No campaign gave this reference' in refused.read_text(encoding="utf-8")
    file.write_text("\n".join(LINES.splitlines()[:2]), encoding="utf-8")
    main(["import-events", str(file)], environ)
    assert capsys.readouterr().out == "1 line: 0 new events, 1 known, 0 refused\n"
    assert not refused.exists()
    environ |= {"REPERTOIRE_ARTIFACTS": str(tmp_path / "none")}
    main(["export-events", str(tmp_path / "events.parquet")], environ)
    assert capsys.readouterr().out == f"4 events in {tmp_path / 'events.parquet'}\n"
    assert pq.read_table(tmp_path / "events.parquet").num_rows == 4


def test_addresses_are_those_of_the_newest_version(
    tmp_path: Path, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    make_campaign(database)
    publish_small(tmp_path / "artifacts")
    environ = {"REPERTOIRE_STATE": str(tmp_path), "REPERTOIRE_ARTIFACTS": str(tmp_path / "artifacts")}
    file = tmp_path / "opened.csv"
    file.write_text("Email Address;Opens\r\nOrders@cafe-mueller.example;3\r\n", encoding="utf-16")
    main(["import-events", str(file), "--campaign", "1"], environ)
    assert capsys.readouterr().out == "1 line: 1 new event, 0 known, 0 refused\n"
    with pytest.raises(SystemExit):
        main(["import-events", str(file), "--campaign", "9"], environ)
    assert "there is no campaign 9; there are: 1" in capsys.readouterr().err


def test_a_file_of_nothing_but_bad_lines_ends_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "other.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    for name in ("other.csv", "missing.csv"):
        with pytest.raises(SystemExit) as caught:
            main(["import-events", str(tmp_path / name)], {"REPERTOIRE_STATE": str(tmp_path)})
        assert caught.value.code == 1
    assert "missing.csv cannot be used (No such file or directory)" in capsys.readouterr().err


def test_events_of_customers_that_the_published_version_does_not_have_are_left_out(
    tmp_path: Path, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    make_campaign(database, ["CAFE1", "GONE"], [])
    searches = [ShopEvent(f"{number}", "search", NOW, "CAFE1", text="oat") for number in range(2)]
    seen = [ShopEvent("3", "view", NOW, "CAFE1", product_id="P2"), ShopEvent("4", "view", NOW, "CAFE1", product_id="?")]
    with database.write() as at:
        shop_events.add(at, [*searches, *seen], NOW)
    publish_small(tmp_path / "artifacts")
    environ = {"REPERTOIRE_STATE": str(tmp_path), "REPERTOIRE_ARTIFACTS": str(tmp_path / "artifacts")}
    file = tmp_path / "events.parquet"
    main(["export-events", str(file)], environ)
    assert capsys.readouterr().out == (
        f"2 events in {file}\nLeft out: 1 of customers that the published version does not have, "
        "1 of products that the published version does not have, 2 searches\n"
    )
    assert pq.read_table(file)["event_id"].to_pylist() == ["A1 CAFE1 P2", "S3"]


def test_a_folder_without_clean_tables_is_named_and_the_old_file_stays(
    tmp_path: Path, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    file, empty = tmp_path / "events.parquet", tmp_path / "empty"
    file.write_text("old", encoding="utf-8")
    empty.mkdir()
    for content in (None, "no table", {"name": ["Oat"]}):
        if isinstance(content, str):
            (empty / "customers.parquet").write_text(content, encoding="utf-8")
        if isinstance(content, dict):
            pq.write_table(pa.table(content), empty / "customers.parquet")
        with pytest.raises(SystemExit) as ended:
            main(["export-events", str(file), "--data", str(empty)], {"REPERTOIRE_STATE": str(tmp_path)})
        assert ended.value.code == 1
        said = capsys.readouterr().err
        assert f"{empty / 'customers.parquet'} cannot be read as the clean table customers" in said
        assert "name the folder that `python -m recsys import` wrote" in said
    assert file.read_text(encoding="utf-8") == "old"


@pytest.mark.slow
def test_an_import_that_is_killed_is_repeated_without_a_loss(
    tmp_path: Path, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    make_campaign(database)
    file, n = tmp_path / "events.csv", 30_000
    rows = (f"e{at},k1-CAFE1,opened,2026-11-03T09:00:00Z\n" for at in range(n))
    file.write_text("event_id,reference,kind,at\n" + "".join(rows), encoding="utf-8")
    environ = {"REPERTOIRE_STATE": str(tmp_path)}
    command = [sys.executable, "-m", "dashboard", "import-events", str(file)]
    process = subprocess.Popen(command, cwd=ROOT, env=environ | {"PYTHONPATH": str(ROOT)})

    def n_saved() -> int:
        with database.read() as at:
            found = campaign_events.imports(at, limit=1)
        return found[0].n_new if found else 0

    while not n_saved() and process.poll() is None:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    saved = n_saved()
    main(["import-events", str(file)], environ)
    assert saved > 0
    assert capsys.readouterr().out == f"{n:,} lines: {n - saved:,} new events, {saved:,} known, 0 refused\n"
