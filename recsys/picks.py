"""Which products a customer's two lists hold, in which order."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys.evidence import Evidence
from recsys.interactions import Counts, Positions
from recsys.models.base import Ranked, best, masked, places, stored_in, without


@dataclass(frozen=True)
class Picks:
    """Rows of one list for a block of customers, ordered by customer and rank.

    customers  row of the interactions       items   column
    ranks      1 is best, no gaps            models  whose score it is
    held_back  rows that would stand here if the product could be sold
    """

    customers: Counts
    ranks: Counts
    items: Counts
    scores: NDArray[np.float64]
    models: NDArray[np.object_]
    held_back: int


def usual_picks(evidence: Evidence, rows: Positions, scores: csr_matrix) -> Picks:
    """Return what each customer bought before and lately enough, by the first model's `scores` of these rows."""
    own = masked(scores, stored_in(scores, evidence.usual[rows]))
    ranked, held = _sellable(evidence, own, evidence.options.list_length)
    models = np.full(len(ranked.items), evidence.first_model, dtype=object)
    return Picks(rows[ranked.owners], ranked.ranks, ranked.items, ranked.scores, models, len(held))


def new_picks(evidence: Evidence, rows: Positions, scores: csr_matrix) -> Picks:
    """Return what each customer never bought: by the first model's `scores`, the rest by the ladder's next models."""
    length = evidence.options.list_length
    found: list[tuple[Ranked, str]] = []
    filled = np.zeros(len(rows), dtype=np.int64)
    chosen: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
    held: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
    for name, model in evidence.ladder():
        if (filled >= length).all():
            break
        offered = scores if name == evidence.first_model else _open_rows(model.score(rows), filled < length)
        offered = without(offered, evidence.interactions.bought[rows])
        offered = masked(offered, ~np.isin(places(offered), chosen)) if len(chosen) else offered
        ranked, refused = _sellable(evidence, offered, length)
        ranked = ranked.where(ranked.ranks <= length - filled[ranked.owners])
        found.append((ranked._replace(ranks=ranked.ranks + filled[ranked.owners]), name))
        filled += np.bincount(ranked.owners, minlength=len(rows))
        chosen = np.union1d(chosen, ranked.owners * np.int64(offered.shape[1]) + ranked.items)
        held = np.union1d(held, refused)
    return _joined(rows, found, len(held))


def _open_rows(scores: csr_matrix, is_open: NDArray[np.bool_]) -> csr_matrix:
    return masked(scores, np.repeat(is_open, np.diff(scores.indptr)))


def _sellable(evidence: Evidence, scores: csr_matrix, n: int) -> tuple[Ranked, NDArray[np.int64]]:
    """Return the n best that can be sold, and the places of those that cannot but would have stood among them."""
    sellable = evidence.goods.sellable[scores.indices]
    ranked = best(masked(scores, sellable), n)
    if sellable.all():
        return ranked, np.zeros(0, dtype=np.int64)
    last = np.zeros(scores.shape[0])
    full = ranked.ranks == n
    last[ranked.owners[full]] = ranked.scores[full]
    above = scores.data > np.repeat(last, np.diff(scores.indptr))
    return ranked, places(scores)[~sellable & above]


def _joined(rows: Positions, found: list[tuple[Ranked, str]], held_back: int) -> Picks:
    owners, items, scores, ranks = (
        np.concatenate(columns) for columns in zip(*(part for part, _ in found), strict=True)
    )
    models = np.concatenate([np.full(len(part.items), name, dtype=object) for part, name in found])
    order = np.lexsort((ranks, owners))
    return Picks(rows[owners[order]], ranks[order], items[order], scores[order], models[order], held_back)
