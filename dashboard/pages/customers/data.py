"""What the list of all customers says above its table. No Dash."""

from dashboard.display.list_head import Active, ListHead, active_words
from dashboard.display.page_context import PageContext

ORDERED = Active("with orders in the last 12 months", "without")


def customers_head(context: PageContext) -> ListHead:
    """Return how many customers the viewer has, and how many of them ordered in the last 12 months."""
    everyone = context.customers.everyone()
    n_active = sum(one.orders_12m > 0 for one in everyone)
    return ListHead("Customers", active_words(len(everyone), n_active, ORDERED, context.formats), context.version.id)
