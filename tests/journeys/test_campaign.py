"""A campaign from a bundle to the rep's call: drawn, saved, sent, its events imported, its files, who clicked."""

import csv
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import DESK, PATIENCE_MS, PHONE, is_sound, watched
from tests.journeys.test_roles import Company, come_in
from tests.support.processes import serving

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def company(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    folder = tmp_path_factory.mktemp("marketing")
    version = built / "artifacts" / (built / "artifacts" / "CURRENT").read_text().strip()
    columns = ["customer_id", "name", "rep", "phone", "email", "may_contact"]
    customers = pq.read_table(version / "customers.parquet", columns=columns).to_pylist()
    settings = {"REPERTOIRE_SIGN_IN": "local"}
    with serving(built / "artifacts", folder / "state", folder / "log", **settings) as address:
        environ = {**settings, "REPERTOIRE_STATE": str(folder / "state"), "REPERTOIRE_PUBLIC_URL": address}
        yield Company(f"{address}/", environ, customers)


@pytest.fixture
def bundle(built: Path) -> str:
    """Return the key of the bundle that most customers miss one product of."""
    version = built / "artifacts" / (built / "artifacts" / "CURRENT").read_text().strip()
    rows = pq.read_table(version / "bundles.parquet", columns=["bundle_key", "segment", "n_miss_one"]).to_pylist()
    return str(max((row for row in rows if not row["segment"]), key=lambda row: row["n_miss_one"])["bundle_key"])


@pytest.fixture(params=[DESK, PHONE], ids=["desk", "phone"])
def marketer(
    request: pytest.FixtureRequest, browser: Browser, company: Company, capsys: pytest.CaptureFixture[str]
) -> Iterator[Page]:
    """Yield a page of a marketer who has come in, on a desk and on a phone."""
    size = request.param
    context = browser.new_context(
        viewport=size, locale="en-GB", reduced_motion="reduce", has_touch=size == PHONE, accept_downloads=True
    )
    first = context.new_page()
    first.set_default_timeout(PATIENCE_MS)
    come_in(first, company.link(f"nora{id(first)}@shop.example", "--role", "marketer", capsys=capsys))
    first.close()
    yield from watched(context)
    context.close()


def events_file(rows: list[dict[str, str]], folder: Path) -> Path:
    """Write what a mailing tool would say: everyone got the mail, the first three customers opened and clicked."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    lines = [f"sent-{row['Reference']},{row['Reference']},sent,{now}" for row in rows]
    for row in rows[:3]:
        lines += [f"{kind}-{row['Reference']},{row['Reference']},{kind},{now}" for kind in ("opened", "clicked")]
    lines.append(f"bad-1,nobody,opened,{now}")
    file = folder / "events.csv"
    file.write_text("\n".join(["event_id,reference,kind,at", *lines, ""]), encoding="utf-8")
    return file


def test_campaign_from_a_bundle_to_the_call_of_a_rep(
    marketer: Page, company: Company, bundle: str, browser: Browser, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page, is_phone = marketer, marketer.viewport_size == PHONE

    # Drawn: nothing is saved yet, and the fields are in the address.
    page.goto(f"{company.address}campaigns/new?from=bundle&bundle={bundle}&rest=0&seed=7")
    expect(page.get_by_role("heading", level=1)).to_have_text("New campaign")
    expect(page.get_by_text("Nothing is saved yet")).to_be_visible()
    page.get_by_label("Held out, %").fill("70")
    expect(page.get_by_role("alert")).to_have_text(re.compile("Held out, % is “70”; enter a whole number from 0 to 50"))
    page.get_by_label("Held out, %").fill("25")
    expect(page.locator("#campaign-preview .rp-tile").nth(4)).to_contain_text("25 %")
    expect(page).to_have_url(re.compile("held=25"))
    expect(page.locator("#campaign-preview")).to_contain_text("would complete the set")
    page.get_by_label("Name").fill(f"Bundle, {'phone' if is_phone else 'desk'}")
    is_sound(page)
    save = page.get_by_role("button", name="Save campaign")
    save.dblclick()
    expect(page).to_have_url(re.compile(r"/campaigns/\d+$"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Bundle, ")
    number = page.url.rsplit("/", 1)[1]

    # Its list, without who is held out and who wishes no contact.
    with page.expect_download() as download:
        page.locator('a[href$="/list.csv"]:visible').first.click()
    download.value.save_as(tmp_path / "list.csv")
    rows = list(csv.DictReader((tmp_path / "list.csv").read_text(encoding="utf-8-sig").splitlines()))
    fetched = page.request.get(f"{company.address}campaigns/{number}/list.xlsx")
    (tmp_path / "list.xlsx").write_bytes(fetched.body())
    head, *cells = openpyxl.load_workbook(tmp_path / "list.xlsx").active.values  # type: ignore[union-attr]
    assert [row[head.index("Reference")] for row in cells] == [row["Reference"] for row in rows]
    allowed = {one["customer_id"] for one in company.customers if one["may_contact"] is not False}
    listed = {row["Customer number"] for row in rows}
    assert listed
    assert listed <= allowed
    sent = int(page.locator(".rp-campaign-steps > div").last.locator("dd").inner_text())
    assert len(listed) == sent

    # Sent, and what the mailing tool says.
    page.get_by_role("button", name="Mark as sent").click()
    expect(page.get_by_text("Marked as sent on")).to_be_visible()
    expect(page.locator(".rp-campaign-said")).to_contain_text(f"{sent} sent,")
    page.locator("#campaign-upload input[type=file]").set_input_files(events_file(rows, tmp_path))
    expect(page.get_by_text("1 refused.")).to_be_visible()
    expect(page.get_by_text("No campaign gave this reference")).to_be_visible()
    n_clicked = len({row["Customer number"] for row in rows[:3]})
    clicked = page.locator(".rp-funnel > li").nth(2)
    expect(clicked).to_contain_text(f"{n_clicked} of {sent}")
    is_sound(page)
    if page.viewport_size == PHONE:
        heads = page.locator("#campaign-body .rp-card-title").evaluate_all(
            "(all) => all.map((one) => [one.getBoundingClientRect().top, one.textContent]).sort((a, b) => a[0] - b[0])"
        )
        assert [text for _, text in heads][1:5] == ["From sent to ordered", "Customers", "By product", "By segment"]
    assert page.request.get(f"{company.address}campaigns/{number}/result.pdf").body().startswith(b"%PDF")

    # Who clicked goes on the call lists, and a rep sees why.
    put = page.locator(".btn:visible", has_text=f"Put {n_clicked} on call lists")
    put.click()
    expect(page.get_by_text(re.compile("on their (reps|rep)"))).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("taken off the call lists again")).to_be_visible()
    page.locator(".btn:visible", has_text=f"Put {n_clicked} on call lists").click()
    expect(page.get_by_text(re.compile("on their (reps|rep)"))).to_be_visible()
    page.goto(f"{company.address}campaigns")
    expect(page.locator('[data-rp-table="campaigns"] .ag-row').first).to_be_visible()
    rep = next(str(one["rep"]) for one in company.customers if one["customer_id"] == rows[0]["Customer number"])
    context = browser.new_context(viewport=DESK, locale="en-GB", reduced_motion="reduce")
    context.set_default_timeout(PATIENCE_MS)
    desk = context.new_page()
    come_in(desk, company.link(f"rep{id(page)}@shop.example", "--role", "rep", "--rep", rep, capsys=capsys))
    desk.goto(company.address)
    expect(desk.get_by_role("heading", level=1)).to_be_visible()
    expect(desk.locator("main")).to_contain_text("clicked")
    context.close()
