"""Tables as lines of plain text that are never cut: what does not fit into a width is wrapped, divided or stacked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from rich.cells import cell_len, chop_cells

from recsys.visible_text import visible

_GAP = "  "
_LEAST_TEXT = 16  # columns that a text is wrapped into at least; narrower ones are hard to read
_LONGEST_WORD = 24  # of a text that is not broken, such as an id; one word alone does not widen its column further
_LEAST_WIDTH = 20


@dataclass(frozen=True)
class Table:
    """A table of texts.

    heads   names of the columns; an empty one has none
    texts   heads whose cells are texts: aligned left and wrapped where need be. Others are aligned right, never wrapped
    key     how many columns name a row: they are repeated where a table is divided
    title   a line above it
    """

    heads: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    texts: tuple[str, ...] = ()
    key: int = 1
    title: str = ""


@dataclass(frozen=True)
class Line:
    """One line of output; is_head says whether it names what is below it."""

    text: str
    is_head: bool = False


@dataclass(frozen=True)
class _Column:
    """A column: its cells, head first; natural and least width in columns of the terminal."""

    head: str
    cells: tuple[str, ...]
    is_text: bool

    @property
    def natural(self) -> int:
        return max(map(cell_len, (self.head, *self.cells)))

    @property
    def least(self) -> int:
        cells, head = max(map(cell_len, self.cells), default=0), _longest_word(self.head)
        if not self.is_text:
            return max(head, cells)
        return max(head, min(cells, _LEAST_TEXT), min(max(map(_longest_word, self.cells), default=0), _LONGEST_WORD))


def table_lines(table: Table, width: int | None = None) -> Iterator[Line]:
    """Yield a table's lines, none wider than `width` columns of the terminal; None: one line a row.

    What is too wide is tried in this order: texts and heads wrapped, the columns divided among tables that repeat the
    key, and each row as a block with a line a cell. No character of a cell is left out.
    """
    if table.title:
        yield from (Line(text, is_head=True) for text in _wrapped(visible(table.title, keep=""), _at_least(width)))
    columns = [
        _Column(head, tuple(visible(row[at], keep="") for row in table.rows), head in table.texts)
        for at, head in enumerate(table.heads)
    ]
    if width is None or _total([column.natural for column in columns]) <= width:
        yield from _aligned(columns, [column.natural for column in columns])
        return
    groups = _divided(columns, table.key, max(width, _LEAST_WIDTH))
    if not groups or (len(groups) > 2 and len(table.texts) > 1):
        yield from _stacked(columns, table.key, max(width, _LEAST_WIDTH))
        return
    for number, group in enumerate(groups):
        if number:
            yield Line("")
        yield from _aligned(group, _widths(group, max(width, _LEAST_WIDTH)))


def folded(text: str, width: int | None) -> str:
    """Return sentences in lines of at most `width`; words stay whole, so that paths can be copied.

    Lines that fit stay as they are; None: all of them do.
    """
    return "\n".join(part for line in text.split("\n") for part in _wrapped(line, width, breaks_words=False))


def _longest_word(text: str) -> int:
    return max(map(cell_len, text.split()), default=0)


def _at_least(width: int | None) -> int | None:
    return None if width is None else max(width, _LEAST_WIDTH)


def _divided(columns: list[_Column], key: int, width: int) -> list[list[_Column]]:
    """Return the columns of each table, as few as fit beside the key; no tables if a column does not fit beside it."""
    names, rest = columns[:key], columns[key:]
    groups: list[list[_Column]] = []
    for column in rest:
        if groups and _total([each.least for each in [*groups[-1], column]]) <= width:
            groups[-1].append(column)
        elif _total([each.least for each in [*names, column]]) <= width:
            groups.append([*names, column])
        else:
            return []
    return groups


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + len(_GAP) * (len(widths) - 1)


def _widths(columns: list[_Column], width: int) -> list[int]:
    """Return the columns' widths: the least, and what is left over: to numbers first, then to texts in equal parts."""
    widths = [column.least for column in columns]
    left = width - _total(widths)
    wanting = sorted(range(len(columns)), key=lambda at: (columns[at].is_text, columns[at].natural - widths[at]))
    for done, at in enumerate(wanting):
        share = left // (len(wanting) - done) if columns[at].is_text else left
        more = min(share, columns[at].natural - widths[at])
        widths[at] += more
        left -= more
    return widths


def _aligned(columns: list[_Column], widths: list[int]) -> Iterator[Line]:
    heads = [column.head for column in columns]
    if any(head.strip() for head in heads):
        yield from (Line(text, is_head=True) for text in _row(columns, heads, widths))
    for cells in zip(*(column.cells for column in columns), strict=True):
        yield from map(Line, _row(columns, cells, widths))


def _row(columns: list[_Column], cells: Sequence[str], widths: list[int]) -> Iterator[str]:
    """Yield the lines of one row: as many as its highest cell has."""
    parts = [_wrapped(cell, width) for cell, width in zip(cells, widths, strict=True)]
    for line in zip_longest(*parts, fillvalue=""):
        padded = (
            part + " " * (width - cell_len(part)) if column.is_text else " " * (width - cell_len(part)) + part
            for column, part, width in zip(columns, line, widths, strict=True)
        )
        yield _GAP.join(padded).rstrip()


def _stacked(columns: list[_Column], key: int, width: int) -> Iterator[Line]:
    """Yield a block for each row: the cells of its key, below them the others, moved in, each with its head."""
    for cells in zip(*(column.cells for column in columns), strict=True):
        said = [f"{column.head}: {cell}" if column.head else cell for column, cell in zip(columns, cells, strict=True)]
        names = [text for text, cell in zip(said[:key], cells, strict=False) if cell]
        yield from (Line(line, is_head=True) for text in names for line in _wrapped(text, width))
        for text in said[key:]:
            first, *more = _wrapped(text, width - 4)
            yield Line(f"  {first}")
            yield from (Line(f"    {text}") for text in more)


def _wrapped(text: str, width: int | None, *, breaks_words: bool = True) -> list[str]:
    """Return a text in lines of at most `width`, broken at blanks, and within a word that is wider than a line."""
    if width is None or cell_len(text) <= width:
        return [text]
    lines: list[str] = []
    for word in text.split():
        if lines and cell_len(f"{lines[-1]} {word}") <= width:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines += (breaks_words and chop_cells(word, width)) or [word]  # a mark alone has no width
    return lines or [""]
