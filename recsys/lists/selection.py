"""Selection of the products in each customer's lists, in order."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys.array_types import Counts, Positions
from recsys.kernels.sparse import Ranked, best, flat_positions, masked, stored_in, without
from recsys.kernels.sparse_lookup import at
from recsys.lists.exposure_cap import effective_max_share
from recsys.lists.inputs import ListInputs, Scoring
from recsys.lists.new_order import MAX_SCORED, NewListRules, arranged, new_candidates
from recsys.models.ranker.attribution import ScoresWithShares, missing_shares, scores_with_shares
from recsys.models.reorder import MAX_SILENT

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
CANDIDATES_PER_PLACE = 3  # so that another candidate is left where the exposure cap takes one away


@dataclass(frozen=True)
class ListRows:
    """Rows of one list, ordered by customer and rank.

    customers  row of the interactions       items   column
    ranks      1 is best, no gaps
    models     position in LIST_MODELS of the model that scored it
    shares     (m, len(SCORE_FAMILIES)) of the feature families in the score; NaN if it is not the ranker's
    """

    customers: Counts
    ranks: Counts
    items: Counts
    scores: NDArray[np.float64]
    models: NDArray[np.int8]
    shares: NDArray[np.float32]

    def where(self, keep: NDArray[Any] | slice) -> "ListRows":
        """Return the rows that `keep` selects, in their order."""
        return ListRows(*(getattr(self, field.name)[keep] for field in fields(self)))

    def ranked(self) -> "ListRows":
        """Return the same rows with ranks that have no gaps."""
        first = np.searchsorted(self.customers, self.customers)
        return replace(self, ranks=np.arange(len(self.customers)) - first + 1)


def _no_rows() -> ListRows:
    none = np.zeros(0, dtype=np.int64)
    return ListRows(none, none, none, np.zeros(0), none.astype(np.int8), missing_shares(0))


def concatenated(parts: Sequence[ListRows]) -> ListRows:
    """Return the rows of all parts, sorted by customer and rank; ties keep the order of the parts."""
    columns = (
        np.concatenate([getattr(part, field.name) for part in (_no_rows(), *parts)]) for field in fields(ListRows)
    )
    list_rows = ListRows(*columns)
    return list_rows.where(np.lexsort((list_rows.ranks, list_rows.customers)))


@dataclass(frozen=True)
class ListCandidates:
    """Candidates for the lists of a block of customers; `new` and `unsold` have more than there are places.

    lost        products that were bought again and again and have fallen silent, see models.reorder
    unsold      products that nobody bought yet, for the lists of new products
    held_back   by list, number of rows that would be in it if the product could be sold
    score_sums  (n_products,) sum of the first model's scores over the customers to whom the product is new
    """

    usual: ListRows
    seasonal: ListRows
    new: ListRows
    lost: ListRows
    unsold: ListRows
    held_back: dict[str, int]
    score_sums: NDArray[np.float64]


def list_candidates(inputs: ListInputs, rows: Positions) -> ListCandidates:
    """Return the candidates for the lists of a block of customers, ascending rows; independent of other blocks."""
    ranker_scores = scores_with_shares(inputs.ranker, rows)
    seasonal, n_seasonal = _seasonal(inputs, rows)
    usual, n_usual = _usual(inputs, rows, ranker_scores, seasonal)
    new, n_new = _new(inputs, rows, ranker_scores)
    lost, n_lost = _lost(inputs, rows, ranker_scores)
    held_back = {"usual": n_usual, "new": n_new, "seasonal": n_seasonal, "lost": n_lost}
    unknown = without(ranker_scores.scores, inputs.interactions.bought[rows])
    sums = np.bincount(unknown.indices, weights=unknown.data, minlength=unknown.shape[1])
    return ListCandidates(usual, seasonal, new, lost, _unsold(inputs, rows), held_back, sums.astype(np.float64))


def new_lists(inputs: ListInputs, blocks: Sequence[ListCandidates], n_lists: int) -> ListRows:
    """Return all customers' lists of new products, within the exposure cap of `n_lists` lists.

    Products that nobody bought yet get the last places, at most options.unsold_places.
    """
    options = inputs.options
    rules = NewListRules(inputs.learned.choice.rules.popularity_discount, max_share(inputs))
    means = sum((each.score_sums for each in blocks), np.zeros(inputs.interactions.n_products)) / max(n_lists, 1)
    slots = np.full(inputs.interactions.n_customers, min(options.unsold_places, options.list_length - 1))
    unsold = _arranged(inputs, concatenated([each.unsold for each in blocks]), rules, (means, slots, n_lists))
    slots = options.list_length - np.bincount(unsold.customers, minlength=len(slots))
    new = _arranged(inputs, concatenated([each.new for each in blocks]), rules, (means, slots, n_lists))
    return concatenated([new, replace(unsold, ranks=unsold.ranks + options.list_length)]).ranked()


def max_share(inputs: ListInputs) -> float:
    """Return the share of the lists of new products that one product may be in, 0 to 1."""
    share = inputs.learned.choice.rules.max_share
    return effective_max_share(share, inputs.options.list_length, int(inputs.listable.sum()))


def _arranged(
    inputs: ListInputs,
    list_rows: ListRows,
    rules: NewListRules,
    limits: tuple[NDArray[np.float64], Counts, int],
) -> ListRows:
    """Return the candidates that are in a list, in its order. `limits`: mean scores, slots and the number of lists."""
    tiers = list_rows.models - LIST_MODELS.index("ranker")
    candidates = new_candidates(
        list_rows.customers,
        list_rows.items,
        list_rows.scores,
        inputs.groups,
        inputs.interactions.counts,
        tiers,
        at(inputs.answer_changes, list_rows.customers, list_rows.items),
    )
    found, places = arranged(candidates, limits[0], rules, limits[1], limits[2])
    return replace(list_rows.where(found), ranks=places + 1)


def _usual(
    inputs: ListInputs, rows: Positions, ranker_scores: ScoresWithShares, seasonal: ListRows
) -> tuple[ListRows, int]:
    """Return the usual lists, and how many rows were held back.

    A usual product was bought within options.usual_months and is not in the customer's seasonal list.
    """
    own = masked(ranker_scores.scores, stored_in(ranker_scores.scores, inputs.usual[rows]))
    in_seasonal = np.searchsorted(rows, seasonal.customers) * np.int64(own.shape[1]) + seasonal.items
    own = masked(own, ~np.isin(flat_positions(own), in_seasonal))
    ranked, held_back = _listable(inputs, rows, own, inputs.options.list_length)
    return _list_rows(rows, ranked, inputs.first_model, ranker_scores), len(held_back)


def _new(inputs: ListInputs, rows: Positions, ranker_scores: ScoresWithShares) -> tuple[ListRows, int]:
    """Return the candidates for the lists of new products, and how many rows were held back.

    The first model's come first, then those of the models of the ladder.
    """
    length = inputs.options.list_length
    lists = _NewLists(inputs, rows, length)
    lists.add(inputs.first_model, lambda _: ranker_scores.scores, ranker_scores, MAX_SCORED)
    for name, score in inputs.ladder():
        if (lists.filled >= CANDIDATES_PER_PLACE * length).all():
            break
        lists.add(name, score, None)
    return concatenated(lists.parts), len(lists.held_back)


class _NewLists:
    """Lists of new products of a block of customers, filled model by model."""

    def __init__(self, inputs: ListInputs, rows: Positions, length: int) -> None:
        self.parts: list[ListRows] = []
        self.filled = np.zeros(len(rows), dtype=np.int64)
        self.held_back = np.zeros(0, dtype=np.int64)
        self._chosen = np.zeros(0, dtype=np.int64)
        self._inputs, self._rows, self._length = inputs, rows, length

    def add(self, name: str, score: Scoring, ranker_scores: ScoresWithShares | None, most: int | None = None) -> None:
        """Add the best products of one model that no model before it has added, until a list has `most` candidates."""
        limit, rows = max(most or 0, CANDIDATES_PER_PLACE * self._length), self._rows
        was_short = self.filled < self._length
        scores = _open_rows(score(rows), self.filled < limit)
        scores = without(scores, self._inputs.interactions.bought[rows])
        scores = masked(scores, ~np.isin(flat_positions(scores), self._chosen)) if len(self._chosen) else scores
        ranked, held_back = _listable(self._inputs, rows, scores, self._length, limit)
        ranked = ranked.where(ranked.ranks <= limit - self.filled[ranked.owners])
        self.parts.append(
            _list_rows(rows, ranked._replace(ranks=ranked.ranks + self.filled[ranked.owners]), name, ranker_scores)
        )
        self.filled += np.bincount(ranked.owners, minlength=len(rows))
        width = np.int64(scores.shape[1])
        self._chosen = np.union1d(self._chosen, ranked.owners * width + ranked.items)
        self.held_back = np.union1d(self.held_back, held_back[was_short[held_back // width]])


def _seasonal(inputs: ListInputs, rows: Positions) -> tuple[ListRows, int]:
    """Return the seasonal lists, and how many rows were held back."""
    ranked, held_back = _listable(inputs, rows, csr_matrix(inputs.seasonal[rows]), inputs.options.list_length)
    return _list_rows(rows, ranked, "same_weeks", None), len(held_back)


def _lost(inputs: ListInputs, rows: Positions, ranker_scores: ScoresWithShares) -> tuple[ListRows, int]:
    """Return what has fallen silent, and how many rows were held back; it may be in the usual list too."""
    silent = masked(ranker_scores.scores, stored_in(ranker_scores.scores, inputs.silent[rows]))
    ranked, held_back = _listable(inputs, rows, silent, MAX_SILENT)
    return _list_rows(rows, ranked, inputs.first_model, ranker_scores), len(held_back)


def _unsold(inputs: ListInputs, rows: Positions) -> ListRows:
    """Return products that nobody bought, by the customer's share of purchases of their category and supplier."""
    products = inputs.unsold
    shares = inputs.attributes.purchase_shares(inputs.active_baskets[rows], products)
    if inputs.outcomes.dismissed.products.nnz:
        shares = masked(shares, ~stored_in(shares, csr_matrix(inputs.outcomes.dismissed.products[rows][:, products])))
    ranked = best(shares, CANDIDATES_PER_PLACE * inputs.options.unsold_places)
    return _list_rows(rows, ranked._replace(items=products[ranked.items].astype(np.int32)), "alike", None)


