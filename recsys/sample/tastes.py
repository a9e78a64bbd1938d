"""The tastes of segments and styles, as weights with which customers choose products."""

import numpy as np

from recsys.sample.catalogue import SampleProduct
from recsys.sample.styles import make_liking
from recsys.sample.truths import Taste

SEGMENTS = ("Cafe", "Restaurant", "Hotel", "School", "Grocer", "Bakery", "Canteen", "Bar")
SEGMENT_SHARES = (0.2, 0.24, 0.09, 0.1, 0.11, 0.09, 0.08, 0.09)

# Weight of a top category for a segment; 1 by default. STRONG or more is a planted taste.
STRONG = 6.0
WEIGHTS: dict[str, dict[str, float]] = {
    "Cafe": {"Coffee and tea": 8, "Dairy": 2.2, "Meat and fish": 0.2, "Oils and sauces": 0.3, "Frozen": 0.4},
    "Restaurant": {"Oils and sauces": 7, "Meat and fish": 3.5, "Fruit and vegetables": 2.2, "Sweets and snacks": 0.3},
    "Hotel": {"Cleaning and hygiene": 6, "Dairy": 2.5, "Bakery": 2.5, "Drinks": 1.8},
    "School": {"Fruit and vegetables": 7, "Frozen": 3.5, "Drinks": 0.3, "Coffee and tea": 0.2},
    "Grocer": {"Sweets and snacks": 8, "Dry goods": 2.5, "Drinks": 2.2, "Disposables and packaging": 0.3},
    "Bakery": {"Dry goods": 8, "Bakery": 2.5, "Dairy": 2.8, "Meat and fish": 0.2, "Frozen": 0.3},
    "Canteen": {"Frozen": 7, "Meat and fish": 2.8, "Disposables and packaging": 2.2, "Sweets and snacks": 0.4},
    "Bar": {"Drinks": 10, "Sweets and snacks": 1.8, "Dairy": 0.2, "Bakery": 0.2, "Frozen": 0.3},
}
POPULARITY_FALL = 0.6
SEASONAL_WEIGHT = 0.35  # of the median product; else a season's begin would be most of all first purchases


def planted_tastes() -> tuple[Taste, ...]:
    """Return the tastes of weight STRONG or more."""
    return tuple(
        Taste(segment, top) for segment in SEGMENTS for top, weight in WEIGHTS[segment].items() if weight >= STRONG
    )


def make_tastes(products: list[SampleProduct], rng: np.random.Generator) -> np.ndarray:
    """Return (n_segments, n_styles, n_products) weights above 0, for products of every role.

    A weight is the product's popularity, which falls with its rank, times those of the segment and the style.
    """
    popularity = 1 / (rng.permutation(len(products)) + 10) ** POPULARITY_FALL
    tops = [product.family.top for product in products]
    by_top = np.array([[WEIGHTS[segment].get(top, 1.0) for top in tops] for segment in SEGMENTS])
    often = np.array([product.role in ("replaced", "out_of_stock") for product in products])
    popularity = np.where(often, np.maximum(popularity, np.quantile(popularity, 0.85)), popularity)
    seasonal = np.array([product.role == "seasonal" for product in products])
    popularity = np.where(seasonal, SEASONAL_WEIGHT * np.median(popularity), popularity)
    weight: np.ndarray = (by_top * popularity)[:, None, :] * make_liking(products, rng)[None, :, :]
    return weight


def favourites(weight: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
    """Return n positions drawn without replacement in proportion to weight, fewer if fewer weights are above 0."""
    candidates = np.flatnonzero(weight)
    if not len(candidates):
        return candidates
    return rng.choice(
        candidates, min(n, len(candidates)), replace=False, p=weight[candidates] / weight[candidates].sum()
    )


def draw_by_taste(weight: np.ndarray, segment: np.ndarray, style: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return (n,) one product for each of n customers, in proportion to the weights of their segments and styles.

    weight  (n_segments, n_styles, n_products), with a weight above 0 for each segment and style
    """
    upto = np.cumsum(weight, axis=2)
    kind = segment * weight.shape[1] + style
    drawn = np.empty(len(kind), dtype=np.int64)
    for one in np.unique(kind):
        of_kind = upto.reshape(-1, weight.shape[2])[one]
        rows = np.flatnonzero(kind == one)
        drawn[rows] = np.searchsorted(of_kind, rng.random(len(rows)) * of_kind[-1], side="right")
    product: np.ndarray = np.minimum(drawn, weight.shape[2] - 1)
    return product
