"""Candidates of a block of customers and their features: sparse, a block at a time."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys.array_types import Counts, Positions
from recsys.kernels.ranker_loops import rank_within
from recsys.kernels.sparse import flat_positions
from recsys.kernels.sparse_lookup import at, dots
from recsys.models.ranker.feature_set import ENGAGEMENT, FEATURES, Feature
from recsys.models.ranker.signals import FADES, HALF_LIVES, Signals

CANDIDATES = {
    "similar_14": 150,
    "similar_45": 60,
    "similar_recent": 75,
    "similar_nearer": 60,
    "alike_sharp": 60,
    "together": 30,
    "ease": 80,
    "written_near": 30,
}  # most candidates of a customer from each source; all products that the customer bought, or looked at, are added
TRENDING, POPULAR, LOOKED = 60, 30, 60
_RANK_SCALE = 5.0
_MAX_GAPS = 10.0  # longer overdue makes no difference
_PERCENT = 100.0  # shares of spending are small: log(1 + x) is nearly linear below 1, not so of percents
_LEEWAY_DAYS = 14.0  # half of the 28-day window: what becomes due within it counts as due


@dataclass(frozen=True)
class Candidates:
    """Products that a block of customers may buy, (m,) pairs ordered by owner and item.

    owners   row of the block        items   column        is_new  never bought
    values   (m, len(features_of(signals))) float32, none below 0
    """

    owners: Counts
    items: Counts
    is_new: NDArray[np.bool_]
    values: NDArray[np.float32]

    def where(self, keep: NDArray[Any]) -> "Candidates":
        """Return the candidates that `keep` selects."""
        return Candidates(self.owners[keep], self.items[keep], self.is_new[keep], self.values[keep])


def features_of(signals: Signals) -> tuple[Feature, ...]:
    """Return the features of candidates, in the order of their columns: with engagement where events are known."""
    return (*FEATURES, *ENGAGEMENT) if signals.engagement else FEATURES


def candidates(signals: Signals, rows: Positions) -> Candidates:
    """Return the candidates of a block of customers; a customer without orders has none."""
    scores = signals.scores(rows)
    owners, items = _chosen(signals, rows, scores)
    known = _signals(signals, rows[owners], items)
    known |= {name: at(matrix, owners, items) for name, matrix in scores.items()}
    known["written"] = dots(signals.profiles.words, signals.neighbours.words, rows[owners], items)
    if signals.engagement:
        known |= {name: at(matrix, rows[owners], items) for name, matrix in signals.engagement.signals().items()}
    first = np.searchsorted(owners, np.arange(len(rows)))
    columns = [
        _measured(feature, known[feature.signal], owners, first).astype(np.float32) for feature in features_of(signals)
    ]
    return Candidates(owners, items, known["count"] == 0, np.stack(columns, axis=1))


def _measured(feature: Feature, values: NDArray[Any], owners: Counts, first: Counts) -> NDArray[Any]:
    if feature.measure == "rank":
        return np.asarray(1 / (1 + ranks(values, first) / _RANK_SCALE))
    return share_of_best(owners, values, first) if feature.measure == "share_of_best" else values


def ranks(values: NDArray[np.float64], first: Counts) -> NDArray[np.int64]:
    """Return the rank of each value among its owner's, 0 for the highest, ties in their order.

    first  position where each owner's values begin
    """
    found = np.empty(len(values), dtype=np.int64)
    rank_within(values, np.append(first, len(values)), found)
    return found


def share_of_best(owners: Counts, values: NDArray[np.float64], first: Counts) -> NDArray[np.float64]:
    """Return the ratio of each value to its owner's highest, 0 if that is 0; `first` as in ranks."""
    if not len(values):
        return values
    has_values = np.append(first[1:], len(values)) > first
    best = np.zeros(len(first))
    best[has_values] = np.maximum.reduceat(values, first[has_values])
    return np.divide(values, best[owners], out=np.zeros_like(values), where=best[owners] > 0)


