"""What is on the sheets of a PDF: its text, where the ink is, and in which colour."""

import ctypes
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw

POINTS_PER_MM = 72 / 25.4
SIDE = 12 * POINTS_PER_MM  # margins of assets/print/print.css
FOOT = 16 * POINTS_PER_MM
SCALE = 2  # pixels of a point
THIN = 2.0  # points: a dash or an i of its own is drawn paler than it is, between two pixels
INK = 200  # a pixel below it is no white
MOST_OF_ANOTHER = 0.4  # of a letter's area, from which on it is printed over another

Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Sheet:
    """One sheet, without its margins.

    text        all of it, a space between words
    lines       as they are broken
    left, right how far text reaches, in points from the margins: 0 is at them, less is beyond them
    used        how far down there is ink, as a share of the sheet
    white       share of its pixels that are white
    palest      the lightest colour of a text, 0 is black and 255 white; of a thin sign alone it is not known
    overprinted how many letters are printed over others
    """

    text: str
    lines: tuple[str, ...]
    left: float
    right: float
    used: float
    white: float
    palest: int
    overprinted: int


def sheets_of(path: Path) -> list[Sheet]:
    """Return the sheets of a PDF."""
    document = pdfium.PdfDocument(path)
    try:
        return [_sheet(document[at]) for at in range(len(document))]
    finally:
        document.close()


def marks_of(path: Path, colours: set[Colour]) -> int:
    """Return how many shapes of a PDF are filled with one of the colours."""
    document = pdfium.PdfDocument(path)
    try:
        shapes = [one for page in document for one in page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH])]
        return sum(_fill(shape) in colours for shape in shapes)
    finally:
        document.close()


def plain(text: str) -> str:
    """Return a text with one space between its words, and hyphens where a line ends behind one."""
    return re.sub(r"\s+", " ", text.replace("\x02", "-")).strip()


def _sheet(page: pdfium.PdfPage) -> Sheet:
    width, height = page.get_size()
    inside = (SIDE - 20, FOOT, width - SIDE + 20, height)
    reader = page.get_textpage()
    text = reader.get_text_bounded(*inside)
    boxes = np.array([reader.get_rect(at) for at in range(reader.count_rects())]).reshape(-1, 4)
    boxes = boxes[boxes[:, 1] > FOOT]
    picture = page.render(scale=SCALE, grayscale=True).to_numpy()
    picture = picture.reshape(picture.shape[:2])
    content = picture[round(SIDE * SCALE) : round((height - FOOT) * SCALE)]
    inked = np.flatnonzero((content < INK).any(axis=1))
    return Sheet(
        text=plain(text),
        lines=tuple(plain(line) for line in text.splitlines() if line.strip()),
        left=float(boxes[:, 0].min() - SIDE) if len(boxes) else 0.0,
        right=float(width - SIDE - boxes[:, 2].max()) if len(boxes) else 0.0,
        used=float(inked[-1] + 1) / len(content) if len(inked) else 0.0,
        white=float((picture >= 250).mean()),
        palest=max((_darkest(picture, box, height) for box in boxes if (box[2:] - box[:2]).min() >= THIN), default=0),
        overprinted=_overprinted(boxes),
    )


def _darkest(picture: np.ndarray, box: np.ndarray, height: float) -> int:
    """Return the darkest pixel within the box of a text."""
    left, bottom, right, top = box
    rows = slice(int((height - top) * SCALE), int((height - bottom) * SCALE) + 1)
    found = picture[rows, int(left * SCALE) : int(right * SCALE) + 1]
    return int(found.min()) if found.size else 0


def _overprinted(boxes: np.ndarray) -> int:
    """Return how many boxes lie over another one; they are compared with those that begin below their top."""
    upward = boxes[np.argsort(boxes[:, 1])]
    area = (upward[:, 2:] - upward[:, :2]).prod(axis=1)
    found = 0
    for step in range(1, len(upward)):
        one, other = upward[:-step], upward[step:]
        if not (other[:, 1] < one[:, 3]).any():
            break
        sides = np.minimum(one[:, 2:], other[:, 2:]) - np.maximum(one[:, :2], other[:, :2])
        shared = np.maximum(sides, 0).prod(axis=1)
        found += int((shared > MOST_OF_ANOTHER * np.minimum(area[:-step], area[step:])).sum())
    return found


def _fill(shape: pdfium.PdfObject) -> Colour:
    parts = [ctypes.c_uint() for _ in range(4)]
    raw.FPDFPageObj_GetFillColor(shape, *(ctypes.byref(part) for part in parts))
    red, green, blue, _ = (part.value for part in parts)
    return red, green, blue
