"""A table apart from how it is drawn: columns, rows, which state an address names, and the same rows as CSV.

A page's data makes a `TableRows` of records, its view draws it with `components.table.table_card`, and its callbacks
register the CSV with `components.table.register_csv`. Texts are made when the table is drawn; a CSV needs none.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from os.path import commonprefix
from typing import Any, Generic, Literal, NamedTuple, TypeVar

from dashboard.display.conditions import condition_of
from dashboard.display.csv import Cell as Raw
from dashboard.display.csv import csv_text, rounded
from dashboard.display.request_values import text_of

Record = TypeVar("Record")
Kind = Literal["text", "number", "date"]
OnPhone = Literal["fact", "value", "plain", "hidden"]

LONGEST_FIND = 80
LONGEST_WHERE = 2000
DECIMALS = 6  # of a packed number
MOST_CONDITIONS = 2  # that a column's filter joins
_TESTS = {
    "contains", "notContains", "equals", "notEqual", "startsWith", "endsWith", "lessThan", "lessThanOrEqual",
    "greaterThan", "greaterThanOrEqual", "inRange", "blank", "notBlank",
}  # fmt: skip


@dataclass(frozen=True)
class TableColumn:
    """A column; its `name` is in the address.

    kind        how values sort and filter; numbers and dates are right-aligned
    width       least width in pixels; the columns share the rest by `grow`
    on_phone    fact: with its label below the first column; plain: without it; value: bold, right of it;
                hidden: neither there nor in a window under 1200 pixels
    meaning     what the head says in full, a text of `display/meanings.py`
    phone_words what follows a value on a phone, where there is no head to say it
    file_label  the head in the CSV, where the screen's is too short for a file that goes elsewhere
    decimals    how many a number has at most in the CSV; None: all that it has
    in_file_only  only the CSV has it
    may_be_withheld  not everyone may see it: where no record has a value there is no such column
    is_bars      only the screen has it: heights as `bar_heights` writes them, drawn as bars
    is_unseen    not drawn: filtered from elsewhere on the page, and in the CSV
    has_filter_button  whether its head has one; without it the column is filtered from elsewhere on the page
    """

    name: str
    label: str
    kind: Kind = "text"
    width: int = 96
    grow: int = 1
    on_phone: OnPhone = "fact"
    meaning: str = ""
    phone_words: str = ""
    file_label: str = ""
    decimals: int | None = None
    in_file_only: bool = False
    may_be_withheld: bool = False
    is_bars: bool = False
    is_unseen: bool = False
    has_filter_button: bool = True


class TableCell(NamedTuple):
    """The raw value for sorting, filters and CSV, the text that is shown, and where it leads."""

    raw: Raw
    text: str
    href: str | None = None


class TableRow(NamedTuple):
    """A row under a key that no other row of the table has; as many cells as there are columns."""

    key: str
    cells: tuple[TableCell, ...]


@dataclass(frozen=True)
class CellOf(Generic[Record]):
    """How the cell of a column is made of a record: the raw value, its text, where it leads.

    Without `text` the raw value is a text, and None is nothing.
    """

    raw: Callable[[Record], Raw]
    text: Callable[[Record], str] | None = None
    href: Callable[[Record], str] | None = None

    def cell(self, record: Record) -> TableCell:
        raw = self.raw(record)
        text = str(raw or "") if self.text is None else self.text(record)
        return TableCell(raw, text, self.href(record) if self.href else None)


@dataclass(frozen=True)
class TableState:
    """How an address wants a table: sorted by a column, filtered by a text and by conditions of columns."""

    sort: tuple[str, Literal["asc", "desc"]] | None = None
    find: str = ""
    where: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class TableRows:
    """A table: records in their first order, and how each is written.

    name    short and of letters: part of ids and of the address, the only one of its page
    noun    what a row is, for one and for many
    key     a record's key, which no other record of the table has
    cells   by column name; `table_of` checks their types
    choice  a text column of few values: a button each shows its rows alone
    is_main the table that its page is about: the address names its columns without the table
    """

    name: str
    title: str
    noun: tuple[str, str]
    columns: tuple[TableColumn, ...]
    records: Sequence[Any]
    key: Callable[[Any], str]
    cells: Mapping[str, CellOf[Any]]
    choice: str = ""
    is_main: bool = False

    @property
    def shown(self) -> tuple[TableColumn, ...]:
        """Return the columns of the screen."""
        return tuple(column for column in self.columns if not column.in_file_only)

    @property
    def in_file(self) -> tuple[TableColumn, ...]:
        """Return the columns of the CSV."""
        return tuple(column for column in self.columns if not column.is_bars)

    @cached_property
    def rows(self) -> tuple[TableRow, ...]:
        """Return all rows as they are drawn."""
        makers = [self.cells[column.name] for column in self.shown]
        return tuple(
            TableRow(self.key(record), tuple(maker.cell(record) for maker in makers)) for record in self.records
        )

    def raw_rows(self, keys: Iterable[Any] | None = None) -> list[list[Raw]]:
        """Return the CSV's raw values, a row a key that the table has, in the order of the keys. None: all rows."""
        makers = [(self.cells[column.name].raw, column.decimals) for column in self.in_file]
        if keys is None:
            shown = self.records
        else:
            by_key = {self.key(record): record for record in self.records}
            wanted = dict.fromkeys(key for key in keys if isinstance(key, str))
            shown = [by_key[key] for key in wanted if key in by_key]
        return [[rounded(raw(record), decimals) for raw, decimals in makers] for record in shown]

    def choices(self) -> dict[str, int]:
        """Return the number of rows of each value of the column to choose by, most rows first."""
        if self.choice not in [column.name for column in self.shown]:
            return {}
        maker = self.cells[self.choice]
        return dict(Counter(maker.cell(record).text for record in self.records).most_common())

    def counted(self, count: str, n: int) -> str:
        """Return `1 product`, `12 products`."""
        return f"{count} {self.noun[0] if n == 1 else self.noun[1]}"


