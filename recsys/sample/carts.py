"""Products that customers of the shop put into the cart and did not order at that visit."""

import numpy as np

from recsys.sample.lines import SampleLines
from recsys.sample.scenario import Scenario
from recsys.sample.shop import CART, DAYS, UNCART, Events, first_purchases
from recsys.sample.tastes import draw_by_taste

CARTED, DAYS_BEFORE = 0.15, 14  # share of first purchases that were left in a cart in the days before
ORDERED_LATER = 0.4  # share of the products left in a cart that are ordered within these days; the others never are
TAKEN_OUT = 0.25  # for each product left in a cart, those that were taken out of it again and never ordered
_DRAWN = 4  # for each one needed: some were bought, and are no product that was never ordered


def draw_carts(scenario: Scenario, lines: SampleLines, rng: np.random.Generator) -> Events:
    """Return the carts of some customers, all of whose order lines these are, each in a session of its own."""
    first = first_purchases(scenario, lines)
    begin = scenario.days.n - DAYS + DAYS_BEFORE
    first = first[scenario.in_shop[lines.customer[first]] & (lines.day[first] >= begin)]
    first = first[rng.random(len(first)) < CARTED]
    customer, day = lines.customer[first], lines.day[first] - rng.integers(1, DAYS_BEFORE + 1, len(first))
    n_left = round(len(first) / ORDERED_LATER)
    other, what, when = _never_bought(scenario, lines, customer, day, rng)
    n_others = n_left - len(first) + round(TAKEN_OUT * n_left)
    other, what, when = other[:n_others], what[:n_others], when[:n_others]
    out = np.arange(n_left, len(first) + len(other))
    second = rng.integers(6 * 3600, 20 * 3600, len(first) + len(other))
    visits = np.concatenate([np.arange(len(second)), out])
    n = len(visits)
    return Events(
        customer=np.concatenate([customer, other])[visits],
        product=np.concatenate([lines.product[first], what])[visits],
        kind=np.repeat([CART, UNCART], [len(second), len(out)]),
        day=np.concatenate([day, when])[visits],
        second=second[visits] + np.repeat([0, 90], [len(second), len(out)]),
        session=visits,
        named=np.full(n, -1),
        arm=np.full(n, -1),
    )


def _never_bought(
    scenario: Scenario, lines: SampleLines, customer: np.ndarray, day: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return customer, product and day of products on sale that these customers never buy, by taste, each pair once."""
    visit = rng.integers(0, len(customer), _DRAWN * round(len(customer) / ORDERED_LATER)) if len(customer) else customer
    who, when = customer[visit], day[visit]
    what = draw_by_taste(scenario.tastes, *scenario.kind(who), rng)
    n = len(scenario.products)
    pair, bought = who * n + what, lines.customer * n + lines.product
    is_first = np.zeros(len(pair), dtype=bool)
    is_first[np.unique(pair, return_index=True)[1]] = True
    on_sale = (scenario.opens[what] <= when) & (when < scenario.closes[what])
    kept = is_first & on_sale & ~np.isin(pair, bought)
    return who[kept], what[kept], when[kept]
