"""The tables of all customers and all products, made once for a version and a viewer: 4,000 rows take a while."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dashboard.access.viewer import Scope, Viewer
from dashboard.display.customer_table import customer_table, what_of
from dashboard.display.page_context import PageContext
from dashboard.display.product_table import product_table
from dashboard.display.table import TableRows, packed
from dashboard.display.table_columns import TableColumns
from recsys.artifacts.kept_by_version import kept_by_version

KEPT_SCOPES = 32  # of each version; of 4,000 customers a megabyte, of a rep's a hundredth
KEPT_OF_PRODUCTS = 8
MOST_SENT = 10_000  # rows, 2 MB compressed: a longer table is filtered and sorted here
MOST_PART = 200  # rows of a longer one that are sent


class Kept(NamedTuple):
    """A table as its CSV needs it, and its rows as they are sent to a browser (`table.packed`).

    packed   None for a table of more than MOST_SENT rows
    choices  see TableRows.choices
    columns  what a longer table is filtered and sorted by
    by_name  of customers: the place of each row's among the viewer's by name
    """

    table: TableRows
    packed: dict[str, Any] | None
    choices: Mapping[str, int]
    columns: TableColumns
    by_name: NDArray[np.int64]


class KeptTables:
    """Makes the tables of all customers and of all products and keeps them.

    The methods raise VersionGone for a version that is not kept any more.
    """

    def __init__(self, context_of: Callable[[Viewer, str], PageContext]) -> None:
        """context_of   returns what is asked for a viewer from a version, named by its id"""
        self._context_of = context_of
        self._customers = kept_by_version(self._make_customers, KEPT_SCOPES)
        self._products = kept_by_version(self._make_products, KEPT_OF_PRODUCTS)

    def customers(self, context: PageContext) -> Kept:
        """Return the viewer's customers, most revenue in 12 months first; the permission is in the key."""
        return self._customers(context.version.id, context.snapshot.scope)

    def products(self, context: PageContext) -> Kept:
        """Return all products, most revenue in 12 months first."""
        return self._products(context.version.id, context.viewer.of_products)

    def _make_customers(self, version: str, scope: Scope) -> Kept:
        context = self._context_of(scope.viewer, version)
        everyone = context.customers.everyone()
        what = what_of(context, everyone)

        def table() -> TableRows:
            return customer_table(everyone, what, context.customers.months, context.formats, context.links)

        places = {one: place for place, one in enumerate(context.snapshot.visible)}
        return _kept(table, np.fromiter((places[one.customer_id] for one in everyone), np.int64, len(everyone)))

    def _make_products(self, version: str, viewer: Viewer) -> Kept:
        context = self._context_of(viewer, version)
        everything = context.products.everything()

        def table() -> TableRows:
            return product_table(everything, context.as_of, context.formats, context.links)

        return _kept(table, np.arange(len(everything)))


def _kept(make: Callable[[], TableRows], by_name: NDArray[np.int64]) -> Kept:
    table = make()  # holds no rows as they are drawn
    rows = packed(make()) if len(table.records) <= MOST_SENT else None
    return Kept(table, rows, table.choices(), TableColumns(table), by_name)
