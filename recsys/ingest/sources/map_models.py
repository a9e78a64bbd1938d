"""What a map file may say, as pydantic models. `data/README.md` documents each key with an example.

A map has sources (named files, sheets and how they are written) and tables (which source a clean table is made of, and
how). Each key's description completes the sentence "it must be ..." in the message for a wrong value.
"""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StrictFloat, StrictInt, StrictStr

from recsys.ingest.sources.raw_files import Format

Pick = Literal["first", "latest", "most_frequent"]
Constant = StrictStr | StrictBool | StrictInt | StrictFloat | datetime | date
_TEXT = "a text in quotation marks"


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _as_pairs(value: Any) -> Any:
    """Return `"key"` and `["a", "b"]`, columns of the same name on both sides, as pairs."""
    names = [value] if isinstance(value, str) else value
    return {name: name for name in names} if isinstance(names, list) else value


Texts = Annotated[tuple[StrictStr, ...], BeforeValidator(_as_list)]


class Section(BaseModel):
    """A section of a map file; it takes no key that it does not name."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class FormatKeys(Section):
    """How values are written; a key that is not given is inherited, at last from Format's defaults."""

    delimiter: StrictStr | None = Field(None, description=_TEXT)
    quote: StrictStr | None = Field(None, description=_TEXT)
    encoding: StrictStr | None = Field(None, description=_TEXT)
    decimal: StrictStr | None = Field(None, description=_TEXT)
    thousands: StrictStr | None = Field(None, description=_TEXT)
    date_format: Texts | None = Field(None, description="a text in quotation marks, or a list of them")
    locale: StrictStr | None = Field(None, description=_TEXT)
    time_zone: StrictStr | None = Field(None, description=_TEXT)
    day_zone: StrictStr | None = Field(None, description=_TEXT)


FORMAT_KEYS = tuple(FormatKeys.model_fields)
FILE_KEYS = ("file", "sheet", "header_row", "names", "turned")  # where rows are in files; a query has none of them


class SourceKeys(FormatKeys):
    """The files or the query of a source, and where in them its rows are.

    file        a name or glob in the folder, or a list of them
    database    instead of a file: URL, SQLite file in the folder, or `env:NAME` of a variable that holds one
    query       the SELECT whose rows are read of the database
    sheet       a name or glob of the sheets to read, or a list; without it a spreadsheet has one filled sheet
    header_row  the row that names the columns, from 1; without it the header is found
    names       the names of the columns of a file without a header
    turned      the file has a row for each column and a column for each row
    fill_down   columns in which an empty cell means the value above it
    where       expression: the rows to keep
    """

    file: Texts | None = Field(None, min_length=1, description="the name of a file or a list of names")
    database: StrictStr | None = Field(None, min_length=1, description="a URL, the name of a file or env:NAME")
    query: StrictStr | None = Field(None, description="a SELECT in quotation marks")
    sheet: Texts | None = Field(None, min_length=1, description="the name of a sheet or a list of names")
    header_row: StrictInt | None = Field(None, ge=1, description="the number of a row, from 1")
    names: tuple[StrictStr, ...] = Field((), description="a list of column names")
    turned: StrictBool = Field(False, description="true or false")
    fill_down: tuple[StrictStr, ...] = Field((), description="a list of column names")
    where: StrictStr | None = Field(None, description="an expression in quotation marks")


class Join(Section):
    """A look-up: each row gets the columns of the one row of another source that has its key.

    source  the other source; without it the one that the join is named after
    on      our column = the other source's column; a text or a list where both have the same names
    pick    which row counts where the other source has a key several times; without it that is refused
    """

    source: StrictStr | None = Field(None, description="the name of a source")
    on: Annotated[dict[str, StrictStr], BeforeValidator(_as_pairs)] = Field(
        min_length=1, description='the column that both have, or pairs { ours = "theirs" }'
    )
    pick: Literal["first", "last"] | None = Field(None, description='"first" or "last"')


