"""Which products a customer's lists hold, in which order."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys.array_types import Counts, Positions
from recsys.kernels.sparse import Ranked, best, flat_positions, masked, stored_in, without
from recsys.lists.exposure_cap import capacity, spread, widest
from recsys.lists.inputs import ListInputs, Scoring
from recsys.models.ranker.attribution import Scored, no_shares, scored

LIST_MODELS = (
    "ranker",
    "customer_knn",
    "item_cosine",
    "bundles",
    "popular_in_segment_and_region",
    "popular_in_segment",
    "popular",
    "alike",
    "same_weeks",
)  # in the order in which they fill a list of new products
DEEPER = 3  # offers for each place of a list, so that one can take the place of another


@dataclass(frozen=True)
class Picks:
    """Rows of one list, ordered by customer and rank.

    customers  row of the interactions       items   column
    ranks      1 is best, no gaps            models  whose score it is, a place in LIST_MODELS
    shares     (m, len(SCORE_FAMILIES)) of the families in the score; NaN where it is not the ranker's
    """

    customers: Counts
    ranks: Counts
    items: Counts
    scores: NDArray[np.float64]
    models: NDArray[np.int8]
    shares: NDArray[np.float32]

    def where(self, keep: NDArray[Any] | slice) -> "Picks":
        """Return some of the rows, in their order."""
        return Picks(*(getattr(self, field.name)[keep] for field in fields(self)))

    def ranked(self) -> "Picks":
        """Return the same rows with ranks that have no gaps."""
        first = np.searchsorted(self.customers, self.customers)
        return replace(self, ranks=np.arange(len(self.customers)) - first + 1)


def _nothing() -> Picks:
    none = np.zeros(0, dtype=np.int64)
    return Picks(none, none, none, np.zeros(0), none.astype(np.int8), no_shares(0))


def joined(parts: Sequence[Picks]) -> Picks:
    """Return the rows of all parts, by customer and rank; where both are equal, in the order of the parts."""
    columns = (np.concatenate([getattr(part, field.name) for part in (_nothing(), *parts)]) for field in fields(Picks))
    picks = Picks(*columns)
    return picks.where(np.lexsort((picks.ranks, picks.customers)))


@dataclass(frozen=True)
class Offers:
    """What a block of customers may be offered; `new` and `unsold` hold more than there are places.

    unsold     products that nobody bought yet
    held_back  by list, rows that would stand there if the product could be sold
    """

    usual: Picks
    seasonal: Picks
    new: Picks
    unsold: Picks
    held_back: dict[str, int]


def offers(inputs: ListInputs, rows: Positions) -> Offers:
    """Return what a block of customers, ascending rows, may be offered. Blocks do not depend on each other."""
    told = scored(inputs.ranker, rows)
    seasonal, late = _seasonal(inputs, rows)
    usual, worn = _usual(inputs, rows, told, seasonal)
    new, never = _new(inputs, rows, told)
    return Offers(usual, seasonal, new, _unsold(inputs, rows), {"usual": worn, "new": never, "seasonal": late})


def new_lists(inputs: ListInputs, found: Sequence[Offers], n_lists: int) -> Picks:
    """Return everyone's lists of new products: no product stands in more of them than options.max_share allows.

    Products that nobody bought yet take the last places, options.unsold_places at most.
    """
    options = inputs.options
    most = capacity(max_share(inputs), n_lists)
    slots = np.full(inputs.interactions.n_customers, min(options.unsold_places, options.list_length - 1))
    unsold = _spread(joined([each.unsold for each in found]), slots, most)
    slots = options.list_length - np.bincount(unsold.customers, minlength=len(slots))
    new = _spread(joined([each.new for each in found]), slots, most)
    return joined([new, replace(unsold, ranks=unsold.ranks + options.list_length)]).ranked()


def max_share(inputs: ListInputs) -> float:
    """Return the share of the lists of new products that one product may stand in."""
    options = inputs.options
    return widest(options.max_share, options.list_length, int(inputs.goods.sellable.sum()))


def _spread(picks: Picks, slots: Counts, most: int) -> Picks:
    needs = (picks.scores, -picks.models.astype(np.int64))
    return picks.where(spread(picks.customers, picks.items, needs, slots, most)).ranked()


def _usual(inputs: ListInputs, rows: Positions, told: Scored, seasonal: Picks) -> tuple[Picks, int]:
    """What each customer bought before and lately enough, and what does not stand among the seasonal products."""
    own = masked(told.scores, stored_in(told.scores, inputs.usual[rows]))
    elsewhere = np.searchsorted(rows, seasonal.customers) * np.int64(own.shape[1]) + seasonal.items
    own = masked(own, ~np.isin(flat_positions(own), elsewhere))
    ranked, held = _sellable(inputs, own, inputs.options.list_length)
    return _picks(rows, ranked, inputs.first_model, told), len(held)


def _new(inputs: ListInputs, rows: Positions, told: Scored) -> tuple[Picks, int]:
    """What each customer never bought: by the first model, the rest by the ladder's next ones."""
    length = inputs.options.list_length
    found = _Filled(inputs, rows, length)
    found.add(inputs.first_model, lambda _: told.scores, told)
    for name, score in inputs.ladder():
        if (found.filled >= DEEPER * length).all():
            break
        found.add(name, score, None)
    return joined(found.parts), len(found.held)


