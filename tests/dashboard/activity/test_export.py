from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from dashboard.activity.database import outcomes
from dashboard.activity.database.connect import Database
from dashboard.activity.errors import ActivityError
from dashboard.activity.export import export_outcomes
from dashboard.activity.records import ACCOUNT, NOT_RELEVANT, PITCHED, NewOutcome
from recsys.dataset.validation import check_parquet
from recsys.schema.clean import OUTCOMES
from tests.support.activity import NOW

NEW = NewOutcome("k1", "C1", "P1", PITCHED, "usual", "v1", NOW.date(), rank=2, chance=0.25, note="Frühling")


def test_the_file_keeps_the_contract_that_a_build_checks(database: Database, tmp_path: Path) -> None:
    account = replace(NEW, key="k2", product_id=ACCOUNT, kind=NOT_RELEVANT, list="", rank=None, chance=None, why="Gone")
    with database.write() as at:
        outcomes.record(at, NEW, person_id=7, now=NOW)
        outcomes.record(at, account, person_id=0, now=NOW)
        taken_back, _ = outcomes.record(at, replace(NEW, key="k3"), person_id=7, now=NOW)
        outcomes.undo(at, taken_back, person_id=7, now=NOW)
    file = tmp_path / "outcomes.parquet"
    assert export_outcomes(database, file) == 2
    assert check_parquet(file, OUTCOMES) == 2
    first, second = pq.read_table(file).to_pylist()
    assert (first["outcome_id"], first["user_id"], first["rank"], first["reason"]) == ("R1", "7", 2, "Frühling")
    assert first["at"].isoformat() == "2026-11-27T09:30:00"
    assert (second["product_id"], second["scope"], second["reason"]) == (None, "customer", "Gone. Frühling")
    assert file.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".outcomes")] == []


def test_no_outcomes_are_an_empty_table(database: Database, tmp_path: Path) -> None:
    assert export_outcomes(database, tmp_path / "none.parquet") == 0
    assert check_parquet(tmp_path / "none.parquet", OUTCOMES) == 0


def test_a_place_that_cannot_be_written_is_named(database: Database, tmp_path: Path) -> None:
    with pytest.raises(ActivityError, match="nowhere/x.parquet cannot be written"):
        export_outcomes(database, tmp_path / "nowhere" / "x.parquet")
