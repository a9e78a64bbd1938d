"""`python -m recsys evaluate`: what it prints, and its exit codes. Day 0 is 1 January 2026."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recsys.cli import main

CleanFolder = Callable[..., Path]
Run = Callable[..., tuple[int, str, str]]
LINES = [(f"c{n}", day, "abcd"[n % 3 :] + "x") for n in range(9) for day in (0, 9, 20 + n, 50, 70)]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a function that calls the command line and returns exit code, stdout and stderr."""
    monkeypatch.setenv("COLUMNS", "220")

    def called(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["recsys", "evaluate", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            main()
        captured = capsys.readouterr()
        return int(end.value.code or 0), captured.out, captured.err

    return called


def test_json_is_one_object_and_nothing_else(clean_folder: CleanFolder, run: Run) -> None:
    code, out, _ = run("--data", clean_folder(LINES), "--protocol", "calendar", "--json")
    assert code == 0
    assert json.loads(out)["models"]["popular"]["all"]["n"] == 9


def test_tables_are_printed_for_people(clean_folder: CleanFolder, run: Run) -> None:
    folder = clean_folder(LINES, customers={"c0": {"segment": "cafe"}})
    code, out, _ = run("--data", folder, "--protocol", "last-basket", "--models", "popular,tifu_knn")
    assert code == 0
    assert "last-basket; means over customers" in out
    assert "all, n 9" in out
    assert "tifu_knn above" in out
    assert "cafe, n 1" in out


def test_one_model_alone_is_compared_with_nothing(clean_folder: CleanFolder, run: Run) -> None:
    code, out, _ = run("--data", clean_folder(LINES), "--models", "popular", "--cut", "2026-02-15", "--days", "20")
    assert code == 0
    assert "cut 2026-02-15, 20 days" in out
    assert "above" not in out


def test_only_products_that_match_the_pattern_are_evaluated(clean_folder: CleanFolder, run: Run) -> None:
    _, out, _ = run("--data", clean_folder(LINES), "--models", "popular", "--products", "^[a-d]", "--json")
    data = json.loads(out)["data"]
    assert (data["products"], data["products_pattern"]) == (4, "^[a-d]")


def test_customer_product_and_day_are_enough(tmp_path: Path, clean_folder: CleanFolder, run: Run) -> None:
    lines = pq.read_table(clean_folder(LINES) / "order_lines.parquet")
    (tmp_path / "bare").mkdir()
    pq.write_table(lines.select(["customer_id", "product_id", "ordered_on"]), tmp_path / "bare/order_lines.parquet")
    code, out, _ = run("--data", tmp_path / "bare", "--models", "popular", "--json")
    assert code == 0
    assert json.loads(out)["segments"] == {"all": {}, "new": {}}
    pq.write_table(pa.table({"customer_id": ["c0"]}), tmp_path / "bare/customers.parquet")
    assert run("--data", tmp_path / "bare", "--models", "popular")[0] == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--models", "best"], "--models has 'best'; known are popular, "),
        (["--models", ","], "--models has ''; known are popular, "),
        (["--products", "["], "products is '[', which is no regular expression"),
        (["--protocol", "last-basket", "--cut", "2026-02-01"], "--cut is of the calendar protocol"),
    ],
)
def test_a_wrong_option_is_refused_by_name(
    clean_folder: CleanFolder, run: Run, options: list[str], message: str
) -> None:
    code, _, err = run("--data", clean_folder(LINES), *options)
    assert code == 2
    assert message in " ".join(err.replace("│", " ").split())


def test_data_that_cannot_be_evaluated_are_refused_with_the_remedy(
    tmp_path: Path, clean_folder: CleanFolder, run: Run
) -> None:
    assert "order_lines.parquet is missing; make the clean tables" in run("--data", tmp_path)[2]
    assert "holds 'Q'; the first is 'a'" in run("--data", clean_folder(LINES), "--products", "Q")[2]
    bad = tmp_path / "bad"
    bad.mkdir()
    day = pa.array([0], pa.date32())
    for columns, message in (
        ({"customer_id": ["A"]}, "cannot be read as order lines with customer_id, product_id, ordered_on"),
        ({"customer_id": [None], "product_id": ["a"], "ordered_on": day}, "has a line without customer_id"),
        ({"customer_id": [], "product_id": [], "ordered_on": pa.array([], pa.date32())}, "has no rows"),
    ):
        pq.write_table(pa.table(columns), bad / "order_lines.parquet")
        code, _, err = run("--data", bad)
        assert code == 1
        assert message in err
