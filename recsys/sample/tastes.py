"""The tastes of segments and styles, as weights with which customers choose products."""

from dataclasses import dataclass

import numpy as np

from recsys.sample.catalogue import SampleProduct
from recsys.sample.truths import Taste

SEGMENTS = ("Cafe", "Restaurant", "Hotel", "School", "Grocer", "Bakery", "Canteen", "Bar")
SEGMENT_SHARES = (0.2, 0.24, 0.09, 0.1, 0.11, 0.09, 0.08, 0.09)

# Weight of a top category for a segment; 1 by default. STRONG or more is a planted taste.
STRONG = 3.0
WEIGHTS: dict[str, dict[str, float]] = {
    "Cafe": {"Coffee and tea": 4, "Dairy": 1.8, "Meat and fish": 0.3, "Oils and sauces": 0.4, "Frozen": 0.5},
    "Restaurant": {"Oils and sauces": 3, "Meat and fish": 2.5, "Fruit and vegetables": 1.8, "Sweets and snacks": 0.4},
    "Hotel": {"Cleaning and hygiene": 3, "Dairy": 2, "Bakery": 2, "Drinks": 1.5},
    "School": {"Fruit and vegetables": 3.5, "Frozen": 2.5, "Drinks": 0.4, "Coffee and tea": 0.3},
    "Grocer": {"Sweets and snacks": 4, "Dry goods": 2, "Drinks": 1.8, "Disposables and packaging": 0.4},
    "Bakery": {"Dry goods": 4, "Bakery": 2, "Dairy": 2.2, "Meat and fish": 0.3, "Frozen": 0.4},
    "Canteen": {"Frozen": 3, "Meat and fish": 2.2, "Disposables and packaging": 1.8, "Sweets and snacks": 0.5},
    "Bar": {"Drinks": 5, "Sweets and snacks": 1.5, "Dairy": 0.3, "Bakery": 0.3, "Frozen": 0.4},
}
STYLES = 6  # kinds of kitchen, not in the tables: customers of one segment and style buy similar products
STYLE_WEIGHT = 4.0


@dataclass(frozen=True)
class Tastes:
    """Weights of every product for every segment and style.

    weight      (n_segments, STYLES, n_products) above 0 for products of every role
    in_segment  (n_segments, n_products) the same without the style
    """

    weight: np.ndarray
    in_segment: np.ndarray


def planted_tastes() -> tuple[Taste, ...]:
    """Return the tastes of weight STRONG or more."""
    return tuple(
        Taste(segment, top) for segment in SEGMENTS for top, weight in WEIGHTS[segment].items() if weight >= STRONG
    )


def make_tastes(products: list[SampleProduct], rng: np.random.Generator) -> Tastes:
    """Return the weights: popularity, which falls with the rank, times the weights of segment and style."""
    popularity = 1 / (rng.permutation(len(products)) + 10) ** 0.8
    tops = [product.family.top for product in products]
    by_top = np.array([[WEIGHTS[segment].get(top, 1.0) for top in tops] for segment in SEGMENTS])
    seen = np.array([product.role in ("seasonal", "replaced", "out_of_stock") for product in products])
    popularity = np.where(seen, np.maximum(popularity, np.quantile(popularity, 0.85)), popularity)
    style = rng.integers(0, STYLES, len(products))
    by_style = np.where(style[None, :] == np.arange(STYLES)[:, None], STYLE_WEIGHT, 1.0)
    in_segment = by_top * popularity
    return Tastes(in_segment[:, None, :] * by_style[None, :, :], in_segment)


def favourites(weight: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
    """Return n positions drawn without replacement in proportion to weight, fewer if fewer weights are above 0."""
    candidates = np.flatnonzero(weight)
    return rng.choice(
        candidates, min(n, len(candidates)), replace=False, p=weight[candidates] / weight[candidates].sum()
    )
