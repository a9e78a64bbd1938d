"""Figures of a version's published lists, read from its table of recommendations."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from recsys.array_types import Counts
from recsys.evaluation.breadth import breadth
from recsys.evaluation.evaluate import BREADTH_AT
from recsys.schema.build_report import ListFigures
from recsys.schema.published import LISTS, OWN_REASON_KINDS

LIST_COLUMNS = ("customer_id", "list", "rank", "product_id", "reason_kind")


def list_figures(recommendations: pa.Table, n_buyers: Counts, product_ids: tuple[str, ...]) -> dict[str, ListFigures]:
    """Return by kind of list the figures of all its rows; a list that nobody has is left out.

    recommendations  LIST_COLUMNS of the published table
    n_buyers         (n_products,) customers who bought each product
    product_ids      of all products, sorted as text
    """
    of_list = recommendations["list"].to_numpy(zero_copy_only=False)
    owners, items = _codes(recommendations["customer_id"]), _positions(recommendations["product_id"], product_ids)
    is_own = pc.is_in(recommendations["reason_kind"], pa.array(OWN_REASON_KINDS)).to_numpy(zero_copy_only=False)
    ranks = recommendations["rank"].to_numpy()
    found = {}
    for name in LISTS:
        rows = np.flatnonzero(of_list == name)
        if len(rows):
            ranked = _first_places(owners[rows], items[rows], ranks[rows])
            found[name] = _figures(ranked, n_buyers, len(rows), float(is_own[rows].mean()))
    return found


def _figures(ranked: Counts, n_buyers: Counts, n_rows: int, own_share: float) -> ListFigures:
    found = breadth(ranked, n_buyers, BREADTH_AT)
    return ListFigures(
        lists=found.lists,
        rows=n_rows,
        own_share=own_share,
        products=round(found.coverage * len(n_buyers)),
        coverage=found.coverage,
        largest_share=found.largest_share,
        overlap=None if np.isnan(found.overlap) else found.overlap,
        novelty=found.novelty,
    )


def _first_places(owners: Counts, items: Counts, ranks: Counts) -> Counts:
    """Return (n_lists, BREADTH_AT) products of each owner by rank, -1 where the list ends."""
    first = ranks <= BREADTH_AT
    lists, places = np.unique(owners[first], return_inverse=True)
    ranked = np.full((len(lists), BREADTH_AT), -1, dtype=np.int64)
    ranked[places, ranks[first] - 1] = items[first]
    return ranked


def _codes(column: "pa.ChunkedArray[Any]") -> NDArray[np.int64]:
    codes = column.combine_chunks().dictionary_encode().indices
    return np.asarray(codes.to_numpy(zero_copy_only=False), dtype=np.int64)


def _positions(column: "pa.ChunkedArray[Any]", product_ids: tuple[str, ...]) -> NDArray[np.int64]:
    places = pc.index_in(column, pa.array(product_ids, column.type))
    return np.asarray(places.to_numpy(zero_copy_only=False), dtype=np.int64)
