"""A cluster of customers in plain words, made from the medians of its customers."""

YEAR_DAYS = 365
_FEW = {1: "once", 2: "twice", 3: "3 times"}  # order days a year for which "every 180 days" would promise a rhythm
_DIGITS = 2  # of an amount that count


def cluster_words(order_days: float, recency_days: float, revenue: float) -> str:
    """Return who is in a cluster: `Order every 9 days, last 5 days ago, 8,400 a year`; amounts in the currency.

    Medians of order days and revenue in 12 months, and of the days since the last order.
    """
    return f"Order {_rhythm(order_days)}, last {_ago(recency_days)}, {_amount(revenue)} a year"


def _rhythm(order_days: float) -> str:
    times = round(order_days)
    if times in _FEW:
        return f"{_FEW[times]} a year"
    gap = round(YEAR_DAYS / order_days)
    return "every day" if gap <= 1 else f"every {gap} days"


def _ago(days: float) -> str:
    whole = round(days)
    return {0: "today", 1: "1 day ago"}.get(whole, f"{whole:,} days ago")


def _amount(value: float) -> str:
    """Return an amount with two digits that count: 8,400 for 8,437."""
    digits = len(str(int(abs(value))))
    return f"{round(value, min(_DIGITS - digits, 0)):,.0f}"