def table_csv(table: TableRows, keys: Iterable[Any] | None = None) -> str:
    """Return the table as CSV: raw values, rounded to what a column means.

    keys    the rows on the screen, in their order; what is no key of the table is left out. None: all rows.
    """
    return csv_text([column.file_label or column.label for column in table.in_file], table.raw_rows(keys))


def table_state(
    query: Mapping[str, Any], name: str, columns: Iterable[TableColumn], *, is_main: bool = False
) -> TableState:
    """Return the state that an address' query names for a table; what it says of no column of the table is left out.

    `<name>-sort=last.desc`, `<name>-find=oat`, and a condition for each column, `<name>-times=>4`: see
    `display/conditions.py`. The main table of a page goes without its name: `sort=`, `find=`, `segment=Cafe`. What
    earlier releases put there is still understood: the name always, and `<name>-where=`, AG Grid's filter model.
    """
    shown = {column.name: column for column in columns if not (column.in_file_only or column.is_bars)}

    def said(what: str) -> str:
        own = text_of(query.get(f"{name}-{what}"))
        return own or (text_of(query.get(what)) if is_main else "")

    column, _, direction = said("sort").rpartition(".")
    sort = (column, direction) if column in shown and direction in ("asc", "desc") else None
    where = _model_of_before(text_of(query.get(f"{name}-where")), set(shown))
    for one in shown.values():
        condition = condition_of(said(one.name)[:LONGEST_FIND], one.kind)
        where |= {one.name: condition} if condition else {}
    return TableState(sort, said("find")[:LONGEST_FIND], where)  # type: ignore[arg-type]


def _model_of_before(text: str, names: set[str]) -> dict[str, Any]:
    if not text or len(text) > LONGEST_WHERE:
        return {}
    try:
        model = json.loads(text)
    except ValueError:
        return {}
    if not isinstance(model, dict):
        return {}
    return {name: test for name, test in model.items() if name in names and _is_filter(test)}


