"""How large a spreadsheet is once it is unpacked, found out before it is read: a few bytes can stand for any size.

calamine lays a sheet out as a full table, from its first filled cell to its last. One value in the last cell that Excel
has, XFD1048576, makes 17 billion cells of it. What the archive says of its parts is not believed, neither sizes nor
checksums nor names: a sheet may be called anything.
"""

import copy
import re
import sys
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


@dataclass
class _Extent:
    """What a part unpacks to, and a number of cells that it does not exceed; `_area` takes four times as long."""

    size: int = 0
    last_row: int = 0
    columns: int = 26

    def add(self, text: bytes) -> None:
        self.size += len(text) - (_LONGEST_TAG if self.size else 0)
        self.last_row = max(self.last_row, *map(int, _ROW.findall(text)), 0)
        self.columns = max(self.columns, *map(_column, set(_BEYOND_Z.findall(text))), 0)

    @property
    def at_most(self) -> int:
        return self.last_row * self.columns


def refuse_oversized(path: Path, limits: Limits) -> None:
    """Raise SourceError for a spreadsheet that unpacks to more than the limits, or has a sheet with more cells.

    A file that is no archive, or a damaged one, passes: reading it says what is wrong with it.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            _refuse_bomb(path, sum(part.file_size for part in parts), limits, is_declared=True)
            names = _sheet_names(archive)
            unpacked = 0
            for part in parts:
                found = _Extent()
                for text in _blocks(archive, part):
                    found.add(text)
                    _refuse_bomb(path, unpacked + found.size, limits, is_declared=False)
                unpacked += found.size
                if found.at_most > limits.cells:
                    label = f"{path}, sheet {names.get(part.filename, part.filename)}"
                    _refuse_cells(label, _area(archive, part), limits)
    except _UNREADABLE:
        return


def _refuse_bomb(path: Path, unpacked: int, limits: Limits, *, is_declared: bool) -> None:
    if unpacked > limits.unpacked_mb * 1_000_000:
        size = f"{unpacked / 1_000_000:,.0f} MB" if is_declared else f"more than {limits.unpacked_mb:,} MB"
        raise SourceError(
            f"{path} unpacks to {size}, at most {limits.unpacked_mb:,} MB are unpacked; "
            "save the sheet that is meant as CSV, or allow more with --max-unpacked-mb"
        )


def _refuse_cells(label: str, area: _Area, limits: Limits) -> None:
    if area.cells > limits.cells:
        raise SourceError(
            f"{label} has cells as far as {area.end}, which makes {area.cells:,} with the blank ones between; at most "
            f"{limits.cells:,} are read; delete what is below and right of the table (Ctrl+End goes to the last cell) "
            "and save it, save the sheet as CSV, or allow more with --max-cells"
        )


def _area(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> _Area:
    area = _Area()
    for text in _blocks(archive, part):
        if cells := _CELL.findall(text):
            area.add(cells)
    return area


def _blocks(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield what a part unpacks to in blocks that overlap, so that no tag is divided, up to where it is damaged.

    What is found twice changes no extreme. calamine stops reading behind the last row, and sees no damage there.
    """
    real = copy.copy(part)
    real.file_size = sys.maxsize
    real.CRC = None  # type: ignore[assignment]  # it is not compared
    rest = b""
    try:
        with archive.open(real) as file:
            while block := file.read(_BLOCK):
                yield rest + block
                rest = (rest + block)[-_LONGEST_TAG:]
    except _UNREADABLE:
        return


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
