"""The reason of each row of a list, as the columns `reason_*`: own orders first, then shares of the score."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from recsys.lists import arguments
from recsys.lists.arguments import Argument, Columns, empty_columns
from recsys.lists.inputs import ListInputs
from recsys.lists.selection import LIST_MODELS, ListRows
from recsys.schema.published import SCORE_FAMILIES

# What a row that the customer never bought is argued with, by family of the score.
_BY_FAMILY: Mapping[str, Argument] = {
    "similar": arguments.similar_customers,
    "together": arguments.bought_together,
    "attributes": arguments.alike,
    "rising": arguments.rising,
    "popular": arguments.popular,
}
_OWN: Sequence[Argument] = (arguments.rhythm, arguments.bought_before, arguments.same_season)
# True of every row, in this order, and none against its product: what is left where nothing holds.
_LAST: Sequence[Argument] = (
    arguments.any_similar_customer,
    arguments.best_seller,
    arguments.any_alike,
    arguments.pattern,
)


def reasons(inputs: ListInputs, list_rows: ListRows, name: str = "") -> Columns:
    """Return the reason of each row, by column.

    name  of the list; in the list lost the silence is the reason

    What the customer bought is argued with their own orders: the rhythm, else how often and when last, else the
    season; in the seasonal list with the season. What they never bought is argued with the family of the largest
    share in the score whose argument holds; popular comes last, whatever its share. Rows that the ranker did not score
    have a fixed order of families, that of `_BY_FAMILY`; what nobody has bought comes with what is like it. Where no
    argument holds, one of `_LAST` is taken.
    """
    found = empty_columns(len(list_rows.items))
    if name == "lost":
        _explain(found, inputs, list_rows, np.ones(len(list_rows.items), dtype=bool), arguments.stopped)
    seasonal = list_rows.models == LIST_MODELS.index("same_weeks")
    _explain(found, inputs, list_rows, seasonal, arguments.same_season)
    is_own = inputs.purchases.find(list_rows.customers, list_rows.items) >= 0
    for argue in _OWN:
        _explain(found, inputs, list_rows, is_own, argue)
    order = _order_of_families(list_rows)
    for place in range(order.shape[1]):
        for family, argue in _BY_FAMILY.items():
            _explain(found, inputs, list_rows, order[:, place] == SCORE_FAMILIES.index(family), argue)
    for argue in _LAST:
        _explain(found, inputs, list_rows, np.ones(len(list_rows.items), dtype=bool), argue)
    return found


def _explain(
    found: Columns, inputs: ListInputs, list_rows: ListRows, wanted: NDArray[np.bool_], argue: Argument
) -> None:
    """Fill in the rows that are wanted and have no reason yet, as far as the argument holds."""
    missing = np.array([kind is None for kind in found["reason_kind"]], dtype=bool)
    rows = np.flatnonzero(wanted & missing)
    if len(rows):
        argue(found, inputs, list_rows, rows)


def _order_of_families(list_rows: ListRows) -> NDArray[np.intp]:
    """Return (m, len(SCORE_FAMILIES)) positions in SCORE_FAMILIES, in the order in which they are tried."""
    names = np.array(SCORE_FAMILIES)
    shares = np.where(names == "popular", -1, list_rows.shares)
    fixed = [len(_BY_FAMILY) - list(_BY_FAMILY).index(name) if name in _BY_FAMILY else 0 for name in SCORE_FAMILIES]
    unknown = np.isnan(list_rows.shares[:, 0])
    shares[unknown] = fixed
    alike = list_rows.models == LIST_MODELS.index("alike")
    shares[np.ix_(alike, names == "attributes")] = len(SCORE_FAMILIES)
    return np.argsort(-shares, axis=1, kind="stable")
