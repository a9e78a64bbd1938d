"""Every page on paper: printed by the browser as a PDF, in both themes, from a wide window and from a phone.

A page to come is one line of VISITS; `test_every_page_of_the_app_is_printed` fails until it is there.
"""

import io
import json
import re
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Browser, Page, expect

from dashboard.access.identity import ROLES
from dashboard.cli import main as dashboard
from dashboard.pages import PAGES, name_at
from tests.journeys.conftest import DESK, PATIENCE_MS, PHONE
from tests.journeys.test_roles import come_in
from tests.support.printed import Colour, Sheet, marks_of, plain, sheets_of
from tests.support.processes import serving
from tests.support.shared import made_once

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@dataclass(frozen=True)
class Visit:
    """A page to print.

    name    of its files
    path    below the front door, with {customer}, {product} and {bundle}
    opens   what is clicked before it is printed: what a screen opens
    shows   what has to be there then
    """

    name: str
    path: str
    opens: tuple[str, ...] = ()
    shows: str = "h1"


VISITS = (
    Visit("calls", "", (".rp-call-more",), ".rp-drawer .rp-drawer-say"),
    Visit("customers", "customers"),
    Visit("customers-of-a-segment", "customers", (".rp-choices .rp-choice >> nth=1",), "h1"),
    Visit("customer", "customers/{customer}"),
    Visit("customer-lost", "customers/{customer}?list=lost", (".rp-list:visible .rp-reason",), ".rp-evidence-body"),
    Visit("customer-new", "customers/{customer}?list=new", (".rp-list:visible .rp-reason",), ".rp-evidence-body"),
    Visit("orders", "customers/{customer}/orders"),
    Visit("basket", "customers/{customer}/basket"),
    Visit("products", "products"),
    Visit("product", "products/{product}"),
    Visit("segments", "segments?segment=At+risk"),
    Visit("segment-groups", "segments?by=cluster"),
    Visit("segment-moves", "segments?tab=moves"),
    Visit("retention", "segments?tab=retention"),
    Visit("bundles", "bundles"),
    Visit("bundle", "bundles?selected={bundle}"),
    Visit("campaigns", "campaigns"),
    Visit("new-campaign", "campaigns/new?from=bundle&bundle={bundle}&seed=7"),
    Visit("no-campaign", "campaigns/1"),
    Visit("alerts", "alerts"),
    Visit("alerts-slowing", "alerts?tab=slowing"),
    Visit("results", "results"),
    Visit("model", "model"),
    Visit("people", "people"),
    Visit("person", "people?person=1"),
    Visit("tokens", "tokens"),
    Visit("audit", "audit"),
    Visit("unknown", "nowhere"),
    Visit("unknown-customer", "customers/nobody"),
    Visit("account", "account"),
)

# What is dark on the screen is what may go wrong on paper: so all a phone's pages are printed, and some of a desk's.
THEMES = {"1440": ("light",), "390": ("dark",)}
DARK_TOO = frozenset({"customers", "customer", "product", "bundle", "segments", "model"})

# What of a screen is not on paper, as whole lines.
ONLY_ON_SCREEN = {
    "CSV", "Find", "Copy", "Copy talking points", "Add", "Save", "Save note", "Save view", "Show", "Show more",
    "Show all", "Sign out", "End", "Put in basket", "Same as last time", "Mark as ordered", "Theme", "Menu", "Undo",
    "Older lines", "Reset", "More", "Skip to the content", "Open customer", "Add a person", "All reps", "As a table",
}  # fmt: skip
LEAST_USED = 0.6  # of a sheet that another follows: what is kept whole may leave the rest
FOUR_AND_A_HALF = 119  # the lightest grey that has the contrast 4.5 on white
EDGE = -0.5  # points: a letter may lean over
CHART_COLOURS: set[Colour] = {(15, 107, 92), (180, 192, 187), (168, 35, 31)}  # --rp-bar, --rp-bar-2, --rp-lost

