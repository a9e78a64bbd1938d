"""How the list of all customers is drawn."""

from dash.development.base_component import Component

from dashboard.components.empty_states import no_customers
from dashboard.components.list_page import list_page
from dashboard.display.kept_tables import Kept
from dashboard.display.list_head import ListHead
from dashboard.display.page_context import PageContext
from dashboard.display.table import TableState


def customers_view(head: ListHead, kept: Kept, state: TableState, context: PageContext) -> Component:
    """Return the page: the table of all customers, or why there are none."""
    return list_page(head, kept, state, context.formats, no_customers(context.viewer))
