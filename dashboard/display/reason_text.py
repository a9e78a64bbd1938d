"""A line's reason as a sentence; with few orders behind a best seller, that is said first."""

from dashboard.display.formats import PageFormatter
from dashboard.records.customers import Customer, Recommendation
from recsys.reasons import sentence

FEW_ORDERS = 2
BEST_SELLERS = ("popular_in_segment", "popular")


def reason_text(what: Recommendation, customer: Customer, formatter: PageFormatter) -> str:
    """Return `2 orders only: 41 of 70 cafe customers have bought it.`, else the sentence alone."""
    few = few_orders(customer.n_orders) if what.reason.kind in BEST_SELLERS else ""
    return f"{few}{sentence(what.reason, formatter)}"


def few_orders(n: int) -> str:
    """Return what precedes a best seller's reason for a customer with few orders; empty with more orders."""
    if n > FEW_ORDERS:
        return ""
    return f"{n} order{'' if n == 1 else 's'} only: " if n else "No orders yet: "
