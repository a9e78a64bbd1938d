"""Candidates of a block of customers and their features: sparse, a block at a time."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys.array_types import Counts, Positions
from recsys.kernels.ranker_loops import rank_within
from recsys.kernels.sparse import places
from recsys.kernels.sparse_lookup import at, dots
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
}  # how many each source names a customer; all that was bought stands beside them
TRENDING, POPULAR = 60, 30
_RANK_SCALE = 5.0
_MOST_GAPS = 10.0  # overdue beyond this says nothing more
_PERCENT = 100.0  # shares of spending are small: as percents the logarithm bends where they lie
_LEEWAY_DAYS = 14.0  # half of a window: a purchase due within it counts as due

_OF_FAMILY = {
    "own": (
        "count",
        *(f"decayed_{half_life}" for half_life in HALF_LIVES),
        *(f"faded_{fade}" for fade in FADES),
        *("share of spending", "since", "since, inverse", "own gap", "usual gap", "overdue", "due", "share of baskets"),
        *("customer n_baskets", "customer last_age", "customer gap", "customer basket_size", "customer n_products"),
        "customer overdue",
    ),
    "similar": ("similar_14", "similar_45", "similar_recent", "similar_nearer", "similar_buyers"),
    "together": ("alike_sharp", "alike", "together", "ease"),
    "attributes": ("written", "written_near"),
    "rising": (
        *("rising_14", "rising_28", "product baskets_7", "product baskets_14", "product baskets_28"),
        *("product first_buyers_14", "product first_buyers_28"),
    ),
    "popular": (
        *("product baskets", "product buyers", "product baskets_56", "product baskets_120"),
        *("product repeat_share", "product gap", "product last_age", "product first_age"),
    ),
}
# What each feature tells of, in the words of the lists: own, similar, together, attributes, rising, season, popular.
# A customer's own facts are "own": they are the same for all of a customer's candidates.
FAMILY_OF = {
    name + kind: family
    for family, names in _OF_FAMILY.items()
    for name in names
    for kind in ("", ", rank", ", share of best")
}


@dataclass(frozen=True)
class Candidates:
    """What the customers of a block may be offered, ordered by owner and item.

    owners   row of the block        items   column        is_new  never bought
    values   (m, n_features) float32, by the names in `names`, none below 0
    """

    owners: Counts
    items: Counts
    is_new: NDArray[np.bool_]
    values: NDArray[np.float32]
    names: tuple[str, ...]

    def where(self, keep: NDArray[Any]) -> "Candidates":
        """Return some of the candidates."""
        return Candidates(self.owners[keep], self.items[keep], self.is_new[keep], self.values[keep], self.names)


def candidates(signals: Signals, rows: Positions) -> Candidates:
    """Return the candidates of a block of customers; a customer without orders has none."""
    scores = signals.scores(rows)
    owners, items = _chosen(signals, rows, scores)
    told = _features(signals, rows[owners], items)
    first = np.searchsorted(owners, np.arange(len(rows)))
    for name, matrix in scores.items():
        told[name] = at(matrix, owners, items)
    told["written"] = dots(signals.profiles.words, signals.neighbours.words, rows[owners], items)
    for name in (*scores, "written"):
        told[f"{name}, rank"] = 1 / (1 + ranks(told[name], first) / _RANK_SCALE)
    for name in (*scores, "written", "decayed_45", "faded_0.8"):
        told[f"{name}, share of best"] = share_of_best(owners, told[name], first)
    values = np.stack([value.astype(np.float32) for value in told.values()], axis=1)
    return Candidates(owners, items, told["count"] == 0, values, tuple(told))


def ranks(values: NDArray[np.float64], first: Counts) -> NDArray[np.int64]:
    """Return each value's place among its owner's, 0 for the highest, ties in their order.

    first  where each owner's values begin
    """
    told = np.empty(len(values), dtype=np.int64)
    rank_within(values, np.append(first, len(values)), told)
    return told


def share_of_best(owners: Counts, values: NDArray[np.float64], first: Counts) -> NDArray[np.float64]:
    """Return each value over its owner's highest, 0 where that is 0; `first` is where each owner's values begin."""
    if not len(values):
        return values
    has_any = np.append(first[1:], len(values)) > first
    best = np.zeros(len(first))
    best[has_any] = np.maximum.reduceat(values, first[has_any])
    return np.divide(values, best[owners], out=np.zeros_like(values), where=best[owners] > 0)


def _chosen(signals: Signals, rows: Positions, scores: dict[str, csr_matrix]) -> tuple[Counts, Counts]:
    """Return owner and item of every candidate, ascending."""
    n = signals.interactions.n_products
    ordering = np.flatnonzero(signals.customers["n_baskets"][rows])
    trending = _first(signals.products["baskets_14"], TRENDING)
    common = np.union1d(trending, _first(signals.products["baskets"], POPULAR))
    found = [places(signals.interactions.counts[rows]), (ordering[:, None] * n + common).ravel()]
    found += [_best(scores[name], length) for name, length in CANDIDATES.items()]
    keys = np.unique(np.concatenate(found))
    return keys // max(n, 1), keys % max(n, 1)


def _first(values: NDArray[Any], n: int) -> NDArray[np.int64]:
    """Return the positions of the n highest values above 0, ties by position."""
    return np.argsort(-values, kind="stable")[: min(n, int((values > 0).sum()))]


def _best(scores: csr_matrix, n: int) -> NDArray[np.int64]:
    """Return the places of each row's n highest entries, and of all that equal the last of them."""
    values, keep = scores.data, np.ones(scores.nnz, dtype=bool)
    for start, end in zip(scores.indptr, scores.indptr[1:], strict=False):
        if end - start > n:
            keep[start:end] = values[start:end] >= np.partition(values[start:end], -n)[-n]
    return places(scores)[keep]


