"""A line's reason as a sentence; with few orders behind a best seller, that is said first."""

from collections.abc import Sequence

from dashboard.display.formats import PageFormatter
from dashboard.records.customers import Customer, Recommendation
from recsys.reasons import Reason, sentence

FEW_ORDERS = 2
BEST_SELLERS = ("popular_in_segment", "popular", "best_seller")


def reason_texts(lines: Sequence[tuple[Recommendation, Customer]], formatter: PageFormatter) -> list[str]:
    """Return the reasons of lines of several customers: `2 orders only: 41 of 70 cafe customers have bought it.`"""
    texts = reason_sentences([what.reason for what, _ in lines], formatter)
    few = [few_orders(customer.n_orders) if what.reason.kind in BEST_SELLERS else "" for what, customer in lines]
    return [f"{first}{text[:1].lower()}{text[1:]}" if first else text for first, text in zip(few, texts, strict=True)]


def reason_sentences(reasons: Sequence[Reason], formatter: PageFormatter) -> list[str]:
    """Return reasons as sentences, from top to bottom: what chance would have is said of the first pair only."""
    texts, said_chance = [], False
    for reason in reasons:
        texts.append(sentence(reason, formatter, brief=said_chance))
        said_chance |= reason.kind == "bought_together"
    return texts


def few_orders(n: int) -> str:
    """Return what precedes a best seller's reason for a customer with few orders; empty with more orders."""
    if n > FEW_ORDERS:
        return ""
    return f"{n} order{'' if n == 1 else 's'} only: " if n else "No orders yet: "


def brief_reason(what: Recommendation, formatter: PageFormatter) -> str:
    """Return the first thing to say of a call in few words: `Butter portions: every 7 days, 12 since the last.`"""
    reason, number = what.reason, formatter.number
    text = sentence(reason, formatter)
    if reason.kind == "due_again" and reason.gap_days is not None and reason.since_days is not None:
        gap = number(reason.gap_days)
        text = f"every {'day' if gap == '1' else f'{gap} days'}, {number(reason.since_days)} since the last."
    elif reason.kind == "stopped" and reason.on is not None:
        text = f"{number(reason.n)} purchases, none since {formatter.day(reason.on)}."
    elif reason.kind == "similar_customers" and reason.of is not None:
        text = f"{number(reason.n)} of {number(reason.of)} similar customers buy it."
    else:
        text = f"{text[:1].lower()}{text[1:]}"
    return f"{what.product_name}: {text}"
