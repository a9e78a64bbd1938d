"""The columns of a long table as its filters and orders ask for them: made once, when they are first asked for.

A test is made of each value that there is, not of each record; an order is that of all records, of which those that fit
are taken.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from dashboard.display.csv import Cell as Raw
from dashboard.display.table import TableRows
from dashboard.search.matching import fold, words

if TYPE_CHECKING:
    import pyarrow as pa

Test = Callable[[Raw], bool]
Direction = Literal["asc", "desc"]
BLANK = -1  # the place of no value


@dataclass(frozen=True)
class Column:
    """What the records of a table have in one column.

    values  each once, in ascending order
    places  (n,) which of them a record has; BLANK for none
    """

    values: Sequence[Raw]
    places: NDArray[np.int32]

    def fits(self, test: Test) -> NDArray[np.bool_]:
        """Return which records pass a test."""
        # The last one is that of the blank ones, whose place is -1.
        passed = np.fromiter((test(value) for value in (*self.values, None)), dtype=bool, count=len(self.values) + 1)
        return np.asarray(passed[self.places])

    def order(self, direction: Direction) -> NDArray[np.int32]:
        """Return the records in the order of their values; without one they are less than all others."""
        places = self.places if direction == "asc" else -self.places  # blank ones come last then, as 1
        return np.argsort(places, kind="stable").astype(np.int32)


@dataclass(frozen=True)
class TableColumns:
    """The columns of a table. Threads may share it: at worst two make the same.

    own     columns that are made otherwise, by name: those of what changes while the table stays
    """

    table: TableRows
    own: Mapping[str, Column] = field(default_factory=dict)
    _kept: dict[Any, Any] = field(default_factory=dict)

    def with_own(self, table: TableRows, own: Mapping[str, Column]) -> "TableColumns":
        """Return the columns of the table with some columns more; what is kept of the others stays."""
        return TableColumns(table, own, self._kept)

    def has(self, name: str) -> bool:
        """Return whether the table has a column of a name."""
        return name in self.table.cells

    def fits(self, name: str, test: Test) -> NDArray[np.bool_]:
        """Return which records pass a test of a column."""
        return self._column(name).fits(test)

    def order(self, name: str, direction: Direction) -> NDArray[np.int32]:
        """Return the records in the order of a column; equal ones stay as they are."""
        if name in self.own:
            return self.own[name].order(direction)
        made: NDArray[np.int32] = self._once((name, direction), lambda: self._column(name).order(direction))
        return made

    def finds(self, text: str) -> NDArray[np.bool_]:
        """Return in which records' texts all words are: what is drawn, or shown of numbers and days, is no text."""
        import pyarrow.compute as pc  # noqa: PLC0415 - a version with a look-up form is read without it

        found = np.ones(len(self.table.records), dtype=bool)
        for word in words(text):
            found &= pc.match_substring(self._once("texts", self._texts), word).to_numpy(zero_copy_only=False)
        return found

    def _column(self, name: str) -> Column:
        if name in self.own:
            return self.own[name]
        made: Column = self._once(name, lambda: column_of([self.table.cells[name].raw(one) for one in self._records]))
        return made

    def _texts(self) -> "pa.StringArray":
        import pyarrow as pa  # noqa: PLC0415 - see above

        shown = [column for column in self.table.shown if column.kind == "text" and not column.is_bars]
        texts = [self.table.cells[column.name].raw for column in shown]
        return pa.array([fold("\n".join(str(raw(one) or "") for raw in texts)) for one in self._records], pa.string())

    @property
    def _records(self) -> Sequence[Any]:
        return self.table.records

    def _once(self, name: Any, make: Callable[[], Any]) -> Any:
        found = self._kept.get(name)
        if found is None:
            found = self._kept[name] = make()
        return found


def column_of(raw: Sequence[Raw]) -> Column:
    """Return the column of some records' values; None and an empty text are none."""
    known: Any = {value for value in raw if value is not None and value != ""}
    values: list[Raw] = sorted(known)
    places: dict[Raw, int] = {value: place for place, value in enumerate(values)}
    found = np.fromiter((places.get(value, BLANK) for value in raw), dtype=np.int32, count=len(raw))
    return Column(values, found)


def column_of_counts(counts: NDArray[np.integer[Any]]) -> Column:
    """Return the column of some records' counts, none of which is blank."""
    return Column(range(int(counts.max(initial=0)) + 1), counts.astype(np.int32))