class Currency(Section):
    """What turns amounts of several currencies into one.

    column  expression: the currency of a row
    to      the currency of the amounts that come out; without it all rows must have the same one
    rates   what one unit of a currency is worth in `to`
    rate    expression: the row's own rate, instead of `rates`
    """

    column: StrictStr = Field(description="the name of a column, or an expression")
    to: StrictStr | None = Field(None, description='the code of a currency, such as "EUR"')
    rates: dict[str, float] = Field({}, description="numbers, one a currency: { USD = 0.92 }")
    rate: StrictStr | None = Field(None, description="an expression in quotation marks")


class TableKeys(SourceKeys):
    """How a clean table is made: of its own file, or `from` a source, with the source keys of its own file.

    columns     clean table's column -> the source's column; None if the source uses the clean table's names
    computed    clean table's column -> expression
    values      clean table's column -> {value in the file: value}; the key `*` is every other value
    constants   clean table's column -> value of all rows
    attributes  further columns of customers to keep, under their own names
    join        look-ups by name; `name.column` is a joined column
    pick        what counts where several rows have the table's key; without it that is refused
    pick_by     for the latest: the day or time of a row, as an expression
    picks       clean table's column -> what counts for it instead
    """

    from_: StrictStr | None = Field(None, alias="from", description="the name of a source")
    columns: dict[str, StrictStr] | None = Field(None, description="the name of a column in the file")
    computed: dict[str, StrictStr] = Field({}, description="an expression in quotation marks")
    values: dict[str, dict[str, StrictStr | StrictBool | StrictInt | StrictFloat]] = Field(
        {}, description='pairs { "value in the file" = value }'
    )
    constants: dict[str, Constant] = Field({}, description="a text, number, date, true or false")
    attributes: tuple[StrictStr, ...] = Field((), description="a list of column names")
    join: dict[str, Join] = Field({}, description="sections, [TABLE.join.NAME]")
    pick: Pick | None = Field(None, description='"first", "latest" or "most_frequent"')
    pick_by: StrictStr | None = Field(None, description="the name of a column, or an expression")
    picks: dict[str, Pick] = Field({}, description='"first", "latest" or "most_frequent"')


class LineKeys(TableKeys):
    """How order lines are made.

    returns_when    expression: the rows that are returns; their quantity and revenue lose the minus
    net_returns     take returns from the lines that they cancel; what finds no line stays a return
    order_id_parts  further clean columns, or year, month, day, that make an order's number unique
    currency        what turns several currencies into one
    """

    returns_when: StrictStr | None = Field(None, description="an expression in quotation marks")
    net_returns: StrictBool = Field(False, description="true or false")
    order_id_parts: tuple[Literal["customer_id", "ordered_on", "year", "month", "day"], ...] = Field(
        (), description='a list of "customer_id", "ordered_on", "year", "month", "day"'
    )
    currency: Currency | None = Field(None, description="a section, [order_lines.currency]")


class MapFile(Section):
    """A whole map file.

    without  tables that are not read, though a file has their name
    """

    format: FormatKeys = FormatKeys()
    customers: TableKeys = TableKeys()
    products: TableKeys = TableKeys()
    order_lines: LineKeys = LineKeys()
    returns: LineKeys = LineKeys()
    stock: TableKeys = TableKeys()
    promotions: TableKeys = TableKeys()
    events: TableKeys = TableKeys()
    outcomes: TableKeys = TableKeys()
    sources: dict[str, SourceKeys] = Field({}, description="sections, [sources.NAME]")
    without: tuple[Literal["returns", "stock", "promotions", "events", "outcomes"], ...] = Field(
        (), description='a list of "returns", "stock", "promotions", "events", "outcomes"'
    )

    def form(self, keys: FormatKeys) -> Format:
        """Return the format of a source or table: its own keys, then those of [format]. Raises SourceError."""
        own = {name: getattr(keys, name) for name in FORMAT_KEYS if getattr(keys, name) is not None}
        common = {name: getattr(self.format, name) for name in FORMAT_KEYS if getattr(self.format, name) is not None}
        given = {**common, **own}
        return Format(**given, says_thousands="thousands" in given)
