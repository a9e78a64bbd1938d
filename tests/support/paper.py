"""Looking at a PDF: its text page by page, its first page as a picture."""

import re

import numpy as np
import pypdfium2
from numpy.typing import NDArray


def pages_of(pdf: bytes) -> list[str]:
    """Return the text of each page, in one line, without the marks that let long words be divided."""
    document = pypdfium2.PdfDocument(pdf)
    texts = [page.get_textpage().get_text_range() for page in document]
    document.close()
    return [re.sub(r"\s+", " ", text.replace("\u200b", "").replace("\ufffe", "")) for text in texts]


def picture_of(pdf: bytes, scale: float = 1.0) -> NDArray[np.uint8]:
    """Return the first page as a printer without colours has it: (height, width), 0 black, 255 white, 72 an inch."""
    document = pypdfium2.PdfDocument(pdf)
    picture: NDArray[np.uint8] = document[0].render(scale=scale, grayscale=True).to_numpy().copy()
    document.close()
    return picture.reshape(picture.shape[:2])


def size_of(pdf: bytes) -> tuple[int, int]:
    """Return width and height of the first page in points."""
    document = pypdfium2.PdfDocument(pdf)
    width, height = document[0].get_size()
    document.close()
    return round(width), round(height)
