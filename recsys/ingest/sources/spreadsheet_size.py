"""How large a spreadsheet is once it is unpacked, found out before it is read: a few bytes can stand for any size.

calamine lays a sheet out as a full table, from its first filled cell to its last. One value in the last cell that Excel
has, XFD1048576, makes 17 billion cells of it.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.parsers.expat import ExpatError, ParserCreate

from recsys.errors import SourceError
from recsys.ingest.limits import Limits

_BLOCK = 1 << 20
_LONGEST_TAG = 1 << 12
# A cell with its place; one that is closed at once has a format and no value, and calamine leaves it out.
_CELL = re.compile(rb"""<(?:\w+:)?c\s(?:[^>]*?\s)?r=["']([A-Za-z]{1,3})(\d{1,7})["'](?:[^>]*[^/>])?>""")
_ROW = re.compile(rb"""row[^>]*?\sr=["'](\d{1,7})["']""")
_BEYOND_Z = re.compile(rb"""r=["']([A-Za-z]{2,3})\d""")  # a cell of the columns behind the 26th
_UNREADABLE = (
    zipfile.BadZipFile, zlib.error, ExpatError, KeyError, ValueError, RuntimeError, EOFError, OSError,
)  # fmt: skip


@dataclass
class _Area:
    """The rows and columns, from 1, between the first and the last filled cell of a sheet."""

    first_row: int = 1 << 62
    last_row: int = 0
    first_column: int = 1 << 62
    last_column: int = 0

    def add(self, cells: list[tuple[bytes, bytes]]) -> None:
        """Widen the area by some cells: their columns' letters and their rows' numbers."""
        columns = {_column(letters) for letters in {letters for letters, _ in cells}}
        rows = [int(number) for _, number in cells]
        self.first_row, self.last_row = min(self.first_row, *rows), max(self.last_row, *rows)
        self.first_column, self.last_column = min(self.first_column, *columns), max(self.last_column, *columns)

    @property
    def cells(self) -> int:
        return max(self.last_row - self.first_row + 1, 0) * max(self.last_column - self.first_column + 1, 0)

    @property
    def end(self) -> str:
        """The name of the last row's and last column's cell, such as XFD1048576."""
        letters, column = "", self.last_column
        while column:
            column, letter = divmod(column - 1, 26)
            letters = chr(ord("A") + letter) + letters
        return f"{letters}{self.last_row}"


def refuse_oversized(path: Path, limits: Limits) -> None:
    """Raise SourceError for a spreadsheet that unpacks to more than the limits, or has a sheet with more cells.

    A file that is no archive, or a damaged one, passes: reading it says what is wrong with it.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _refuse_bomb(path, archive, limits)
            names = _sheet_names(archive)
            parts = [part for part in archive.namelist() if re.fullmatch(r"xl/worksheets/[^/]+\.xml", part)]
            for part in parts:
                if _at_most(archive, part) > limits.cells:
                    _refuse_cells(f"{path}, sheet {names.get(part, part)}", _area(archive, part), limits)
    except _UNREADABLE:
        return


def _refuse_bomb(path: Path, archive: zipfile.ZipFile, limits: Limits) -> None:
    unpacked = sum(entry.file_size for entry in archive.infolist())
    if unpacked > limits.unpacked_mb * 1_000_000:
        raise SourceError(
            f"{path} unpacks to {unpacked / 1_000_000:,.0f} MB, at most {limits.unpacked_mb:,} MB are unpacked; "
            "save the sheet that is meant as CSV, or allow more with --max-unpacked-mb"
        )


def _refuse_cells(label: str, area: _Area, limits: Limits) -> None:
    if area.cells > limits.cells:
        raise SourceError(
            f"{label} has cells as far as {area.end}, which makes {area.cells:,} with the blank ones between; at most "
            f"{limits.cells:,} are read; delete what is below and right of the table (Ctrl+End goes to the last cell) "
            "and save it, save the sheet as CSV, or allow more with --max-cells"
        )


def _at_most(archive: zipfile.ZipFile, part: str) -> int:
    """Return a number of cells that a sheet does not exceed; finding it takes a quarter of the time of `_area`."""
    last_row, columns = 0, 26
    for text in _blocks(archive, part):
        last_row = max(last_row, *map(int, _ROW.findall(text)), 0)
        columns = max(columns, *map(_column, set(_BEYOND_Z.findall(text))), 0)
    return last_row * columns


def _area(archive: zipfile.ZipFile, part: str) -> _Area:
    area = _Area()
    for text in _blocks(archive, part):
        if cells := _CELL.findall(text):
            area.add(cells)
    return area


def _blocks(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """Yield a part in blocks that overlap, so that no tag is divided; what is found twice changes no extreme."""
    with archive.open(part) as file:
        rest = b""
        while block := file.read(_BLOCK):
            yield rest + block
            rest = (rest + block)[-_LONGEST_TAG:]


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number


def _sheet_names(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the names of the sheets by the archive's parts; empty if the workbook does not say."""
    targets = {
        found.get("Id", ""): found.get("Target", "")
        for name, found in _elements(archive, "xl/_rels/workbook.xml.rels")
        if name.endswith("Relationship")
    }
    names = {}
    for name, found in _elements(archive, "xl/workbook.xml"):
        if name.split(":")[-1] == "sheet":
            target = targets.get(next((value for key, value in found.items() if key.endswith(":id")), ""), "")
            names[target.lstrip("/") if target.startswith("/") else f"xl/{target}"] = found.get("name", "")
    return names


def _elements(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[str, dict[str, str]]]:
    found: list[tuple[str, dict[str, str]]] = []
    parser = ParserCreate()
    parser.StartElementHandler = lambda name, attributes: found.append((name, attributes))
    try:
        with archive.open(part) as file:
            parser.ParseFile(file)
    except (KeyError, ExpatError):
        return
    yield from found
