"""What the list of all products says above its table. No Dash."""

from dataclasses import dataclass

from dashboard.display.formats import Formats
from dashboard.display.page_context import PageContext


@dataclass(frozen=True)
class ProductsPage:
    """How many products there are, and how many of them were sold in the last 12 months."""

    version: str
    n_products: int
    n_sold: int


def products_page(context: PageContext) -> ProductsPage:
    """Return the page."""
    everything = context.products.everything()
    return ProductsPage(context.version.id, len(everything), sum(one.units_12m > 0 for one in everything))


def sold_words(page: ProductsPage, formats: Formats) -> str:
    """Return `1,120 sold in the last 12 months, 80 not`."""
    unsold = page.n_products - page.n_sold
    if not page.n_products:
        return ""
    if not unsold:
        return f"All {formats.number(page.n_sold)} sold in the last 12 months"
    return f"{formats.number(page.n_sold)} sold in the last 12 months, {formats.number(unsold)} not"
