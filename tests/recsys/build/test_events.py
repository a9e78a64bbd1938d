"""A build with opens and clicks: the same as one without where there are none to use, and what it says of them."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recsys.build.pipeline import Built, build
from recsys.options import BuildOptions
from recsys.runtime.progress import Silent
from recsys.schema.build_report import BuildReport
from recsys.schema.clean import EVENTS
from tests.recsys.conftest import START, write_clean

pytestmark = pytest.mark.slow
N_CUSTOMERS, N_PRODUCTS, DAYS = 150, 40, 140
AS_OF = START + timedelta(DAYS - 1)
Row = tuple[int, int, int]  # customer, product, day


def orders() -> list[Row]:
    """150 customers who order one of 40 products by chance every 14 days."""
    rng = np.random.default_rng(11)
    return [
        (n, int(rng.integers(0, N_PRODUCTS)), day) for n in range(N_CUSTOMERS) for day in range(14 + n % 14, DAYS, 14)
    ]


def folder_of(root: Path, clicks: list[Row]) -> Path:
    lines: list[dict[str, Any]] = [
        {
            "order_id": f"{n}-{day}",
            "customer_id": f"{n:03}",
            "product_id": f"p{product:02}",
            "ordered_on": START + timedelta(day),
            "quantity": 1.0,
            "revenue": 10.0,
        }
        for n, product, day in orders()
    ]
    folder = write_clean(root / "clean", lines, {}, {})
    if clicks:
        rows = [
            {
                "event_id": f"E{at}",
                "customer_id": f"{n:03}",
                "product_id": f"p{product:02}",
                "kind": "click",
                "at": datetime.combine(START + timedelta(day), time(12)),
            }
            for at, (n, product, day) in enumerate(clicks)
        ]
        pq.write_table(pa.Table.from_pylist(rows, schema=EVENTS.arrow_schema()), folder / "events.parquet")
    return folder


def built(root: Path, clicks: list[Row], events: str = "auto", as_of: date = AS_OF) -> Built:
    options = BuildOptions(as_of=as_of, min_baskets=2, min_support=0.01, events=events)
    return build(folder_of(root, clicks), root / "artifacts", options, Silent())


def tables(root: Path, made: Built) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (root / "artifacts" / made.manifest.version).glob("*.parquet")}


def timeless(report: Any) -> Any:
    """Return a report without seconds and memory, which differ from run to run."""
    if isinstance(report, dict):
        return {name: timeless(of) for name, of in report.items() if name not in ("fit_s", "score_s", "peak_mb")}
    return report


CLICKED_A_WEEK_BEFORE = [(n, product, day - 7) for n, product, day in orders()]


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, bytes], Built]:
    root = tmp_path_factory.mktemp("plain")
    made = built(root, [])
    return tables(root, made), made


def test_events_after_as_of_change_nothing(tmp_path: Path, plain: tuple[dict[str, bytes], Built]) -> None:
    later = [(n, product, DAYS + n % 9) for n, product, _ in orders()]
    made = built(tmp_path, later)
    assert tables(tmp_path, made) == plain[0]
    assert timeless(made.manifest.facts.evaluation) == timeless(plain[1].manifest.facts.evaluation)
    assert "events" not in made.manifest.facts.evaluation


def test_events_that_are_never_to_be_used_change_nothing(tmp_path: Path, plain: tuple[dict[str, bytes], Built]) -> None:
    made = built(tmp_path, CLICKED_A_WEEK_BEFORE, "never")
    assert tables(tmp_path, made) == plain[0]
    assert "Testing whether opens and clicks pay" not in made.seconds


def test_clicks_by_chance_are_tested_and_change_nothing(tmp_path: Path, plain: tuple[dict[str, bytes], Built]) -> None:
    rng = np.random.default_rng(4)
    made = built(tmp_path, [(n, int(rng.integers(0, N_PRODUCTS)), day) for n, _, day in CLICKED_A_WEEK_BEFORE])
    report = BuildReport.read(made.manifest.facts.evaluation)
    assert report.events is not None
    assert not report.events.used
    assert tables(tmp_path, made) == plain[0]


def test_clicks_that_tell_what_is_bought_are_used(tmp_path: Path, plain: tuple[dict[str, bytes], Built]) -> None:
    made = built(tmp_path, CLICKED_A_WEEK_BEFORE)
    report = BuildReport.read(made.manifest.facts.evaluation)
    assert report.events is not None
    assert (report.events.used, report.events.asked, report.events.cut) == (True, "auto", AS_OF - timedelta(27))
    gain = report.events.paired["new"]["recall@10"].difference
    recalls = [
        BuildReport.read(each.manifest.facts.evaluation).evaluation.models["ranker"].new.means["recall@10"]
        for each in (made, plain[1])
    ]
    assert gain is not None
    assert None not in recalls
    assert recalls[0] - recalls[1] == pytest.approx(gain)  # type: ignore[operator]
    assert tables(tmp_path, made)["recommendations.parquet"] != plain[0]["recommendations.parquet"]
    unchanged = ("similar_customers.parquet", "bundles.parquet", "popular.parquet", "purchases.parquet")
    assert all(tables(tmp_path, made)[name] == plain[0][name] for name in unchanged)
