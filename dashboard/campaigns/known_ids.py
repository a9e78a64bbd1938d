"""The customers and products that a build knows: an event of any other would end it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from dashboard.activity.errors import ActivityError
from recsys.artifacts.layout import current_id
from recsys.artifacts.reader import Reader

KEYS = {"customer_id": "customers", "product_id": "products"}
SEARCHES = "searches"
Row = Mapping[str, object]


@dataclass
class KnownRows:
    """Leaves out what a build cannot read, and counts it.

    ids       by column those that are known; empty: nothing is looked up
    left_out  rows by why: a name of KEYS, or SEARCHES
    """

    ids: Mapping[str, frozenset[str]]
    left_out: Counter[str] = field(default_factory=Counter)

    def of(self, parts: Iterable[list[Row]]) -> Iterator[list[Row]]:
        """Yield the rows that a build can read, part by part."""
        for rows in parts:
            yield [row for row in rows if self._is_known(row)]

    def _is_known(self, row: Row) -> bool:
        why = self._unknown(row)
        if why:
            self.left_out[why] += 1
        return not why

    def _unknown(self, row: Row) -> str:
        if row["kind"] is None:
            return SEARCHES
        for column, ids in self.ids.items():
            if row[column] is not None and row[column] not in ids:
                return KEYS[column]
        return ""


def ids_of_tables(folder: Path) -> dict[str, frozenset[str]]:
    """Return the ids of the clean tables that a build will read. Raises ActivityError for a table it cannot read."""
    found = {}
    for column, table in KEYS.items():
        path = folder / f"{table}.parquet"
        try:
            found[column] = _texts(pq.read_table(path, columns=[column]), column)
        except (OSError, pa.ArrowException, KeyError) as error:
            raise ActivityError(
                f"{path} cannot be read as the clean table {table} ({error}); name the folder that "
                f"`python -m recsys import` wrote"
            ) from error
    return found


def ids_of_version(root: Path) -> dict[str, frozenset[str]]:
    """Return the ids of the published version; nothing where none is published. Raises ArtifactError for a bad one."""
    if current_id(root) is None:
        return {}
    reader = Reader(root)
    try:
        version = reader.current()
        return {column: _texts(version.table(table, [column]), column) for column, table in KEYS.items()}
    finally:
        reader.close()


def _texts(table: pa.Table, column: str) -> frozenset[str]:
    return frozenset(map(str, table[column].to_pylist()))
