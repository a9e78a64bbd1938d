"""What is sent from the web shop is in the next version: taken, exported, built, and learned from."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from dashboard.activity.database.connect import Database
from dashboard.cli import main
from dashboard.shop.events import take
from recsys.artifacts.reader import Reader
from recsys.cli import main as recsys
from recsys.schema.build_report import BuildReport
from tests.recsys.build.test_events import AS_OF, DAYS, START, folder_of, orders

pytestmark = pytest.mark.slow


def carts_a_week_before() -> list[dict[str, Any]]:
    """Return a cart seven days before each order, as the shop sends them."""
    return [
        {
            "event_id": f"{number}",
            "kind": "cart",
            "at": datetime.combine(START + timedelta(day - 7), time(12), UTC).isoformat(),
            "customer_id": f"{customer:03}",
            "session": f"s{number}",
            "product_id": f"p{product:02}",
        }
        for number, (customer, product, day) in enumerate(orders())
    ]


def by_fortnight(events: list[dict[str, Any]]) -> Iterator[tuple[datetime, list[dict[str, Any]]]]:
    """Yield the events with the time at which the shop sends them."""
    for day in range(0, DAYS, 14):
        now = datetime.combine(START + timedelta(day + 14), time(), UTC)
        sent = [one for one in events if now - timedelta(14) <= datetime.fromisoformat(one["at"]) < now]
        if sent:
            yield now, sent


def test_what_the_shop_sends_is_learned_from_in_the_next_version(
    tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    carts = carts_a_week_before()
    assert sum(take(database, sent, now).n_new for now, sent in by_fortnight(carts)) == len(carts)
    others = [
        {"event_id": "stranger", "customer_id": "X", "product_id": "p01"},
        {"event_id": "gone", "customer_id": "001", "product_id": "p99"},
        {"event_id": "search", "kind": "search", "customer_id": "001", "text": "milk"},
        {"event_id": "nobody", "session": "s0", "product_id": "p01"},
    ]
    now = datetime.combine(AS_OF, time(12), UTC)
    assert take(database, [{"kind": "view", "at": now.isoformat()} | one for one in others], now).n_new == 4
    clean, artifacts = folder_of(tmp_path, []), tmp_path / "artifacts"
    file = clean / "events.parquet"
    main(["export-events", str(file), "--data", str(clean)], {"REPERTOIRE_STATE": str(tmp_path)})
    assert capsys.readouterr().out == (
        f"{len(carts) + 1:,} events in {file}\n"
        f"Left out: 1 of customers that {clean} does not have, 1 of products that {clean} does not have, 1 search\n"
    )
    asked = ["build", "--data", str(clean), "--artifacts", str(artifacts), "--min-support", "0.01"]
    monkeypatch.setattr("sys.argv", ["recsys", *asked])
    with pytest.raises(SystemExit) as ended:
        recsys()
    assert not ended.value.code
    report = BuildReport.read(Reader(artifacts).current().manifest.facts.evaluation)
    assert report.events is not None
    assert (report.events.rows, report.events.used) == (len(carts), True)
    gained = report.events.paired["new"]["recall@10"].low
    assert gained is not None
    assert gained > 0
