"""How the list of all customers is drawn."""

from dash.development.base_component import Component

from dashboard.components.empty_states import no_customers
from dashboard.components.list_page import ListHead, list_page
from dashboard.display.kept_tables import Kept
from dashboard.display.page_context import PageContext
from dashboard.display.table import TableState
from dashboard.pages.customers.data import CustomersPage, active_words


def customers_view(page: CustomersPage, kept: Kept, state: TableState, context: PageContext) -> Component:
    """Return the page: the table of all customers, or why there are none."""
    said = active_words(page, context.formats)
    nothing = no_customers(context.viewer)
    return list_page(ListHead("Customers", said, page.version), kept, state, context.formats, nothing)
