"""How the list of all products is drawn."""

from dash.development.base_component import Component

from dashboard.components.empty_states import empty_state
from dashboard.components.list_page import ListHead, list_page
from dashboard.display.kept_tables import Kept
from dashboard.display.page_context import PageContext
from dashboard.display.table import TableState
from dashboard.pages.products.data import ProductsPage, sold_words


def products_view(page: ProductsPage, kept: Kept, state: TableState, context: PageContext) -> Component:
    """Return the page: the table of all products, or that there are none."""
    said = sold_words(page, context.formats)
    nothing = empty_state("No products", "The data shown hold none. Import some and build again.")
    return list_page(ListHead("Products", said, page.version), kept, state, context.formats, nothing)