def _chosen(signals: Signals, rows: Positions, scores: dict[str, csr_matrix]) -> tuple[Counts, Counts]:
    """Return owner and item of every candidate, sorted by both."""
    n = signals.interactions.n_products
    ordering = np.flatnonzero(signals.customers["n_baskets"][rows])
    trending = _first(signals.products["baskets_14"], TRENDING)
    for_all = np.union1d(trending, _first(signals.products["baskets"], POPULAR))
    found = [flat_positions(signals.interactions.counts[rows]), (ordering[:, None] * n + for_all).ravel()]
    found += [_best(scores[name], length) for name, length in CANDIDATES.items()]
    if signals.engagement:
        found.append(_looked(signals, rows, signals.engagement.look_age[rows]))
    keys = np.unique(np.concatenate(found))
    return keys // max(n, 1), keys % max(n, 1)


def _first(values: NDArray[Any], n: int) -> NDArray[np.int64]:
    """Return the positions of the n highest values above 0, ties by position."""
    return np.argsort(-values, kind="stable")[: min(n, int((values > 0).sum()))]


def _looked(signals: Signals, rows: Positions, look_age: csr_matrix) -> NDArray[np.int64]:
    """Return the flat positions of what was looked at last, where the customer ever ordered and it was ever bought."""
    keys, n = _best(look_age, LOOKED), max(signals.interactions.n_products, 1)
    ordering = signals.customers["n_baskets"][rows][keys // n] > 0
    return keys[ordering & (signals.products["baskets"][keys % n] > 0)]


def _best(scores: csr_matrix, n: int) -> NDArray[np.int64]:
    """Return the flat positions of each row's n highest scores and of all that equal the last of them."""
    values, keep = scores.data, np.ones(scores.nnz, dtype=bool)
    for start, end in zip(scores.indptr, scores.indptr[1:], strict=False):
        if end - start > n:
            keep[start:end] = values[start:end] >= np.partition(values[start:end], -n)[-n]
    return flat_positions(scores)[keep]


def _signals(signals: Signals, customers: Counts, items: Counts) -> dict[str, NDArray[Any]]:
    """Return by name the signals of each pair of customer and product, (m,) each, without the scores of the sources."""
    profiles = signals.profiles
    known: dict[str, NDArray[Any]] = {"count": at(signals.interactions.counts, customers, items)}
    for half_life in HALF_LIVES:
        known[f"decayed_{half_life}"] = at(profiles.decayed[half_life], customers, items)
    for fade in FADES:
        known[f"faded_{fade}"] = at(profiles.faded[fade], customers, items)
    known["share_of_spending"] = _PERCENT * at(signals.interactions.spending, customers, items)
    known |= _repurchase(signals, customers, items, known["count"])
    products, people = signals.products, signals.customers
    known |= {f"product_{name}": values[items] for name, values in products.items()}
    known |= {f"customer_{name}": values[customers] for name, values in people.items()}
    known["rising_14"] = (known["product_baskets_14"] + 1) / (known["product_baskets_120"] * 14 / 120 + 1)
    known["rising_28"] = (known["product_baskets_28"] + 1) / (known["product_baskets_56"] / 2 + 1)
    known["customer_overdue"] = np.minimum(known["customer_last_age"] / known["customer_gap"], _MAX_GAPS)
    return known


def _repurchase(
    signals: Signals, customers: Counts, items: Counts, count: NDArray[np.float64]
) -> dict[str, NDArray[Any]]:
    """Return by name the signals of past and next purchases of the product, in days; 0 if never bought."""
    since, first = (at(ages, customers, items) for ages in (signals.profiles.last_age, signals.profiles.first_age))
    bought = count > 0
    # Smoothed by one gap of the product's usual length: a customer's two purchases are too few for a mean.
    usual_gap = np.where(bought, (first - since + signals.products["gap"][items]) / np.maximum(count, 1), 0)
    overdue = np.divide(since, usual_gap, out=np.zeros_like(since), where=usual_gap > 0)
    soon = np.divide(since + _LEEWAY_DAYS, usual_gap, out=np.ones_like(since), where=usual_gap > 0)
    return {
        "since": since,
        "inverse_since": np.divide(1, since, out=np.zeros_like(since), where=bought),
        "own_gap": np.where(count > 1, (first - since) / np.maximum(count - 1, 1), 0),
        "usual_gap": usual_gap,
        "overdue": np.minimum(overdue, _MAX_GAPS),
        "due": np.where(bought, np.minimum(soon, 1 / soon), 0),
        "share_of_baskets": count / np.maximum(signals.customers["n_baskets"][customers], 1),
    }
