"""From a segment by a bundle to a campaign, its events, and the orders that came after it, in one piece."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Shop
from tests.journeys.marketing import Row, campaign_of_a_segments_bundle, events_come_in
from tests.support.processes import recsys, serving
from tests.support.waiting import until

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def own_shop(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Yield a shop whose orders and versions may be changed."""
    folder = tmp_path_factory.mktemp("marketing")
    shutil.copytree(built, folder / "shop")
    with serving(
        folder / "shop" / "artifacts", folder / "state", folder / "log", REPERTOIRE_POLL_SECONDS="0.5"
    ) as address:
        yield Shop(f"{address}/", folder / "shop" / "clean", folder / "shop" / "artifacts", folder / "log")


def order_today(clean: Path, rows: list[Row]) -> None:
    """Add orders of today of what these customers were offered, 50 each, to the clean tables."""
    file = clean / "order_lines.parquet"
    lines = pq.read_table(file)
    today = datetime.now(UTC).date()
    same = {"ordered_on": today, "quantity": 2.0, "revenue": 50.0}
    new = [
        {"order_id": f"n{place}", "customer_id": row["Customer number"], "product_id": row["Product number"], **same}
        for place, row in enumerate(rows)
    ]
    pq.write_table(pa.concat_tables([lines, pa.Table.from_pylist(new, schema=lines.schema)]), file)


def test_from_a_segment_by_a_bundle_to_the_orders_after_the_mail(page: Page, own_shop: Shop, tmp_path: Path) -> None:
    rows = campaign_of_a_segments_bundle(page, own_shop.address, tmp_path)
    assert len(rows) >= 4
    events_come_in(page, rows, tmp_path)

    expect(page.locator(".rp-campaign-said")).to_contain_text("before the sending")

    # The next build has orders of three of them, and the app takes it up.
    order_today(own_shop.clean, rows[:3])
    done = recsys("build", "--data", str(own_shop.clean), "--artifacts", str(own_shop.artifacts))
    assert done.returncode == 0, done.stderr
    n_mailed = len({row["Customer number"] for row in rows})
    n_ordered = len({row["Customer number"] for row in rows[:3]})
    newest = (own_shop.artifacts / "CURRENT").read_text().strip()
    assert until(lambda: newest in own_shop.log.read_text())
    page.reload()
    expect(page.locator(".rp-funnel > li").last).to_contain_text(f"{n_ordered} of {n_mailed}")
    expect(page.locator(".rp-campaign-said")).to_contain_text(f"Of {n_mailed} sent,")
