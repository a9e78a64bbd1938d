"""What the list of all customers says above its table. No Dash."""

from dataclasses import dataclass

from dashboard.display.formats import Formats
from dashboard.display.page_context import PageContext


@dataclass(frozen=True)
class CustomersPage:
    """How many customers the viewer has, and how many of them ordered in the last 12 months."""

    version: str
    n_customers: int
    n_active: int


def customers_page(context: PageContext) -> CustomersPage:
    """Return the page of the viewer's customers."""
    everyone = context.customers.everyone()
    return CustomersPage(context.version.id, len(everyone), sum(one.orders_12m > 0 for one in everyone))


def active_words(page: CustomersPage, formats: Formats) -> str:
    """Return `1,482 with orders in the last 12 months, 18 without`."""
    without = page.n_customers - page.n_active
    if not page.n_customers:
        return ""
    if not without:
        return f"All {formats.number(page.n_active)} with orders in the last 12 months"
    return f"{formats.number(page.n_active)} with orders in the last 12 months, {formats.number(without)} without"
