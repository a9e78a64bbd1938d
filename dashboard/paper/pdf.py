"""Makes PDF of sheets: Typst sets `sheets.typ`, and what the sheets say is its data, never its source.

It needs no network: fonts are the installed Inter and the system's, and nothing is loaded from elsewhere.
"""

import json
import logging
from collections.abc import Mapping
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import NamedTuple

import typst
from babel import Locale

from dashboard.paper.call_sheet import CallSheet
from dashboard.paper.campaign_sheet import CampaignSheet
from dashboard.paper.day_sheet import DaySheet, Overview

_SOURCE = Path(__file__).with_name("sheets.typ")
_CAMPAIGN_SOURCE = Path(__file__).with_name("campaign.typ")
# In this order, as far as they are there; letters that they do not have come from any other font. The last one is
# Typst's own.
_FAMILIES = ("Inter", "Arial", "Liberation Sans", "Helvetica", "DejaVu Sans", "Noto Sans", "Libertinus Serif")
# Where paper is US Letter: CLDR, supplemental data "measurementData", paperSize.
_US_LETTER = frozenset(["BZ", "CA", "CL", "CO", "CR", "GT", "MX", "NI", "PA", "PH", "PR", "SV", "US", "VE"])
# Typst remembers what it laid out, 6 MB a page, until it has made ten documents without it.
_REMEMBERED_PAGES = 16
_FORGOTTEN_AFTER = 11
_NOTHING = b"#set page(width: 1pt, height: 1pt)"

_log = logging.getLogger(__name__)


class PaperError(Exception):
    """A sheet could not be drawn; the message is for the person."""


class _Document(NamedTuple):
    """What is drawn: a title for the window, its pages, and where their numbers are from."""

    title: str
    source: str
    sheets: tuple[CallSheet, ...]
    overview: Overview | None = None


class PdfMaker:
    """Makes PDF, one at a time, so that few are in memory; other threads go on meanwhile, or wait for their turn.

    Fonts are looked for once, with the first PDF.
    """

    def __init__(self, font: Path | None = None) -> None:
        """font    the file of the Inter font; None: the system's fonts alone"""
        self._font = font
        self._lock = Lock()
        self._n_remembered = 0

    def call_sheet(self, sheet: CallSheet, locale: Locale) -> bytes:
        """Return the PDF of a customer's sheet, one page. Raises PaperError where it cannot be made."""
        title = " ".join(part for part in ("Call sheet", sheet.name, sheet.number) if part)
        return self._pdf(_Document(title, sheet.source, (sheet,)), locale)

    def day(self, day: DaySheet, locale: Locale) -> bytes:
        """Return the PDF of a day's calls. Raises PaperError where it cannot be made."""
        of = day.overview
        return self._pdf(_Document(of.title, of.source, day.sheets, of), locale)

    def campaign(self, sheet: CampaignSheet, locale: Locale) -> bytes:
        """Return the PDF of a campaign's sheet, one page. Raises PaperError where it cannot be made."""
        title = " ".join(part for part in ("Campaign", sheet.title) if part)
        data = {"title": title, "paper": paper_of(locale), "sheet": asdict(sheet)}
        return self._made(_CAMPAIGN_SOURCE, data, 1)

    def _pdf(self, document: _Document, locale: Locale) -> bytes:
        data = {
            "title": document.title,
            "paper": paper_of(locale),
            "source": document.source,
            "overview": asdict(document.overview) if document.overview else None,
            "sheets": [asdict(sheet) for sheet in document.sheets],
        }
        return self._made(_SOURCE, data, len(document.sheets))

    def _made(self, source: Path, data: Mapping[str, object], n_pages: int) -> bytes:
        with self._lock:
            if self._n_remembered >= _REMEMBERED_PAGES:
                self._forget()
            self._n_remembered += n_pages
            try:
                return self._drawn(source.read_bytes(), json.dumps({**data, "fonts": self._families}))
            except typst.TypstError as error:
                _log.error("a sheet could not be drawn", extra={"reason": error.message})
                why = "The sheet could not be drawn. Try again; if it stays, report which one it was."
                raise PaperError(why) from error

    def _drawn(self, source: bytes, data: str) -> bytes:
        made: bytes = typst.compile(source, font_paths=self._fonts, format="pdf", sys_inputs={"data": data})
        return made

    def _forget(self) -> None:
        for _ in range(_FORGOTTEN_AFTER):
            self._drawn(_NOTHING, "")
        self._n_remembered = 0

    @cached_property
    def _fonts(self) -> typst.Fonts:
        folders = [self._font.parent] if self._font else []
        return typst.Fonts(include_system_fonts=True, include_embedded_fonts=True, font_paths=folders)

    @cached_property
    def _families(self) -> list[str]:
        known = set(self._fonts.families())
        return [family for family in _FAMILIES if family in known]


def paper_of(locale: Locale) -> str:
    """Return the size of paper where a locale is used: A4, in most of America US Letter."""
    return "us-letter" if locale.territory in _US_LETTER else "a4"
