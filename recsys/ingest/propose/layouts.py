"""How a text file is laid out: its encoding, what divides its columns, and which row names them."""

import codecs
import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from charset_normalizer import from_bytes

from recsys.errors import SourceError
from recsys.ingest.propose.vocabulary import vocabulary
from recsys.ingest.sources.headers import separator_line, turned

_LOOKED_AT = 60  # rows from which the layout is seen
_HEADER_AMONG = 50  # rows that the import looks for a header in
_BYTES = 1 << 22
_DELIMITERS = (",", ";", "\t", "|")
_WESTERN = "äöüÄÖÜßéèêëàâáãåçñíìîïóòôõøúùûýÿæœÉÈÀÁÂÅÇÑÓÔÕØÚŒÆ€£°–—’‘“”„…«»§²³µ·½¼®©×\u00a0"
_MOST_SPECIAL = 0.4  # share of letters beyond a to z in a Western text; a Cyrillic one has hardly others
_MOST_TURNED = 12  # rows of a file that has a row for each column
_LEAST_HEADER = 0.35
_LONGEST_NAME = 60  # characters of a column's name


@dataclass(frozen=True)
class Layout:
    """How a text file or sheet is laid out.

    header_row  number of the row that names the columns, from 1; 0 where none does
    is_turned   the file has a row for each column
    is_ascii    its first megabytes have no letter that encodings write differently
    width       number of columns
    """

    encoding: str = "utf-8"
    delimiter: str = ","
    header_row: int = 1
    is_turned: bool = False
    is_ascii: bool = False
    width: int = 0


def text_layout(path: Path) -> Layout:
    """Return the layout of a text file. Raises SourceError for a file that is no text."""
    start = _start(path)
    encoding = _encoding(path, start)
    mark = separator_line(path)
    with path.open(encoding=encoding, newline="", errors="replace") as file:
        if mark:
            file.readline()
        lines = list(islice(file, _LOOKED_AT * 4))
    delimiter = mark or _delimiter(lines)
    rows = list(islice(csv.reader(lines, delimiter=delimiter), _LOOKED_AT))
    header, is_turned = header_of(rows)
    above = 1 if mark and header else 0
    width = max((len(row) for row in rows), default=0)
    return Layout(encoding, delimiter, header + above, is_turned, start.isascii(), width)


def header_of(rows: Sequence[Sequence[str]]) -> tuple[int, bool]:
    """Return the number of the row that names the columns, 0 for none, and whether rows and columns are turned."""
    upright, score = _best_header(rows)
    filled = [row for row in rows if any(cell.strip() for cell in row)]
    if len(filled) <= _MOST_TURNED and len(filled) > 1:
        _, score_turned = _best_header(turned(filled), among=1)
        if score_turned > score + 0.1 and max(map(len, filled)) > 2:
            return 1, True
    return upright, False


def _best_header(rows: Sequence[Sequence[str]], among: int = _HEADER_AMONG) -> tuple[int, float]:
    scored = [(_header_score(row, rows[number:]), -number) for number, row in enumerate(rows[:among], start=1)]
    best, number = max(scored, default=(0.0, 0))
    return (-number, best) if best >= _LEAST_HEADER else (0, best)


def _header_score(row: Sequence[str], below: Sequence[Sequence[str]]) -> float:
    """Return from 0 to 1 how much a row looks like the names of the columns of the rows below it."""
    width = max([len(row), *(len(other) for other in below[:20])], default=0)
    cells = [cell.strip() for cell in row]
    named = [cell for cell in cells if cell]
    if not named or not width:
        return 0.0
    words = [cell for cell in named if not _is_value(cell)]
    distinct = len({cell.lower() for cell in words}) / len(named)
    known = sum(_is_known(cell) for cell in words) / len(named)
    filled = len(named) / width
    differs = _differs(cells, below)
    return filled * distinct * (0.5 * known + 0.25 * (len(words) / len(named)) + 0.25 * differs)


def _is_value(cell: str) -> bool:
    """Return whether a cell is a number, a date or a sign rather than a word."""
    letters = sum(sign.isalpha() for sign in cell)
    return letters == 0 or (letters < len(cell) / 3 and any(sign.isdigit() for sign in cell)) or "@" in cell


def _is_known(cell: str) -> bool:
    return len(cell) <= _LONGEST_NAME and vocabulary().is_phrase(cell)


def _differs(cells: Sequence[str], below: Sequence[Sequence[str]]) -> float:
    """Return the share of columns in which a name stands above values of another kind, or above values that repeat."""
    rows = [row for row in below[:20] if any(cell.strip() for cell in row)]
    if not rows:
        return 0.5
    apart = 0
    for place, cell in enumerate(cells):
        values = [row[place].strip() for row in rows if place < len(row) and row[place].strip()]
        apart += bool(cell) and cell not in values and not _is_value(cell)
    return apart / max(len([cell for cell in cells if cell]), 1)


def _start(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_BYTES)


def _encoding(path: Path, start: bytes) -> str:
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if start.startswith(b"PK\x03\x04") or b"\x00" in start[:4096]:
        raise SourceError(f"{path} is no text; name a spreadsheet .xlsx, an archive .zip, a database .sqlite")
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    try:
        decoder.decode(start, final=len(start) < _BYTES)
    except UnicodeDecodeError:
        return _guessed_encoding(start)
    return "utf-8"


def _guessed_encoding(start: bytes) -> str:
    """Return the encoding of a text that is not UTF-8: Windows' Western one where its signs are letters."""
    text = start.decode("cp1252", errors="replace")
    special = [sign for sign in text if ord(sign) > 127]
    n_letters = sum(sign.isalpha() for sign in text)
    is_western = sum(sign in _WESTERN for sign in special) >= 0.9 * len(special)
    if is_western and sum(sign.isalpha() for sign in special) < _MOST_SPECIAL * n_letters:
        return "cp1252"
    found = from_bytes(start[: 1 << 18]).best()
    return found.encoding.replace("_", "-") if found is not None else "cp1252"


def _delimiter(lines: Sequence[str]) -> str:
    """Return what divides the columns: the mark by which most lines have the same number of several columns."""

    def agreement(mark: str) -> tuple[float, int]:
        try:
            widths = [len(row) for row in csv.reader(lines, delimiter=mark) if row]
        except csv.Error:
            return (0.0, 0)
        several = Counter(width for width in widths if width > 1)
        if not several:
            return (0.0, 0)
        width, times = max(several.items(), key=lambda item: (item[1], item[0]))
        return (round(times / len(widths), 2), width)

    return max(_DELIMITERS, key=lambda mark: agreement(mark))
