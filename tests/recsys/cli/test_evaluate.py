"""`python -m recsys evaluate`: what it prints, and its exit codes. Day 0 is 1 January 2026."""

import json
import re
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recsys.build.pipeline import build
from recsys.cli import main
from recsys.options import BuildOptions
from recsys.runtime.progress import Silent

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


def cells(out: str, first: str) -> list[str]:
    """Return the cells of the printed table's row that begins with `first`."""
    row = next(line for line in out.splitlines() if line.startswith(f"{first}  "))
    return re.split(r"  +", row)


def test_breadth_is_printed_beside_the_metrics(clean_folder: CleanFolder, run: Run) -> None:
    _, out, _ = run("--data", clean_folder(LINES), "--models", "own_frequent_only", "--cut", "2026-02-15")
    assert "breadth, all, up to 9 lists" in out
    for head in ("coverage@10", "largest share@10", "overlap@10", "novelty@10", "hr@1", "precision@10"):
        assert head in out
    assert "breadth, new: nothing to measure, no list has a product" in out
    assert "new: nothing to measure, no tested customer bought anything new in what is held out" in out
    assert "nan" not in out


def test_a_model_without_any_list_beside_others_has_dashes(clean_folder: CleanFolder, run: Run) -> None:
    models = "own_frequent_only,popular"
    _, out, _ = run("--data", clean_folder(LINES), "--models", models, "--cut", "2026-02-15")
    nothing_new = out[out.index("breadth, new") :]
    assert cells(nothing_new, "own_frequent_only")[1:] == ["0.000", "0.000", "-", "-"]


def test_one_customer_alone_has_no_interval(clean_folder: CleanFolder, run: Run) -> None:
    lines = [("c0", day, "ab") for day in range(0, 60, 5)]
    code, out, _ = run("--data", clean_folder(lines), "--models", "own_frequent,popular")
    assert code == 0
    assert cells(out, "popular")[1:3] == ["1.000", "1.000"]
    assert "nan" not in out


def test_seasonal_and_unsold_products_are_reported_or_why_not(clean_folder: CleanFolder, run: Run) -> None:
    products = {"a": {"category": "Tea"}, "b": {"category": "Tea"}, "x": {"category": "Tea"}, "w": {"category": "Tea"}}
    folder = clean_folder([*LINES, ("c0", 60, "w")], products=products)
    _, out, _ = run("--data", folder, "--models", "popular", "--cut", "2026-02-15")
    assert "seasonal: not measured, 13 months of orders before the days held out are needed" in out
    assert "unsold: 1 of 9 rows in 9 lists were bought; there were 1 first sales" in out
    _, out, _ = run("--data", folder, "--models", "popular", "--cut", "2026-02-15", "--products", "^[a-dx]")
    assert "unsold: not measured, every product of the catalogue had been bought before" in out


@pytest.mark.parametrize(("seeds", "n"), [("3", 3), ("1", 0)])
def test_the_ranker_learns_from_as_many_seeds_as_wished(
    clean_folder: CleanFolder, run: Run, seeds: str, n: int
) -> None:
    lines = [
        (f"c{c:02}", day, ("abcdef", "ghijkl")[c % 2][(day + c) % 5 :][:2])
        for c in range(60)
        for day in range(0, 91, 3)
    ]
    folder = clean_folder(lines)
    _, out, _ = run("--data", folder, "--models", "ranker", "--seeds", seeds, "--json")
    assert json.loads(out)["seeds"].get("n", 0) == n
    _, out, _ = run("--data", folder, "--models", "ranker", "--seeds", seeds)
    assert ("ranker, 3 seeds: mean ± standard deviation" in out) is (n == 3)


def test_the_served_versions_own_lists_are_counted(clean_folder: CleanFolder, run: Run, tmp_path: Path) -> None:
    folder = clean_folder(LINES)
    build(folder, tmp_path / "artifacts", BuildOptions(as_of=date(2026, 2, 14)), Silent())
    _, out, _ = run("--data", folder, "--models", "popular", "--artifacts", tmp_path / "artifacts")
    published = out[out.index("published lists") :]
    assert "rows a list" in published
    assert cells(published, "usual")[1] == "9"


@pytest.mark.parametrize("columns", [{"name": ["x"]}, {"product": ["x"]}])
def test_products_without_their_key_are_refused(
    clean_folder: CleanFolder, run: Run, columns: dict[str, list[str]]
) -> None:
    folder = clean_folder(LINES)
    pq.write_table(pa.table(columns), folder / "products.parquet")
    code, _, err = run("--data", folder, "--models", "popular")
    assert code == 1
    assert "cannot be read as a table with product_id" in " ".join(err.split())
    assert "import the data again" in " ".join(err.split())


def test_new_lines_are_tested_instead_or_it_says_why_not(
    clean_folder: CleanFolder, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = clean_folder(LINES)
    assert run("--data", folder, "--new-lines")[:2] == (
        0,
        "not tested: only 0 products could be tested; fewer than 20 say nothing\n",
    )
    for name, value in (("LEAST_PRODUCTS", 1), ("_HISTORY_DAYS", 5), ("_HIDDEN_SHARE", 0.5)):
        monkeypatch.setattr(f"recsys.evaluation.new_lines.{name}", value)
    code, out, _ = run("--data", folder, "--new-lines")
    assert code == 0
    assert "2 products, held out, cuts from 2026-01-16 to 2026-01-16" in out
    assert "profile, first 100" in out
    assert "over order days, first 50" in out
    assert json.loads(run("--data", folder, "--new-lines", "--json")[1])["kind"] == "held out"