# Of the page as it is on the screen: its title, the names in it, and the rows of its tables: of the page's own all, of
# another those in sight and after them.
SEEN = """
() => {
  const texts = (selector) => [...document.querySelectorAll(selector)].map((one) => one.textContent);
  const tables = [...document.querySelectorAll("[data-rp-table]")].map((card) => {
    const rows = [];
    const api = window.repertoireTables.gridOf(card.dataset.rpTable);
    const first = api.getColumns()[0].getColId();
    api.forEachNodeAfterFilterAndSort((node) => rows.push(node.data[`${first}_text`]));
    const isMain = !card.dataset.rpPrefix;
    return { rows: isMain ? rows : rows.slice(api.paginationGetCurrentPage() * api.paginationGetPageSize()), isMain };
  });
  return {
    title: texts("h1")[0],
    names: texts(
      ".rp-line-title, .rp-call-name, .rp-similar a, .rp-goes-with a, .rp-basket-name a, [open] > .rp-order-lines a, "
      + ".rp-alert-title, .rp-alert-about a",
    ),
    tables,
  };
}
"""
# Of the page as it is printed: heads, what is drawn of charts, and controls that are still there as such. A field
# that looks like text is what was asked for; a checkbox says whether.
PRINTED = """
() => {
  const isThere = (one) => one.checkVisibility({ visibilityProperty: true }) && one.getBoundingClientRect().width > 1;
  const texts = (selector) => [...document.querySelectorAll(selector)].filter(isThere).map((one) => one.innerText);
  const sides = ["Top", "Right", "Bottom", "Left"];
  const isBoxed = (one) => {
    const style = getComputedStyle(one);
    const hasLine = sides.some((at) => style[`border${at}Style`] !== "none" && parseFloat(style[`border${at}Width`]));
    const isFilled = !["rgba(0, 0, 0, 0)", "rgb(255, 255, 255)"].includes(style.backgroundColor);
    return hasLine || isFilled || style.boxShadow !== "none";
  };
  const bars = "nav, header, dialog, .rp-toast, .rp-drawer, .rp-action-bar, .rp-switch, .rp-panel, .rp-csv, .rp-find";
  const parts = "button, .btn, input:not([type=checkbox]), select, textarea, summary";
  return {
    heads: texts("h2, h3, thead tr, .rp-line-heads, .rp-calls-heads, .rp-card-head, .rp-paper-head"),
    marks: document.querySelectorAll(".rp-printed .points path").length,
    ticks: [...document.querySelectorAll(".rp-printed :is(.xtick, .ytick) text")].map((one) => one.textContent),
    labels: [...document.querySelectorAll(".rp-printed .textpoint text")].map((one) => one.textContent),
    said: texts(".rp-paper-said"),
    controls: [...document.querySelectorAll(`${bars}, ${parts}`)]
      .filter((one) => isThere(one) && (one.matches(bars) || isBoxed(one)))
      .map((one) => one.outerHTML.slice(0, 200)),
  };
}
"""


@dataclass(frozen=True)
class Print:
    """A printed page: its sheets, what the page said of itself on the screen, and what is printed of it."""

    name: str
    file: str
    seen: dict[str, Any]
    printed: dict[str, Any]
    sheets: list[Sheet]

    @property
    def text(self) -> str:
        return plain(" ".join(sheet.text for sheet in self.sheets))

    def has(self, words: str) -> bool:
        return plain(words) in self.text


# ---- printing ----


@pytest.fixture(scope="module", params=["1440", "390"])
def prints(
    request: pytest.FixtureRequest, browser: Browser, built: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Print, ...]:
    """Return every page as it is printed from a wide window, some in both themes, or from a phone in the dark one."""
    folder = made_once(
        tmp_path_factory, f"printed-{request.param}", lambda made: print_all(browser, built, made, request.param)
    )
    return tuple(
        Print(**{**one, "sheets": [Sheet(**sheet) for sheet in one["sheets"]]})
        for one in json.loads((folder / "prints.json").read_text())
    )