def _features(signals: Signals, customers: Counts, items: Counts) -> dict[str, NDArray[Any]]:
    profiles = signals.profiles
    told: dict[str, NDArray[Any]] = {"count": at(signals.interactions.counts, customers, items)}
    for half_life in HALF_LIVES:
        told[f"decayed_{half_life}"] = at(profiles.decayed[half_life], customers, items)
    for fade in FADES:
        told[f"faded_{fade}"] = at(profiles.faded[fade], customers, items)
    told["share of spending"] = _PERCENT * at(signals.interactions.spending, customers, items)
    told |= _rhythm(signals, customers, items, told["count"])
    products, people = signals.products, signals.customers
    told |= {f"product {name}": values[items] for name, values in products.items()}
    told |= {f"customer {name}": values[customers] for name, values in people.items()}
    told["rising_14"] = (told["product baskets_14"] + 1) / (told["product baskets_120"] * 14 / 120 + 1)
    told["rising_28"] = (told["product baskets_28"] + 1) / (told["product baskets_56"] / 2 + 1)
    told["customer overdue"] = np.minimum(told["customer last_age"] / told["customer gap"], _MOST_GAPS)
    return told


def _rhythm(signals: Signals, customers: Counts, items: Counts, count: NDArray[np.float64]) -> dict[str, NDArray[Any]]:
    """Return when the customer bought it and is due again; 0 for what was never bought."""
    since, first = (at(ages, customers, items) for ages in (signals.profiles.last_age, signals.profiles.first_age))
    bought = count > 0
    # One more gap than the customer has, as long as the product's usual one: nobody's two purchases are a rhythm.
    usual = np.where(bought, (first - since + signals.products["gap"][items]) / np.maximum(count, 1), 0)
    waited = np.divide(since, usual, out=np.zeros_like(since), where=usual > 0)
    soon = np.divide(since + _LEEWAY_DAYS, usual, out=np.ones_like(since), where=usual > 0)
    return {
        "since": since,
        "since, inverse": np.divide(1, since, out=np.zeros_like(since), where=bought),
        "own gap": np.where(count > 1, (first - since) / np.maximum(count - 1, 1), 0),
        "usual gap": usual,
        "overdue": np.minimum(waited, _MOST_GAPS),
        "due": np.where(bought, np.minimum(soon, 1 / soon), 0),
        "share of baskets": count / np.maximum(signals.customers["n_baskets"][customers], 1),
    }
