"""What a marketer does from a segment to what came of a campaign, on whatever orders are served."""

import csv
import re
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.journeys.conftest import is_sound

Row = dict[str, str]
SEGMENT = "Champions"  # order most often: their baskets hold bundles on any orders


def campaign_of_a_segments_bundle(page: Page, address: str, folder: Path) -> list[Row]:
    """Go from the segments page by a bundle to a saved campaign, and return the rows of its list; the page shows it."""
    page.goto(f"{address}segments")
    page.locator(".rp-segment-tile", has_text=SEGMENT).first.click()
    chosen = page.locator("#segments-list")
    expect(chosen.get_by_role("heading", level=2)).to_have_text(SEGMENT)
    chosen.get_by_role("link", name="Bundles").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bundles")
    expect(page.locator("#bundles-built")).to_contain_text(SEGMENT)
    page.locator('[data-rp-table="bundles"] .ag-row').first.click()
    name = page.locator(".rp-gap-name").inner_text()
    page.get_by_role("link", name="Make campaign list").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("New campaign")
    expect(page).to_have_url(re.compile(f"bundle=rfm(:|%3A){SEGMENT}/"))
    for product in name.split(" + "):
        expect(page.locator("main")).to_contain_text(product)
    is_sound(page)
    page.get_by_role("button", name="Save campaign").click()
    expect(page).to_have_url(re.compile(r"/campaigns/\d+$"))
    with page.expect_download() as download:
        page.locator('a[href$="/list.csv"]:visible').first.click()
    download.value.save_as(folder / "list.csv")
    return list(csv.DictReader((folder / "list.csv").read_text(encoding="utf-8-sig").splitlines()))


def events_of(rows: list[Row], folder: Path) -> Path:
    """Write what a mailing tool says: everybody got the mail, every second opened it, every fourth clicked."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    references = list({row["Customer number"]: row["Reference"] for row in rows}.values())
    steps = (("sent", references), ("opened", references[::2]), ("clicked", references[::4]))
    lines = [f"{kind}-{one},{one},{kind},{now}" for kind, some in steps for one in some]
    file = folder / "events.csv"
    file.write_text("\n".join(["event_id,reference,kind,at", *lines, ""]), encoding="utf-8")
    return file


def events_come_in(page: Page, rows: list[Row], folder: Path) -> None:
    """Import the events on the campaign's page, and see sent, opened and clicked with their denominators."""
    n = len({row["Customer number"] for row in rows})
    page.locator("#campaign-upload input[type=file]").set_input_files(events_of(rows, folder))
    steps = page.locator(".rp-funnel > li")
    expect(steps.nth(1)).to_contain_text(f"{(n + 1) // 2} of {n}")
    expect(steps.nth(2)).to_contain_text(f"{(n + 3) // 4} of {n}")
    is_sound(page)
