"""Holidays: weeks in which a segment orders nothing, and weeks in which a category sells more."""

import numpy as np

from recsys.sample.catalogue import SampleProduct
from recsys.sample.truths import Feast, Holiday
from recsys.sample.workdays import Span, Workdays

BREAKS: dict[str, tuple[Span, ...]] = {"School": (((7, 10), (8, 20)), ((12, 21), (1, 3)))}
# Top category, its days, and how many times as likely a purchase is.
FEASTS: tuple[tuple[str, Span, float], ...] = (
    ("Sweets and snacks", ((12, 4), (12, 23)), 1.7),
    ("Meat and fish", ((12, 12), (12, 23)), 1.6),
    ("Drinks", ((12, 27), (12, 31)), 2.0),
)


def on_holiday(segment: str, days: Workdays) -> np.ndarray:
    """Return (n,) True on the days on which customers of a segment order nothing."""
    closed = np.zeros(days.n, dtype=bool)
    for holiday in _breaks(segment, days):
        closed[holiday[0] : holiday[1] + 1] = True
    return closed


def feast_factor(products: list[SampleProduct], days: Workdays) -> np.ndarray:
    """Return (n_products, n_days) how many times as likely a purchase is, mostly 1."""
    tops = np.array([product.family.top for product in products])
    factor = np.ones((len(products), days.n), dtype=np.float32)
    for top, span, uplift in FEASTS:
        for first, last in days.occasions(span):
            factor[np.flatnonzero(tops == top), first : last + 1] *= uplift
    return factor


def holidays(days: Workdays) -> tuple[Holiday, ...]:
    """Return the planted holidays, within the two years."""
    return tuple(
        Holiday(segment, days.date(first), days.date(last))
        for segment in BREAKS
        for first, last in _breaks(segment, days)
    )


def feasts(days: Workdays) -> tuple[Feast, ...]:
    """Return the planted feasts, within the two years."""
    return tuple(
        Feast(top, days.date(first), days.date(last), uplift)
        for top, span, uplift in FEASTS
        for first, last in days.occasions(span)
    )


def _breaks(segment: str, days: Workdays) -> list[tuple[int, int]]:
    return [occasion for span in BREAKS.get(segment, ()) for occasion in days.occasions(span)]