def print_all(browser: Browser, built: Path, folder: Path, window: str) -> None:
    """Serve the sample to somebody who is everything, and print all pages; what they are is in `prints.json`."""
    settings = {"REPERTOIRE_SIGN_IN": "local"}
    with serving(built / "artifacts", folder / "state", folder / "log", **settings) as address:
        context = browser.new_context(
            viewport=PHONE if window == "390" else DESK,
            is_mobile=window == "390",
            has_touch=window == "390",
            locale="en-GB",
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        come_in(page, link_of_somebody(folder / "state", address))
        ids = ids_of(built)
        write_something(page, f"{address}/", ids)
        done = [
            one
            for visit in VISITS
            for one in print_page(
                page, f"{address}/{visit.path.format(**ids)}", visit, folder, themes_of(visit, window)
            )
        ]
        context.close()
    (folder / "prints.json").write_text(json.dumps([asdict(one) for one in done]))


def themes_of(visit: Visit, window: str) -> tuple[str, ...]:
    """Return in which themes a page is printed from a window."""
    return (*THEMES[window], "dark") if window == "1440" and visit.name in DARK_TOO else THEMES[window]


def link_of_somebody(state: Path, address: str) -> str:
    """Make an account that is everything and sees all customers; return its one-time link."""
    roles = [part for role in ROLES for part in ("--role", role)]
    environ = {"REPERTOIRE_STATE": str(state), "REPERTOIRE_SIGN_IN": "local", "REPERTOIRE_PUBLIC_URL": address}
    with redirect_stdout(io.StringIO()) as said:
        dashboard(["people", "add", "ann@shop.example", "--name", "Ann", *roles, "--all-customers"], environ)
    return said.getvalue().split()[-1]


def ids_of(built: Path) -> dict[str, str]:
    """Return what the addresses name, as an address has it."""
    version = built / "artifacts" / (built / "artifacts" / "CURRENT").read_text().strip()

    def first_of(table: str, key: str, by: str) -> str:
        rows = pq.read_table(version / f"{table}.parquet", columns=[key, by]).to_pylist()
        return quote(str(max(rows, key=lambda row: row[by])[key]), safe="")

    customer = first_of("customers", "customer_id", "n_order_days")
    return {
        "customer": customer,
        "product": first_of("products", "product_id", "n_baskets"),
        "bundle": quote("/1", safe=""),
    }


def write_something(page: Page, home: str, ids: dict[str, str]) -> None:
    """Fill a basket, write a note and record an outcome, so that there is something of each to print."""
    page.goto(f"{home}customers/{ids['customer']}/orders")
    page.get_by_role("button", name=re.compile("^Same as last time")).first.click()
    page.goto(f"{home}customers/{ids['customer']}/basket")
    expect(page.locator(".rp-basket-line").first).to_be_visible()
    page.goto(f"{home}customers/{ids['customer']}")
    page.get_by_label("Write a note").fill("Asked for the new menu cards.")
    page.get_by_role("button", name="Save note").click()
    expect(page.locator(".rp-entries")).to_contain_text("menu cards")
    page.locator(".rp-list [data-rp-do='pitched']:visible").first.click()
    expect(page.locator(".rp-toast-shown")).to_be_visible()


def print_page(page: Page, address: str, visit: Visit, folder: Path, themes: tuple[str, ...]) -> Iterator[Print]:
    """Open a page, and print it in some themes, whole: with the rows of its tables and the drawing of its charts."""
    page.goto(address)
    for opener in visit.opens:
        page.locator(opener).first.click()
    expect(page.locator(visit.shows).first).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.wait_for_function(
        "() => [...document.querySelectorAll('[data-rp-table]')]"
        ".every((card) => window.repertoireTables.gridOf(card.dataset.rpTable))"
    )
    for chart in page.locator(".rp-chart").all():
        expect(chart.locator(".main-svg .trace").first).to_be_attached()
    seen, printed = page.evaluate(SEEN), as_printed(page)
    for theme in themes:
        page.evaluate("window.repertoireTheme.choose", theme)
        file = folder / f"{visit.name}-{theme}.pdf"
        page.pdf(path=file, format="A4")
        yield Print(visit.name, str(file), seen, printed, sheets_of(file))


def as_printed(page: Page) -> dict[str, Any]:
    """Return what is there while the browser prints."""
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    found: dict[str, Any] = page.evaluate(PRINTED)
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="null")
    return found


# ---- what holds of all of them ----


def test_every_page_of_the_app_is_printed() -> None:
    there = {page.__name__.split(".")[-2] for page in PAGES}
    ids = {"customer": "1", "product": "1", "bundle": "1"}
    visited = {name_at(f"/{visit.path.format(**ids)}".partition("?")[0]) or "unknown" for visit in VISITS}
    assert there - visited == set()


def test_the_first_sheet_says_what_it_is(prints: tuple[Print, ...]) -> None:
    """Title, day of the data, when and from where it was printed."""
    head = re.compile(
        r"Repertoire · (Orders up to \d+ \w+ \d{4} · )?Printed \d+ \w+ \d{4}, \d\d:\d\d · http://127\.0\.0\.1:"
    )
    assert [one.file for one in prints if not head.search(one.sheets[0].text)] == []
    assert [one.file for one in prints if plain(one.seen["title"]) not in one.sheets[0].text] == []
    assert [one.name for one in prints if "Orders up to 30 Oct 2026" not in one.sheets[0].text] == [
        "account" for one in prints if one.name == "account"
    ]


def test_no_sheet_is_empty_and_none_is_left_early(prints: tuple[Print, ...]) -> None:
    empty = [(one.file, at) for one in prints for at, sheet in enumerate(one.sheets) if not sheet.text]
    assert empty == []
    early = [
        (one.file, at, sheet.used)
        for one in prints
        for at, sheet in enumerate(one.sheets[:-1])
        if sheet.used < LEAST_USED
    ]
    assert early == []


def test_all_is_dark_on_white(prints: tuple[Print, ...]) -> None:
    sheets = [(one.file, sheet) for one in prints for sheet in one.sheets]
    assert [(file, sheet.white) for file, sheet in sheets if sheet.white < 0.8] == []
    assert [(file, sheet.palest) for file, sheet in sheets if sheet.palest > FOUR_AND_A_HALF] == []


