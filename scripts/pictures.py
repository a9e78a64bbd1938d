"""Takes a picture of every page: 1440 and 390 pixels wide, light and dark, the screen and the whole page."""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pyarrow.parquet as pq
from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.journeys.conftest import CHROMIUM_FLAGS
from tests.support.processes import serving

WIDTHS = {1440: 900, 390: 844}
THEMES = ("light", "dark")
SETTLED_MS = 1500  # fonts, charts and tables are drawn by then


@dataclass(frozen=True)
class Shot:
    """A page to take, and what is done on it before."""

    name: str
    path: str
    before: Callable[[Page], None] | None = None


def shots(artifacts: Path) -> tuple[Shot, ...]:
    """Every page, of the customer and the product that most is known of, and of one that little is known of."""
    customers, products = _table(artifacts, "customers"), _table(artifacts, "products")
    often = quote(str(customers.nlargest(1, "n_order_days").iloc[0]["customer_id"]), safe="")
    rare = quote(str(customers.nsmallest(1, "n_order_days").iloc[0]["customer_id"]), safe="")
    product = products.nlargest(1, "n_baskets").iloc[0]
    product_path = f"products/{quote(str(product['product_id']), safe='')}"
    return (
        Shot("calls", ""),
        Shot("calls-drawer", "", _open_a_call),
        Shot("customers", "customers"),
        Shot("products", "products"),
        Shot("customer", f"customers/{often}"),
        Shot("customer-reason", f"customers/{often}", _open_a_reason),
        Shot("customer-rare", f"customers/{rare}"),
        Shot("customer-unknown", f"customers/{often}9"),
        Shot("product", product_path),
        Shot("results", "results"),
        Shot("bundles", "bundles"),
        Shot("bundles-selected", f"bundles?selected={quote('/1', safe='')}"),
        Shot("bundles-empty", "bundles?baskets=999999"),
        Shot("model", "model"),
        Shot("search", product_path, lambda page: _search(page, str(product["name"])[:6])),
        Shot("keys", "", _open_keys),
    )


def main() -> None:
    """Serve each folder of versions in turn and take its pictures."""
    parser = argparse.ArgumentParser(prog="scripts/pictures", description=__doc__)
    parser.add_argument("sets", nargs="*", metavar="NAME=DIR", default=["sample=data/artifacts"])
    parser.add_argument("--out", type=Path, default=Path("data/pictures"))
    parser.add_argument("--only", default="", help="pages whose name begins so")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for one in options.sets:
        name, _, folder = one.partition("=")
        if not (Path(folder) / "CURRENT").is_file():
            sys.exit(f"Error: {one!r} names no folder of built versions; build one, or start the app once")
        with _served(Path(folder)) as address, _browser() as browser:
            for shot in shots(Path(folder)):
                if shot.name.startswith(options.only):
                    _take(browser, f"{address}/", shot, options.out / name)
    print(f"Pictures are in {options.out}")  # noqa: T201 - it is a command


def _take(browser: Browser, address: str, shot: Shot, stem: Path) -> None:
    for width, height in WIDTHS.items():
        for theme in THEMES:
            is_phone = width < 768
            context = browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme=theme,
                is_mobile=is_phone,
                has_touch=is_phone,
                locale="en-GB",
                reduced_motion="reduce",
            )
            page = context.new_page()
            page.goto(address + shot.path)
            page.locator("main h1").wait_for()
            page.wait_for_timeout(SETTLED_MS)
            if shot.before:
                shot.before(page)
                page.wait_for_timeout(SETTLED_MS)
            file = stem.with_name(f"{stem.name}-{shot.name}-{theme}-{width}")
            page.screenshot(path=f"{file}.png")
            if shot.before is None:
                page.screenshot(path=f"{file}-full.png", full_page=True)
            context.close()


def _open_a_call(page: Page) -> None:
    page.locator(".rp-call-row").first.click()
    page.locator(".rp-drawer h2").first.wait_for()


def _open_a_reason(page: Page) -> None:
    reason = page.locator(".rp-reason").first
    if reason.count():
        reason.click()
        page.locator(".rp-proof > *").first.wait_for()


def _search(page: Page, text: str) -> None:
    page.keyboard.press("/")
    page.keyboard.type(text, delay=20)


def _open_keys(page: Page) -> None:
    page.keyboard.press("?")


def _table(artifacts: Path, name: str):  # type: ignore[no-untyped-def]  # a pandas frame
    version = (artifacts / "CURRENT").read_text(encoding="utf-8").strip()
    return pq.read_table(artifacts / version / f"{name}.parquet").to_pandas()


@contextmanager
def _served(artifacts: Path) -> Iterator[str]:
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(artifacts.resolve(), Path(folder) / "state", Path(folder) / "log") as address,
    ):
        yield address


@contextmanager
def _browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(CHROMIUM_FLAGS))
        yield chromium
        chromium.close()


if __name__ == "__main__":
    main()
