"""What the list of all products says above its table. No Dash."""

from dashboard.display.list_head import Active, ListHead, active_words
from dashboard.display.page_context import PageContext

SOLD = Active("sold in the last 12 months", "not")


def products_head(context: PageContext) -> ListHead:
    """Return how many products there are, and how many of them were sold in the last 12 months."""
    everything = context.products.everything()
    n_sold = sum(one.units_12m > 0 for one in everything)
    return ListHead("Products", active_words(len(everything), n_sold, SOLD, context.formats), context.version.id)