class _Filled:
    """Lists of new products while they are filled, model after model."""

    def __init__(self, inputs: ListInputs, rows: Positions, length: int) -> None:
        self.parts: list[Picks] = []
        self.filled = np.zeros(len(rows), dtype=np.int64)
        self.held = np.zeros(0, dtype=np.int64)
        self._chosen = np.zeros(0, dtype=np.int64)
        self._inputs, self._rows, self._length = inputs, rows, length

    def add(self, name: str, score: Scoring, told: Scored | None) -> None:
        """Add the best of one model that no model before it has named."""
        most, rows = DEEPER * self._length, self._rows
        was_short = self.filled < self._length
        offered = _open_rows(score(rows), self.filled < most)
        offered = without(offered, self._inputs.interactions.bought[rows])
        offered = masked(offered, ~np.isin(flat_positions(offered), self._chosen)) if len(self._chosen) else offered
        ranked, refused = _sellable(self._inputs, offered, self._length, most)
        ranked = ranked.where(ranked.ranks <= most - self.filled[ranked.owners])
        self.parts.append(_picks(rows, ranked._replace(ranks=ranked.ranks + self.filled[ranked.owners]), name, told))
        self.filled += np.bincount(ranked.owners, minlength=len(rows))
        width = np.int64(offered.shape[1])
        self._chosen = np.union1d(self._chosen, ranked.owners * width + ranked.items)
        self.held = np.union1d(self.held, refused[was_short[refused // width]])


def _seasonal(inputs: ListInputs, rows: Positions) -> tuple[Picks, int]:
    """What each customer bought in these weeks of last year, by how often and by how seasonal the product is."""
    ranked, held = _sellable(inputs, csr_matrix(inputs.seasonal[rows]), inputs.options.list_length)
    return _picks(rows, ranked, "same_weeks", None), len(held)


def _unsold(inputs: ListInputs, rows: Positions) -> Picks:
    """Products without a buyer whose category or supplier the customer buys, the larger share of purchases first."""
    products = inputs.unsold
    shared = inputs.attributes.shared(inputs.active_baskets[rows], products)
    ranked = best(shared, DEEPER * inputs.options.unsold_places)
    return _picks(rows, ranked._replace(items=products[ranked.items].astype(np.int32)), "alike", None)


def _picks(rows: Positions, ranked: Ranked, model: str, told: Scored | None) -> Picks:
    n = len(ranked.items)
    shares = told.shares_of(ranked.owners, ranked.items) if told else no_shares(n)
    models = np.full(n, LIST_MODELS.index(model), dtype=np.int8)
    return Picks(rows[ranked.owners], ranked.ranks, ranked.items, ranked.scores, models, shares)


def _open_rows(scores: csr_matrix, is_open: NDArray[np.bool_]) -> csr_matrix:
    return masked(scores, np.repeat(is_open, np.diff(scores.indptr)))


def _sellable(
    inputs: ListInputs, scores: csr_matrix, n: int, most: int | None = None
) -> tuple[Ranked, NDArray[np.int64]]:
    """Return the best that can be sold, `most` or n, and the places of those that cannot but would stand among n."""
    sellable = inputs.goods.sellable[scores.indices]
    ranked = best(masked(scores, sellable), most or n)
    if sellable.all():
        return ranked, np.zeros(0, dtype=np.int64)
    last = np.zeros(scores.shape[0])
    full = ranked.ranks == n
    last[ranked.owners[full]] = ranked.scores[full]
    above = scores.data > np.repeat(last, np.diff(scores.indptr))
    return ranked, flat_positions(scores)[~sellable & above]