def test_nothing_is_cut_at_an_edge_or_printed_over_something_else(prints: tuple[Print, ...]) -> None:
    sheets = [(one.file, at, sheet) for one in prints for at, sheet in enumerate(one.sheets)]
    assert [
        (file, at, sheet.left, sheet.right) for file, at, sheet in sheets if min(sheet.left, sheet.right) < EDGE
    ] == []
    assert [(file, at, sheet.overprinted) for file, at, sheet in sheets if sheet.overprinted] == []


def test_no_control_is_on_paper(prints: tuple[Print, ...]) -> None:
    assert [(one.file, one.printed["controls"]) for one in prints if one.printed["controls"]] == []
    lines = [(one.file, line) for one in prints for sheet in one.sheets for line in sheet.lines]
    assert len(lines) > 1000
    assert [(file, line) for file, line in lines if line in ONLY_ON_SCREEN] == []


def test_names_are_whole(prints: tuple[Print, ...]) -> None:
    assert sum(len(one.seen["names"]) for one in prints) > 100
    assert [(one.file, name) for one in prints for name in one.seen["names"] if not one.has(name)] == []
    for one in prints:
        text = one.text
        for label in one.printed["labels"]:  # of a chart's selected mark, short by design: the table has the name
            text = text.replace(label, "")
        assert "\N{HORIZONTAL ELLIPSIS}" not in text, one.file


def test_a_table_has_all_its_rows_or_says_of_how_many(prints: tuple[Print, ...]) -> None:
    """Those of the page's own table up to 300, those of another up to 50."""
    assert {one.name for one in prints if one.seen["tables"]} > {"customers", "products", "customer", "bundle", "audit"}
    assert [one.name for one in prints for said in one.printed["said"] if said.startswith("The first 50 of ")]
    for one in prints:
        for table, said in zip(one.seen["tables"], one.printed["said"], strict=True):
            most = 300 if table["isMain"] else 50
            missing = [name for name in table["rows"][:most] if not one.has(name)]
            assert missing == [], one.file
            assert one.has(said), one.file
            if len(table["rows"]) > most:
                assert re.match(rf"The first {most} of |Rows \d+ to \d+ of ", said), one.file


def test_no_head_stands_alone_at_the_foot_of_a_sheet(prints: tuple[Print, ...]) -> None:
    alone = [
        (one.file, at, head)
        for one in prints
        for at, sheet in enumerate(one.sheets[:-1])
        for head in map(plain, one.printed["heads"])
        if head and sheet.text.endswith(head)
    ]
    assert alone == []


def test_charts_are_drawn_with_marks_and_axes(prints: tuple[Print, ...]) -> None:
    drawn = [one for one in prints if one.printed["marks"]]
    assert {one.name for one in drawn} >= {"customer", "product", "bundles", "bundle", "model"}
    for one in drawn:
        assert marks_of(Path(one.file), CHART_COLOURS) >= one.printed["marks"] > 5, one.file
        assert len(one.printed["ticks"]) > 5
        assert [tick for tick in one.printed["ticks"] if not one.has(tick)] == [], one.file


# ---- what is peculiar to one ----


def named(prints: tuple[Print, ...], name: str) -> list[Print]:
    found = [one for one in prints if one.name == name]  # in each theme
    assert found
    return found


def test_all_lists_of_a_customer_are_printed_whichever_is_on_the_screen(prints: tuple[Print, ...]) -> None:
    for name in ("customer", "customer-lost", "customer-new"):
        for one in named(prints, name):
            order = [one.text.index(head) for head in ("Due: reorder now", "Lost: used to buy", "New: never bought")]
            assert order == sorted(order)
            assert len(re.findall(r"(?:Due|Lost|New) \d+ €[\d.,]+ (?:expected|if ordered)", one.text)) == 3


def test_evidence_that_is_open_is_printed(prints: tuple[Print, ...]) -> None:
    assert not any(one.has("What carries this suggestion") for one in named(prints, "customer"))
    for name in ("customer-lost", "customer-new"):
        assert all(one.has("What carries this suggestion") for one in named(prints, name))


def test_the_call_list_has_the_columns_of_a_wide_screen_and_numbers_to_dial(prints: tuple[Print, ...]) -> None:
    for one in named(prints, "calls"):
        for head in ("Expected", "Products to raise", "Days since / usual", "12 months, vs before", "Last contact"):
            assert one.has(head), head
        assert len(re.findall(r"\b0\d{2,4} \d{6,}", one.text)) > 5


def test_a_sheet_says_by_what_a_table_is_narrowed(prints: tuple[Print, ...]) -> None:
    for one in named(prints, "customers-of-a-segment"):
        (said,) = one.printed["said"]
        assert re.search(r"^\d+ of 160 customers\. Segment: \w+$", said)
        assert one.has(said)


def test_what_was_written_is_printed(prints: tuple[Print, ...]) -> None:
    for one in named(prints, "customer"):
        assert one.has("Asked for the new menu cards.")
    for one in named(prints, "results"):
        assert one.has("Pitched")
