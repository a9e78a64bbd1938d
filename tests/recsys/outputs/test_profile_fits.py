"""Whom new products fit, in a shop of tea and wine. The orders end on day 70; the black tea came on day 20."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recsys.artifacts.open_version import Version
from recsys.artifacts.reader import Reader
from recsys.build.pipeline import build
from recsys.options import BuildOptions
from recsys.runtime.progress import Silent
from recsys.schema.build_report import BuildReport
from recsys.schema.clean import OUTCOMES
from tests.recsys.conftest import day, write_clean

TEA, WINE = [f"c{n:02}" for n in range(12)], [f"c{n:02}" for n in range(10, 22)]
PRODUCTS: dict[str, dict[str, Any]] = {
    "t": {"name": "Green tea"},
    "w": {"name": "Red wine"},
    "n": {"name": "Black tea"},  # c03 alone bought it
    "u": {"name": "White wine"},  # never sold
    "s": {"name": "Salt"},  # never sold, and like nothing
    "x": {"name": "Tea of next year", "introduced_on": date(2027, 1, 1)},
}
LINES = [
    *((who, 0, "t") for who in TEA),
    *((who, 1, "w") for who in WINE),
    ("c03", 20, "n"),
    ("c05", 20, "t"),
    ("c05", 70, "t"),
]
SMALL = BuildOptions(min_baskets=1, min_support=0.01, min_segment_baskets=1, min_segment_customers=1, pair_baskets=1)


ON = datetime(2026, 3, 1)  # noqa: DTZ001 - a moment of the table is UTC and has no zone
DISMISSED = {
    "outcome_id": "R1", "customer_id": "c04", "product_id": "n", "kind": "not_relevant",
    "at": ON, "user_id": "1", "version": "v", "list": "new", "rank": 1, "scope": "product",
}  # fmt: skip


@pytest.fixture(scope="module")
def version(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Version]:
    """Yield the version of the shop; c00 is blocked, and c04 dismissed the black tea."""
    folder = tmp_path_factory.mktemp("fits")
    lines = [
        {
            "order_id": f"{who}-{number}", "customer_id": who, "product_id": product, "ordered_on": day(number),
            "quantity": 1.0, "revenue": 10.0,
        }
        for who, number, product in LINES
    ]  # fmt: skip
    write_clean(folder / "clean", lines, {"c00": {"status": "blocked"}}, PRODUCTS)
    outcomes = pa.Table.from_pylist([DISMISSED], schema=OUTCOMES.arrow_schema())
    pq.write_table(outcomes, folder / "outcomes.parquet")
    build(folder / "clean", folder / "artifacts", SMALL, Silent(), outcomes=folder / "outcomes.parquet")
    reader = Reader(folder / "artifacts")
    yield reader.current()
    reader.close()


def whom(version: Version, product: str) -> list[str]:
    return [row["customer_id"] for row in version.rows("profile_fits", product)]


def test_new_product_fits_who_buys_what_has_its_words(version: Version) -> None:
    first, second, *_ = version.rows("profile_fits", "n")
    assert (first["customer_id"], first["rank"], first["score"]) == ("c05", 1, 1.0)  # ordered on more days
    assert (first["like_id"], first["like_baskets"], second["like_baskets"]) == ("t", 3, 1)
    assert sorted(whom(version, "u")) == WINE


def test_who_bought_or_dismissed_it_or_gets_no_lists_is_not_among_them(version: Version) -> None:
    assert sorted(whom(version, "n")) == [who for who in TEA if who not in ("c00", "c03", "c04")]


def test_what_is_sold_or_like_nothing_or_not_introduced_has_no_rows(version: Version) -> None:
    assert [whom(version, product) for product in ("t", "w", "s", "x")] == [[], [], [], []]


def test_build_says_why_so_few_products_are_not_tested(version: Version) -> None:
    found = BuildReport.read(version.manifest.facts.evaluation).new_lines
    assert found.why_not == "only 0 products could be tested; fewer than 20 say nothing"
