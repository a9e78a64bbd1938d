"""Ways to suggest what goes with a basket, which `benchmarks.suggestions` compares: the served one and others."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dashboard.data.bundle_queries import BundleQueries
from dashboard.data.goes_with import Buying, by_orders, goes_with
from dashboard.data.product_queries import ProductQueries

N = 4  # suggested at once
_MANY = 10_000


@dataclass(frozen=True)
class Asked:
    """A basket, for whom it is, and what the suggestions for it are made of."""

    basket: tuple[str, ...]
    who: Buying
    products: ProductQueries
    bundles: BundleQueries


Suggest = Callable[[Asked], list[str]]


def served(asked: Asked, n: int = N) -> list[str]:
    """Return what the app suggests."""
    found = goes_with(asked.basket, asked.who, asked.products, asked.bundles, n)
    return [one.product.product_id for one in found]


def without_variety(asked: Asked) -> list[str]:
    """Return what the app would suggest without a place for what the customer never bought."""
    return served(asked, _MANY)


def habit_alone(asked: Asked) -> list[str]:
    """Return what the app would suggest without what order days of others have."""
    found = goes_with((), asked.who, asked.products, asked.bundles, _MANY)
    return [one.product.product_id for one in found if one.product.product_id not in asked.basket]


def orders_alone(asked: Asked) -> list[str]:
    """Return what order days have with the basket."""
    return _ranked(_shares(asked), asked)


def share_or_due(asked: Asked) -> list[str]:
    """Return the higher of the orders' share and the chance of what is due, which has at most half of the places."""
    shares, due = _shares(asked), _due(asked)
    scores = {one: max(shares.get(one, 0.0), due.get(one, 0.0)) for one in {*shares, *due}}
    best = _ranked(scores, asked)
    others = [one for one in best if shares.get(one, 0.0) > due.get(one, 0.0)]
    first_due = [one for one in best if one not in others][: max(N // 2, N - len(others))]
    return sorted([*first_due, *others][:N], key=lambda one: (-scores[one], one))


def habit_and_best_lift(asked: Asked) -> list[str]:
    """Return own share, halved per 60 days beyond two gaps, times the root of the best lift, which counts up to 2."""
    lifts: dict[str, float] = {}
    for product_id in asked.basket:
        for pair in asked.products.on_one_day(product_id):
            lifts[pair.other_id] = max(lifts.get(pair.other_id, 1.0), min(pair.lift, 2.0))
    scores = {}
    for product_id, bought in asked.who.usual.items():
        gap, silent = bought.usual_gap_days, 0.0
        if gap is not None:
            silent = max((asked.who.on - bought.last_on).days - 2 * gap, 0.0)
        scores[product_id] = bought.n_baskets * 0.5 ** (silent / 60) * math.sqrt(lifts.get(product_id, 1.0))
    return _ranked(scores, asked)


def due_list(asked: Asked) -> list[str]:
    """Return what is due, by its chance."""
    return _ranked(_due(asked), asked)


def most_often(asked: Asked) -> list[str]:
    """Return what the customer bought on most order days."""
    return _ranked({one: float(bought.n_baskets) for one, bought in asked.who.usual.items()}, asked)


def best_sellers(asked: Asked) -> list[str]:
    """Return what is on most order days of everybody."""
    return _ranked({one.product_id: float(one.n_baskets) for one in asked.products.everything()}, asked)


def _shares(asked: Asked) -> dict[str, float]:
    found = by_orders(asked.basket, asked.who.customer, asked.products, asked.bundles)
    return {product_id: evidence.share for product_id, evidence in found.items()}


def _due(asked: Asked) -> dict[str, float]:
    return {line.product_id: line.chance for line in asked.who.raised.due if line.chance is not None}


def _ranked(scores: Mapping[str, float], asked: Asked) -> list[str]:
    """Return what may be suggested beside the basket, the highest score first; equal ones by id."""
    allowed = [one for one in scores if one not in asked.basket and asked.products.may_be_suggested(one)]
    return sorted(allowed, key=lambda one: (-scores[one], one))


WAYS: Mapping[str, Suggest] = {
    "goes with it": served,
    "without variety": without_variety,
    "habit alone": habit_alone,
    "orders alone": orders_alone,
    "share or due": share_or_due,
    "habit and best lift": habit_and_best_lift,
    "most often": most_often,
    "due list": due_list,
    "best sellers": best_sellers,
}
