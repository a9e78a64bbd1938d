"""What is offered instead of a lost product, on a version of visible orders. Day 0 is 1 January 2026."""

from pathlib import Path

import pytest

from recsys.artifacts.reader import Reader
from recsys.build.pipeline import build
from recsys.options import BuildOptions
from recsys.runtime.progress import Silent
from tests.recsys.conftest import CleanFolder

ROW = tuple[str, str]


def lost_rows(root: Path, data: Path) -> dict[ROW, dict[str, object]]:
    build(data, root, BuildOptions(), Silent())
    reader = Reader(root)
    try:
        version = reader.current()
        rows = version.table("recommendations").to_pylist()
    finally:
        reader.close()
    return {(row["customer_id"], row["product_id"]): row for row in rows if row["list"] == "lost"}


def lines_of(similar: int) -> list[tuple[str, int, str]]:
    """Return lines: A stops x on day 50; everyone buys a and b; of the others `similar` buy y, of x's category."""
    lines = []
    for day in range(0, 120, 10):
        lines.append(("A", day, "abx" if day <= 50 else "ab"))
        lines += [(f"C{one}", day, "abcy" if one <= similar else "abc") for one in range(1, 8)]
    return lines


@pytest.mark.parametrize(("similar", "expected"), [(4, ("y", 4)), (2, (None, None))])
def test_the_substitute_is_of_the_category_and_bought_by_similar_customers(
    tmp_path: Path, clean_folder: CleanFolder, similar: int, expected: tuple[object, object]
) -> None:
    categories = {"x": "oil", "y": "oil", "a": "bread", "b": "bread", "c": "milk"}
    data = clean_folder(lines_of(similar), products={one: {"category": name} for one, name in categories.items()})
    row = lost_rows(tmp_path / "artifacts", data)["A", "x"]
    assert (row["substitute_id"], row["substitute_n"]) == expected
    assert (row["reason_kind"], row["reason_n"]) == ("stopped", 6)
    assert (row["reason_gap_days"], row["reason_since_days"]) == (10, 60)
    assert (row["worth"], row["at_stake"]) == (60, 0)


def test_a_product_that_is_sold_no_more_is_nobodys_loss(tmp_path: Path, clean_folder: CleanFolder) -> None:
    data = clean_folder(lines_of(4), products={"x": {"available": False}})
    assert ("A", "x") not in lost_rows(tmp_path / "artifacts", data)