def _list_rows(rows: Positions, ranked: Ranked, model: str, ranker_scores: ScoresWithShares | None) -> ListRows:
    n = len(ranked.items)
    shares = ranker_scores.shares_of(ranked.owners, ranked.items) if ranker_scores else missing_shares(n)
    models = np.full(n, LIST_MODELS.index(model), dtype=np.int8)
    return ListRows(rows[ranked.owners], ranked.ranks, ranked.items, ranked.scores, models, shares)


def _open_rows(scores: csr_matrix, is_open: NDArray[np.bool_]) -> csr_matrix:
    return masked(scores, np.repeat(is_open, np.diff(scores.indptr)))


def _listable(
    inputs: ListInputs, rows: Positions, scores: csr_matrix, n: int, limit: int | None = None
) -> tuple[Ranked, NDArray[np.int64]]:
    """Return the best products that can be listed, `limit` or n of each row, and the held-back ones.

    What a customer dismissed is in none of their lists.

    The held-back are flat positions of products that cannot be listed and would otherwise be among the best n.
    """
    scores = _not_dismissed(inputs, rows, scores)
    listable = inputs.listable[scores.indices]
    ranked = best(masked(scores, listable), limit or n)
    if listable.all():
        return ranked, np.zeros(0, dtype=np.int64)
    last = np.zeros(scores.shape[0])
    full = ranked.ranks == n
    last[ranked.owners[full]] = ranked.scores[full]
    above = scores.data > np.repeat(last, np.diff(scores.indptr))
    return ranked, flat_positions(scores)[~listable & above]


def _not_dismissed(inputs: ListInputs, rows: Positions, scores: csr_matrix) -> csr_matrix:
    if not inputs.outcomes.dismissed.products.nnz:
        return scores
    return masked(scores, ~stored_in(scores, inputs.outcomes.dismissed.products[rows]))
