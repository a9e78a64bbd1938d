"""What the page of past orders shows, put together for one viewer; no Dash."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dashboard.display.csv import csv_text, rounded
from dashboard.display.page_context import PageContext
from dashboard.display.request_values import text_of
from dashboard.records.customers import CategoryGap, Customer, PastOrder
from dashboard.search.matching import fold

FIRST_ORDERS = 10
MOST_ORDERS = 100  # when all are asked for
N_OFTEN = 6
N_SIMILAR = 20
MOST_GAPS = 8  # rows of the distances between orders
SPANS = {"": 365, "3": 91, "all": 0}  # days by what the address says; 0: all
SPAN_WORDS = {"": "12 months", "3": "3 months", "all": "All"}
HEADS = ("Date", "Product number", "Product", "Quantity", "Price")


@dataclass(frozen=True)
class OrdersPage:
    """The page.

    found         orders that fit the filters
    shown         those of them that are drawn
    usual         by product, how much of it the customer takes on an order day
    distances     days between two orders, and how often; the rarest are left out
    often         products in most of the orders: name, id, in how many
    """

    version: str
    as_of: date
    customer: Customer
    contains: str
    span: str
    found: tuple[PastOrder, ...]
    shown: tuple[PastOrder, ...]
    usual: Mapping[str, float]
    revenue: float | None
    distances: tuple[tuple[int, int], ...]
    longest: int | None
    n_gaps: int
    often: tuple[tuple[str, str, int], ...]
    gaps: tuple[CategoryGap, ...]

    @property
    def total(self) -> int:
        return len(self.found)


def orders_page(context: PageContext, customer_id: str, query: Mapping[str, object]) -> OrdersPage | None:
    """Return the page of a customer whom the viewer sees; else None."""
    customer = context.customers.get(customer_id)
    if customer is None:
        return None
    contains, span = text_of(query.get("contains"))[:80], text_of(query.get("since"))
    span = span if span in SPANS else ""
    everything, usual = context.customers.order_days(customer_id), context.customers.usual_purchases(customer_id)
    found = wanted_orders(everything, contains, span, context.as_of)
    distances = Counter(order.gap_days for order in everything if order.gap_days is not None)
    often = Counter((line.product_name, line.product_id) for order in found for line in order.lines)
    sums = [order.revenue for order in found if order.revenue is not None]
    return OrdersPage(
        version=context.version.id,
        as_of=context.as_of,
        customer=customer,
        contains=contains,
        span=span,
        found=found,
        shown=found[: MOST_ORDERS if query.get("all") else FIRST_ORDERS],
        usual={product_id: one.usual_quantity for product_id, one in usual.items()},
        revenue=sum(sums) if sums else None,
        distances=tuple(sorted(distances.most_common(MOST_GAPS))),
        longest=max(distances, default=None),
        n_gaps=sum(distances.values()),
        often=tuple((name, product_id, n) for (name, product_id), n in often.most_common(N_OFTEN)),
        gaps=context.customers.category_gaps(customer_id, N_SIMILAR),
    )


def wanted_orders(orders: Sequence[PastOrder], contains: str, span: str, as_of: date) -> tuple[PastOrder, ...]:
    """Return the orders of a span that have a product whose name or number holds a text."""
    days, wanted = SPANS[span], fold(contains.strip())
    start = as_of - timedelta(days) if days else date.min

    def has(order: PastOrder) -> bool:
        return any(wanted in fold(line.product_name) or wanted == fold(line.product_id) for line in order.lines)

    return tuple(order for order in orders if order.on > start and (not wanted or has(order)))


def orders_csv(page: OrdersPage) -> str:
    """Return the lines of all orders that fit as CSV; what was paid for who may see what customers spend."""
    shows = page.revenue is not None
    rows = [
        (
            order.on,
            line.product_id,
            line.product_name,
            rounded(line.quantity, 3),
            rounded(line.price, 2),
            *((rounded(line.revenue, 2),) if shows else ()),
        )
        for order in page.found
        for line in order.lines
    ]
    return csv_text((*HEADS, *(("Sum",) if shows else ())), rows)
