"""The campaigns that the sample plants, read from its clean tables as an app's own would be, and what they brought."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq

from dashboard.activity.campaign_records import HELD, SENT, Member
from dashboard.campaigns.effects import Comparison, compared
from dashboard.campaigns.orders import Ordered, Window

DAYS = 22  # the day of the mail, and 21 more
ARMS = {"mailed": SENT, "control": HELD}
Assigned = Mapping[str, tuple[str, str]]  # by customer: arm and product


def planted_effects(folder: Path) -> dict[str, Comparison]:
    """Return by the campaign's name what it brought, and under "all" what they brought together.

    folder  of clean tables: `events` has who was assigned to which arm, `order_lines` what they ordered
    """
    members: list[Member] = []
    orders: list[Ordered] = []
    found: dict[str, Comparison] = {}
    for name, sent_on, assigned in _campaigns(folder):
        window = Window(sent_on, DAYS, sent_on + timedelta(DAYS))
        mine = [Member(f"{name} {one}", arm, "", None, 0.0) for one, (arm, _) in assigned.items()]
        bought = list(_orders(folder, name, assigned, window))
        found[name] = compared(mine, bought)
        members += mine
        orders += bought
    return {**found, "all": compared(members, orders)}


def _campaigns(folder: Path) -> Iterator[tuple[str, date, Assigned]]:
    events = pq.read_table(folder / "events.parquet")
    rows = events.filter(pc.equal(events["kind"], "assigned")).to_pylist()
    for name in sorted({row["list"] for row in rows}):
        own = [row for row in rows if row["list"] == name]
        yield name, own[0]["at"].date(), {row["customer_id"]: (ARMS[row["arm"]], row["product_id"]) for row in own}


def _orders(folder: Path, name: str, assigned: Assigned, window: Window) -> Iterator[Ordered]:
    product = next(iter(assigned.values()))[1]
    lines = pq.read_table(folder / "order_lines.parquet", filters=[("product_id", "=", product)]).to_pylist()
    for line in lines:
        if line["customer_id"] in assigned and window.holds(line["ordered_on"]):
            yield Ordered(f"{name} {line['customer_id']}", product, line["ordered_on"], line["revenue"])
