"""A line's reason as a sentence; with few orders behind a best seller, that is said first."""

from collections.abc import Sequence

from dashboard.display.formats import PageFormatter
from dashboard.records.customers import Customer, Recommendation
from recsys.reasons import sentence

FEW_ORDERS = 2
BEST_SELLERS = ("popular_in_segment", "popular", "best_seller")


def reason_texts(lines: Sequence[tuple[Recommendation, Customer]], formatter: PageFormatter) -> list[str]:
    """Return the reasons of the lines of one list, from top to bottom: `2 orders only: 41 of 70 cafe customers have
    bought it.`, else the sentence alone. What chance would have is said of the first pair of products only.
    """
    texts, said_chance = [], False
    for what, customer in lines:
        few = few_orders(customer.n_orders) if what.reason.kind in BEST_SELLERS else ""
        text = sentence(what.reason, formatter, brief=said_chance)
        texts.append(f"{few}{text[:1].lower()}{text[1:]}" if few else text)
        said_chance |= what.reason.kind == "bought_together"
    return texts


def few_orders(n: int) -> str:
    """Return what precedes a best seller's reason for a customer with few orders; empty with more orders."""
    if n > FEW_ORDERS:
        return ""
    return f"{n} order{'' if n == 1 else 's'} only: " if n else "No orders yet: "
