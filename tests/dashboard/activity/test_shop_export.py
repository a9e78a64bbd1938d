"""The shop's events as the table of a build: all that it can read, each once, and nothing joined by guess."""

import tracemalloc
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow.parquet as pq
import pytest

from dashboard.activity.campaign_records import CampaignEvent
from dashboard.activity.database import campaign_events, shop_events
from dashboard.activity.database.connect import Database
from dashboard.activity.shop_records import ShopEvent
from dashboard.campaigns.events_export import export_events
from dashboard.campaigns.known_ids import KnownRows
from dashboard.shop import export
from recsys.dataset.validation import check_parquet
from recsys.schema.clean import EVENTS
from tests.support.activity import NOW
from tests.support.campaigns import make_campaign

UTC_ZONE = ZoneInfo("UTC")


def add(database: Database, *events: ShopEvent) -> None:
    with database.write() as at:
        shop_events.add(at, events, NOW)


def view(event_id: str, customer_id: str | None = "CAFE1", product_id: str | None = "MILK") -> ShopEvent:
    return ShopEvent(event_id, "view", NOW, customer_id, "s1", product_id)


def exported(database: Database, folder: Path, known: KnownRows | None = None) -> list[dict[str, Any]]:
    file = folder / "events.parquet"
    n = export_events(database, file, UTC_ZONE, known or KnownRows({}))
    assert check_parquet(file, EVENTS) == n
    rows: list[dict[str, Any]] = pq.read_table(file).to_pylist()
    return rows


def test_an_event_is_a_row_of_the_table(database: Database, tmp_path: Path) -> None:
    add(database, ShopEvent("7", "cart", NOW, "CAFE1", "s1", "MILK", quantity=3.0, arm="b"))
    assert exported(database, tmp_path) == [
        {
            "event_id": "S7",
            "customer_id": "CAFE1",
            "product_id": "MILK",
            "kind": "cart",
            "at": datetime(2026, 11, 27, 9, 30),  # noqa: DTZ001 - the table's times are UTC
            "session_id": "s1",
            "list": None,
            "version": None,
            "arm": "b",
        }
    ]


@pytest.mark.parametrize(
    ("kind", "exported_as"),
    [(kind, kind) for kind in ("view", "click", "cart", "uncart", "order")] + [("shown", "impression")],
)
def test_a_kind_has_the_tables_name(database: Database, tmp_path: Path, kind: str, exported_as: str) -> None:
    add(database, ShopEvent("1", kind, NOW, "CAFE1", product_id="MILK", list="new"))
    assert [(row["kind"], row["list"]) for row in exported(database, tmp_path)] == [(exported_as, "new")]


def test_what_a_build_cannot_read_is_left_out_and_counted(database: Database, tmp_path: Path) -> None:
    search = ShopEvent("1", "search", NOW, "GONE", text="milk")
    add(database, search, view("2", "GONE"), view("3", "GONE", "TEA"), view("4", "CAFE1", "TEA"), view("5"))
    known = KnownRows({"customer_id": frozenset({"CAFE1"}), "product_id": frozenset({"MILK"})})
    assert [row["event_id"] for row in exported(database, tmp_path, known)] == ["S5"]
    assert known.left_out == Counter(customers=2, products=1, searches=1)


def test_a_session_without_a_customer_is_joined_to_none(database: Database, tmp_path: Path) -> None:
    add(database, view("1", None), view("2"), ShopEvent("3", "shown", NOW, None, "s1"))
    known = KnownRows({"customer_id": frozenset({"CAFE1"}), "product_id": frozenset({"MILK"})})
    rows = exported(database, tmp_path, known)
    assert [(row["customer_id"], row["session_id"]) for row in rows] == [(None, "s1"), ("CAFE1", "s1"), (None, "s1")]


def test_one_number_of_both_sources_is_two_events(database: Database, tmp_path: Path) -> None:
    number = make_campaign(database, ["CAFE1"], [])
    with database.write() as at:
        batch = campaign_events.begin(at, file="e.csv", person_id=1, now=NOW)
        campaign_events.add(at, batch, [CampaignEvent("7", number, "CAFE1", "P2", "clicked", NOW)])
    add(database, view("7"), view("A1 CAFE1 P2"))
    ids = [row["event_id"] for row in exported(database, tmp_path)]
    assert ids == ["A1 CAFE1 P2", "E7", "S7", "SA1 CAFE1 P2"]


def test_events_come_part_by_part_in_the_order_in_which_they_came_in(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "AT_ONCE", 2)
    numbers = ["5", "1", "4", "2", "3"]
    for number in numbers:
        add(database, view(number))
    assert [len(part) for part in export.shop_rows(database)] == [2, 2, 1]
    assert [row["event_id"] for row in exported(database, tmp_path)] == [f"S{one}" for one in numbers]


def test_what_comes_in_meanwhile_is_in_the_next_one(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "AT_ONCE", 1)
    add(database, view("1"), view("2"))
    parts = export.shop_rows(database)
    first = next(parts)
    add(database, view("3"))
    assert [row["event_id"] for part in (first, *parts) for row in part] == ["S1", "S2"]
    assert len(list(export.shop_rows(database))) == 3


def test_memory_does_not_grow_with_the_events(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "AT_ONCE", 100)

    def most(n: int) -> int:
        with database.write() as at:
            shop_events.add(at, many(n), NOW)
        tracemalloc.start()
        export_events(database, tmp_path / "events.parquet", UTC_ZONE, KnownRows({}))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    few = most(200)
    assert most(1_500) < 1.2 * few


def many(n: int) -> Sequence[ShopEvent]:
    """Return events of as many numbers, which begin with how many they are."""
    return [view(f"{n}-{at}")._replace(at=NOW - timedelta(seconds=at)) for at in range(n)]
