"""Why a product stands in a list: the strongest true reason of each row, as the columns `reason_*`."""

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recsys.evidence import Evidence
from recsys.interactions import Counts
from recsys.models.bundles import lift
from recsys.periods import day_number, months_before
from recsys.picks import Picks
from recsys.schema import RECOMMENDATIONS

Columns: TypeAlias = dict[str, NDArray[Any]]
_TEXTS = tuple(
    column.name for column in RECOMMENDATIONS.columns if column.name.startswith("reason_") and column.kind == "text"
)


@dataclass(frozen=True)
class Similar:
    """What the similar customers of each row's customer did with the row's product.

    of        (m,) similar customers
    at        (m, k) where their purchase of it stands in Purchases, the most similar first; -1 without one
    recent    (m, k) whether they bought it in the 12 months up to and with as_of
    who       (m, k) rows of the interactions; -1 where there are no more
    """

    of: Counts
    at: NDArray[np.intp]
    recent: NDArray[np.bool_]
    who: Counts


def similar_purchases(evidence: Evidence, picks: Picks) -> Similar:
    """Look up what the similar customers bought of each row's product."""
    who = evidence.similar.rows[picks.customers]
    at = evidence.purchases.find(who, picks.items[:, None])
    start = day_number(months_before(evidence.interactions.as_of, 12))
    return Similar((who >= 0).sum(axis=1), at, (at >= 0) & (evidence.purchases.last_days[at] > start), who)


def usual_reasons(evidence: Evidence, picks: Picks) -> Columns:
    """Return the reasons of products bought before: due again from three purchases on, else bought before."""
    purchases = evidence.purchases
    at = purchases.find(picks.customers, picks.items)
    reasons = _blank(len(at))
    reasons["reason_kind"][:] = np.where(purchases.n_baskets[at] >= 3, "due_again", "bought_before")
    reasons["reason_n"][:] = purchases.n_baskets[at]
    reasons["reason_gap_days"][:] = purchases.usual_gap_days[at]
    reasons["reason_on"][:] = purchases.last_days[at]
    reasons["reason_since_days"][:] = evidence.as_of_day - purchases.last_days[at]
    return reasons


def new_reasons(evidence: Evidence, picks: Picks, similar: Similar) -> Columns:
    """Return the reasons of products never bought.

    Enough similar customers, else a pair beyond chance, else any similar customer, else popular in the segment,
    else popular.
    """
    reasons = _blank(len(picks.items))
    n_similar = similar.recent.sum(axis=1)
    _tell_pairs(reasons, evidence, picks, np.flatnonzero(n_similar < evidence.options.strong_similar))
    _tell_similar(reasons, evidence, similar, np.flatnonzero(_untold(reasons) & (n_similar > 0)))
    _tell_popular(reasons, evidence, picks, np.flatnonzero(_untold(reasons)))
    return reasons


def _untold(reasons: Columns) -> NDArray[np.bool_]:
    return np.array([kind is None for kind in reasons["reason_kind"]], dtype=bool)


def _tell_popular(reasons: Columns, evidence: Evidence, picks: Picks, told: NDArray[np.intp]) -> None:
    popular, items = evidence.popular, picks.items[told]
    segment = popular.group[picks.customers[told]]
    segment = np.where(_at(popular.n_customers, segment, items) > 0, segment, 0)
    reasons["reason_kind"][told] = np.where(segment > 0, "popular_in_segment", "popular")
    reasons["reason_n"][told] = _at(popular.n_customers, segment, items)
    reasons["reason_of"][told] = popular.of_customers[segment]
    names = np.array([None, *popular.segments[1:]], dtype=object)
    reasons["reason_segment"][told] = names[segment]


def _tell_similar(reasons: Columns, evidence: Evidence, similar: Similar, told: NDArray[np.intp]) -> None:
    nearest = similar.recent[told].argmax(axis=1)
    reasons["reason_kind"][told] = "similar_customers"
    reasons["reason_n"][told] = similar.recent[told].sum(axis=1)
    reasons["reason_of"][told] = similar.of[told]
    reasons["reason_on"][told] = evidence.purchases.last_days[similar.at[told, nearest]]
    customer_ids = np.array(evidence.interactions.customer_ids, dtype=object)
    reasons["reason_customer_id"][told] = customer_ids[similar.who[told, nearest]]


def _tell_pairs(reasons: Columns, evidence: Evidence, picks: Picks, weak: NDArray[np.intp]) -> None:
    """Tell the pair with the highest confidence; ties go to more baskets, then to the other product's id."""
    bundles = evidence.bundles
    pairs = bundles.pairs[picks.items[weak]].multiply(evidence.active[picks.customers[weak]]).tocsr()
    owners = np.repeat(np.arange(len(weak)), np.diff(pairs.indptr))
    order = np.lexsort((pairs.indices, -pairs.data, -pairs.data / bundles.singles[pairs.indices], owners))
    told, first = np.unique(owners[order], return_index=True)
    others, together, told = pairs.indices[order][first], pairs.data[order][first], weak[told]
    reasons["reason_kind"][told] = "bought_together"
    reasons["reason_n"][told] = together
    reasons["reason_of"][told] = bundles.singles[others]
    of_baskets = evidence.interactions.baskets.shape[0]
    reasons["reason_lift"][told] = lift(
        together, bundles.singles[picks.items[told]], bundles.singles[others], of_baskets
    )
    reasons["reason_product_id"][told] = np.array(evidence.interactions.product_ids, dtype=object)[others]


def _at(matrix: csr_matrix, rows: Counts, columns: Counts) -> NDArray[np.float64]:
    """Return single entries of a matrix; scipy's own look-up gives a matrix again where none is asked for."""
    return np.asarray(matrix[rows, columns]).ravel() if len(rows) else np.zeros(0)


def _blank(n: int) -> Columns:
    """Return empty columns: None in the texts, NaN in the numbers; a date is its days since 1970-01-01."""
    names = [name for name in RECOMMENDATIONS.column_names if name.startswith("reason_")]
    return {name: np.full(n, None, dtype=object) if name in _TEXTS else np.full(n, np.nan) for name in names}
