"""How the list of all products is drawn."""

from dash.development.base_component import Component

from dashboard.components.empty_states import empty_state
from dashboard.components.list_page import list_page
from dashboard.display.kept_tables import Kept
from dashboard.display.list_head import ListHead
from dashboard.display.page_context import PageContext
from dashboard.display.table import TableState


def products_view(head: ListHead, kept: Kept, state: TableState, context: PageContext) -> Component:
    """Return the page: the table of all products, or that there are none."""
    nothing = empty_state("No products", "The data shown hold none. Import some and build again.")
    return list_page(head, kept, state, context.formats, nothing)