def _is_filter(test: Any) -> bool:
    if not isinstance(test, dict):
        return False
    conditions = test.get("conditions", [test])
    if not isinstance(conditions, list) or not 1 <= len(conditions) <= MOST_CONDITIONS:
        return False
    return all(isinstance(one, dict) and one.get("type") in _TESTS for one in conditions)


def table_of(
    about: tuple[str, str, tuple[str, str]],
    columns: tuple[TableColumn, ...],
    records: Sequence[Record],
    key: Callable[[Record], str],
    cells: Mapping[str, CellOf[Record]],
    choice: str = "",
    *,
    is_main: bool = False,
) -> TableRows:
    """Return a table of the columns that its records fill; `about` is its name, title and noun."""
    return TableRows(*about, filled(columns, records, cells), records, key, cells, choice, is_main)


def filled(
    columns: tuple[TableColumn, ...], records: Sequence[Record], cells: Mapping[str, CellOf[Record]]
) -> tuple[TableColumn, ...]:
    """Return the columns without those of texts that no record has, as where the data know no segments.

    A column that may be withheld is left out, too, where no record has a value.
    """
    if not records:
        return columns
    return tuple(one for one in columns if _is_filled(one, records, cells[one.name].raw))


def _is_filled(column: TableColumn, records: Sequence[Record], raw: Callable[[Record], Raw]) -> bool:
    if column.kind == "text":
        return any(map(raw, records))
    return not column.may_be_withheld or any(raw(record) is not None for record in records)


def table_of_rows(
    about: tuple[str, str, tuple[str, str]],
    columns: tuple[TableColumn, ...],
    rows: Sequence[TableRow],
    choice: str = "",
) -> TableRows:
    """Return a table of rows that are put together cell by cell, without addresses: for short ones."""

    def cell_at(at: int) -> CellOf[TableRow]:
        return CellOf(lambda row: row.cells[at].raw, lambda row: row.cells[at].text)

    cells = {column.name: cell_at(at) for at, column in enumerate(columns)}
    return TableRows(*about, columns, rows, lambda row: row.key, cells, choice)


def packed(table: TableRows) -> dict[str, Any]:
    """Return a table column by column, as table.js unpacks it: a third of what the rows take.

    Per column the raw values, for sorting, to six decimals; the texts where they differ; and of the addresses what they
    begin with alike, and the rest of each.
    """
    columns: dict[str, dict[str, Any]] = {}
    for at, column in enumerate(table.shown):
        cells = [row.cells[at] for row in table.rows]
        raw, text = [_short(plain(cell.raw)) for cell in cells], [cell.text for cell in cells]
        hrefs = [cell.href or "" for cell in cells]
        begin = commonprefix(hrefs)
        columns[column.name] = (
            {"raw": raw}
            | ({"text": text} if text != raw else {})
            | ({"href": begin, "hrefs": [href[len(begin) :] for href in hrefs]} if all(hrefs) and hrefs else {})
        )
    return {"keys": [row.key for row in table.rows], "columns": columns}


def _short(raw: Any) -> Any:
    """Return a float rounded, a whole one as an int; anything else unchanged."""
    if not isinstance(raw, float):
        return raw
    return int(raw) if raw.is_integer() else round(raw, DECIMALS)


_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def bar_heights(values: Sequence[float]) -> str:
    """Return a digit of base 36 for each value: z is the highest, 0 nothing; table.js draws them."""
    most = max(values, default=0.0)
    if most <= 0:
        return "0" * len(values)
    return "".join(_DIGITS[max(round(35 * value / most), 1) if value > 0 else 0] for value in values)


def plain(raw: Raw) -> Any:
    """Return a raw value as JSON can hold it."""
    return raw.isoformat() if isinstance(raw, date) else raw if raw is None or isinstance(raw, str) else float(raw)
