"""The cells of an xlsx file that hold an error such as #N/A: calamine returns them empty, so they are read here."""

import posixpath
import zipfile
from pathlib import Path
from xml.etree.ElementTree import ParseError
from xml.parsers.expat import ExpatError, ParserCreate

_BLOCK = 1 << 20
_ERROR = b't="e"'
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def error_cells(path: Path) -> dict[str, dict[tuple[int, int], str]]:
    """Return the error of each such cell, by sheet and by (row, column) from 0; none for other kinds of spreadsheets.

    A file whose parts cannot be read has none here: calamine says what is wrong with it.
    """
    if path.suffix.lower() != ".xlsx":
        return {}
    try:
        with zipfile.ZipFile(path) as book:
            parts = _sheet_parts(book)
            return {name: _cells(book, part) for name, part in parts.items() if _has_error(book, part)}
    except (zipfile.BadZipFile, KeyError, ExpatError, ParseError, NotImplementedError, RuntimeError, EOFError, OSError):
        return {}


def _sheet_parts(book: zipfile.ZipFile) -> dict[str, str]:
    targets: dict[str, str] = {}
    sheets: dict[str, str] = {}

    def relation(name: str, attributes: dict[str, str]) -> None:
        if name.endswith("Relationship"):
            target = attributes.get("Target", "")
            targets[attributes.get("Id", "")] = (
                target.lstrip("/") if target[:1] == "/" else posixpath.join("xl", target)
            )

    def sheet(name: str, attributes: dict[str, str]) -> None:
        if name.endswith(":sheet") or name == "sheet":
            at = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            sheets[attributes.get("name", "")] = at

    for part, started in (("xl/_rels/workbook.xml.rels", relation), ("xl/workbook.xml", sheet)):
        parser = ParserCreate()
        parser.StartElementHandler = started
        with book.open(part) as file:
            parser.ParseFile(file)
    return {name: targets[at] for name, at in sheets.items() if at in targets}


def _has_error(book: zipfile.ZipFile, part: str) -> bool:
    """Return whether a sheet has such cells; most have none, and looking for the bytes is fast."""
    with book.open(part) as file:
        rest = b""
        while block := file.read(_BLOCK):
            if _ERROR in rest + block:
                return True
            rest = block[-len(_ERROR) :]
    return False


def _cells(book: zipfile.ZipFile, part: str) -> dict[tuple[int, int], str]:
    found: dict[tuple[int, int], str] = {}
    place: list[tuple[int, int]] = []
    texts: list[str] = []

    def started(name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            place[:] = [_place(attributes["r"])] if attributes.get("t") == "e" and "r" in attributes else []
        elif name == "v":
            texts.clear()

    def ended(name: str) -> None:
        if name == "v" and place:
            found[place[0]] = "".join(texts)

    parser = ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = started, ended
    parser.CharacterDataHandler = texts.append
    with book.open(part) as file:
        parser.ParseFile(file)
    return found


def _place(reference: str) -> tuple[int, int]:
    """Return the row and column, from 0, of a cell such as `F5`."""
    letters = reference.rstrip("0123456789")
    digits = reference[len(letters) :]
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(digits or 1) - 1, column - 1
