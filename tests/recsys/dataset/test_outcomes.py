"""What a build reads of outcomes, from visible rows; day 0 is 1 January 2026."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recsys.artifacts.reader import Reader
from recsys.build.pipeline import build
from recsys.build.up_to_date import current_build_of
from recsys.dataset.outcomes import ANSWERS, no_outcomes, read_outcomes
from recsys.errors import TableError
from recsys.options import BuildOptions
from recsys.runtime.progress import Silent
from recsys.schema.clean import OUTCOMES
from tests.recsys.conftest import CleanFolder
from tests.recsys.models.conftest import made_interactions

FIRST = datetime(2026, 1, 1, 9)  # noqa: DTZ001 - a moment of the table is UTC and has no zone
LINES = [("A", 0, "x"), ("A", 10, "y"), ("B", 10, "x"), ("B", 10, "z"), ("C", 20, "z")]


def told(folder: Path, *rows: tuple[str, str | None, int, str]) -> Path:
    """Write outcomes (customer, product or None, day, kind) and return the file."""
    table = [
        {
            "outcome_id": f"R{number}", "customer_id": customer, "product_id": product, "kind": kind,
            "at": FIRST + timedelta(day), "user_id": "1", "version": "v", "list": "new", "rank": 1,
            "scope": "product" if product else "customer",
        }
        for number, (customer, product, day, kind) in enumerate(rows)
    ]  # fmt: skip
    path = folder / "outcomes.parquet"
    pq.write_table(pa.Table.from_pylist(table, schema=OUTCOMES.arrow_schema()), path)
    return path


def test_what_is_not_relevant_is_dismissed_unless_it_was_bought_since(tmp_path: Path) -> None:
    path = told(
        tmp_path,
        ("A", "z", 15, "not_relevant"),
        ("B", "y", 15, "not_relevant"),
        ("B", "x", 5, "not_relevant"),  # bought on day 10
        ("B", "z", 10, "not_relevant"),  # bought on that day, not after
        ("A", "y", 15, "snoozed"),
        ("C", None, 15, "not_relevant"),
        ("GONE", "x", 1, "not_relevant"),
        ("A", "gone", 1, "not_relevant"),
    )
    found = read_outcomes(path, made_interactions(LINES))
    assert found.dismissed.products.toarray().tolist() == [[0, 0, 1], [0, 1, 1], [0, 0, 0]]
    assert found.dismissed.accounts.tolist() == [False, False, True]
    assert (found.rows, found.unknown) == (8, 2)


def test_no_outcomes_dismiss_nothing(tmp_path: Path) -> None:
    data = made_interactions(LINES)
    assert read_outcomes(told(tmp_path), data).dismissed.products.nnz == 0
    assert no_outcomes(data).dismissed.accounts.sum() == 0


def test_a_pitch_is_open_until_it_is_ordered_dismissed_or_old(tmp_path: Path) -> None:
    lines = [*LINES, ("A", 200, "x"), ("A", 200, "v"), ("A", 200, "w")]  # the last day is 200
    path = told(
        tmp_path,
        ("B", "v", 190, "pitched"),
        ("B", "w", 150, "pitched"),
        ("B", "y", 150, "pitched"),
        ("B", "y", 151, "snoozed"),
        ("C", "v", 150, "pitched"),
        ("C", "v", 150, "ordered"),  # in the same second: the answer counts
        ("C", "w", 150, "not_relevant"),
        ("C", "x", 19, "pitched"),  # too long ago
        ("A", "z", 150, "snoozed"),
        ("A", "z", 195, "pitched"),  # pitched again: that counts
        ("B", "z", 150, "pitched"),  # bought
        ("C", "y", 201, "pitched"),  # after the last day
    )
    data = made_interactions(lines)
    found = read_outcomes(path, data).pitches.open_at(data)
    customers, products = (np.array(ids, dtype=object) for ids in (data.customer_ids, data.product_ids))
    pairs = zip(customers[found.customers], products[found.products], found.answers, strict=True)
    assert {(customer, product): ANSWERS[answer] for customer, product, answer in pairs} == {
        ("A", "z"): "no answer",
        ("B", "v"): "no answer",
        ("B", "w"): "no answer for four weeks",
        ("B", "y"): "snoozed",
    }


def test_pitches_are_seen_by_an_earlier_history_as_they_stood(tmp_path: Path) -> None:
    path = told(tmp_path, ("B", "y", 12, "pitched"), ("B", "y", 15, "not_relevant"), ("B", "z", 3, "pitched"))
    pitches = read_outcomes(path, made_interactions([*LINES, ("A", 0, "z")])).pitches
    earlier = made_interactions([("B", 5, "z"), ("B", 9, "y"), ("D", 13, "y"), ("A", 13, "y")])
    assert len(pitches.open_at(earlier).customers) == 0  # both are bought there
    earlier = made_interactions([("B", 5, "x"), ("D", 13, "y")])
    found = pitches.open_at(earlier)
    assert [earlier.customer_ids[row] for row in found.customers] == ["B"]
    assert [earlier.product_ids[column] for column in found.products] == ["y"]


def test_a_table_that_breaks_its_contract_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "outcomes.parquet"
    pq.write_table(pa.table({"outcome_id": ["1"]}), path)
    with pytest.raises(TableError, match=r"outcomes.parquet has no column 'customer_id'"):
        read_outcomes(path, made_interactions(LINES))


def test_a_build_lists_nothing_that_was_dismissed_and_is_made_anew_for_new_outcomes(
    tmp_path: Path, clean_folder: CleanFolder
) -> None:
    data = clean_folder([(f"C{one}", day, "ab" if one % 2 else "abc") for one in range(12) for day in range(0, 90, 10)])
    artifacts, options = tmp_path / "artifacts", BuildOptions()

    def offered(outcomes: Path | None) -> dict[str, set[str]]:
        build(data, artifacts, options, Silent(), outcomes=outcomes)
        reader = Reader(artifacts)
        rows: list[dict[str, Any]] = reader.current().table("recommendations").to_pylist()
        reader.close()
        found: dict[str, set[str]] = {}
        for row in rows:
            found.setdefault(row["customer_id"], set()).add(row["product_id"])
        return found

    before = offered(None)
    assert {"a", "c"} <= before["C1"]
    assert "C2" in before
    of_c1 = [("C1", product, 95, "not_relevant") for product in "ac"]
    outcomes = told(tmp_path, *of_c1, ("C2", None, 95, "not_relevant"))
    after = offered(outcomes)
    assert before["C1"] - after["C1"] == {"a", "c"}
    assert "C2" not in after
    assert current_build_of(data, artifacts, options, outcomes) is not None
    assert current_build_of(data, artifacts, options) is None
    with pytest.raises(TableError, match="cannot be read"):
        current_build_of(data, artifacts, options, tmp_path / "none.parquet")
