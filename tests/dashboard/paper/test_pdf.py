"""The PDF of call sheets: what can be read in it, that it is one page, and that no text breaks it."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import typst
from babel import Locale

from dashboard.access.roles import SUPPORT
from dashboard.paper import pdf as pdf_module
from dashboard.paper.call_sheet import (
    LONGEST_NAME,
    LONGEST_NOTE,
    LONGEST_PERSON,
    LONGEST_PHONE,
    LONGEST_SENTENCE,
    CallSheet,
    call_sheet,
)
from dashboard.paper.pdf import PaperError, PdfMaker, paper_of
from dashboard.paper.plain import plain
from tests.support.artifacts import publish_small, small_rows
from tests.support.contexts import context_of
from tests.support.figures import figures, ranked_recommendations
from tests.support.paper import pages_of, picture_of, size_of
from tests.support.viewers import viewer

GB = Locale.parse("en_GB")
LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmützenfabrik und Söhne, Nachfolger des Karl-Heinz Beispielmann, "
ODD = {
    "markup": 'Café #bold *x* _y_ $z$ \\ <b>b</b> @ref `code` [c] // "quo\'te" ~ -- ...',
    "accents": "Müller-Lüdenscheidt, Çelik, Yılmaz, Łódź, Brødrene, Zażółć",
    "Cyrillic and Greek": "Ёжик и Щука, Ελλάς Ωμέγα",
    "blanks": "6\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}1\N{NARROW NO-BREAK SPACE}l",
}


def sheet_of(artifacts: Path, customer_id: str = "CAFE1", **given: Any) -> CallSheet:
    sheet = call_sheet(context_of(artifacts, **given), customer_id, "Jana Brandt")
    assert sheet is not None
    return sheet


def read(maker: PdfMaker, sheet: CallSheet) -> str:
    """Return the text of a sheet, which has to be on one page."""
    [page] = pages_of(maker.call_sheet(sheet, GB))
    return page


# ---- what can be read ----


def test_the_page_says_all_of_the_sheet(maker: PdfMaker, artifacts: Path) -> None:
    page = read(maker, sheet_of(artifacts))
    for words in (
        "Café Müller CAFE1",
        "01632 960001",
        "Cafe, North.",
        "Call sheet of Jana Brandt, Tue 17 Nov 2026",
        "Days since last order 13",
        "Say",
        "You have had Oat drink before",
        "Revenue by month N D J F M A M J J A S O",
        "Due 3 Reorder now, usual quantity, expected €48 Quantity × price Chance Pitched Ordered",
        "Oat drink P2 2 × €15.00 8 in 10",
        "Bought twice, last on 19 Oct.",
        "Last time 2 Nov Ordered 1 product, €24.00.",
        "Notes Reached Not reached Call again on Order in all €",
        "Expected = chance × quantity × price, next 4 weeks, net of VAT.",
        "Repertoire, orders up to 15 Nov, page 1 of 1",
    ):
        assert words in page


def test_the_page_names_no_other_customer(maker: PdfMaker, artifacts: Path) -> None:
    page = read(maker, sheet_of(artifacts))
    assert [name for name in ("Bean", "Hotel O'Brien", "Brand New Deli", "Hill School") if name in page] == []


def test_support_reads_no_revenue(maker: PdfMaker, artifacts: Path) -> None:
    page = read(maker, sheet_of(artifacts, viewer=viewer(SUPPORT)))
    assert "Revenue" not in page
    assert "Average order" not in page
    assert "€24.00." not in page


@pytest.mark.parametrize("customer_id", ["CAFE1", "CAFE2", "HOTEL1", "NEW1", "SCHOOL1"])
def test_every_kind_of_customer_is_one_page(maker: PdfMaker, artifacts: Path, customer_id: str) -> None:
    assert "page 1 of 1" in read(maker, sheet_of(artifacts, customer_id))


def test_a_blocked_customers_page_says_so(maker: PdfMaker, artifacts: Path) -> None:
    page = read(maker, sheet_of(artifacts, "SCHOOL1"))
    assert "Blocked. School, South. " in page
    assert "This customer is blocked, so nothing is pitched to them." in page


# ---- one page, whatever there is ----


@pytest.fixture(scope="module")
def longest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a version in which CAFE1 has 40 products due and 20 new ones, with long names."""
    rows, ids = small_rows(), [f"X{at:02}" for at in range(60)]
    [known] = [row for row in rows["products"] if row["product_id"] == "P1"]
    [due] = [row for row in ranked_recommendations() if (row["customer_id"], row["product_id"]) == ("CAFE1", "P1")]
    new = {"list": "new", "reason_kind": "popular", "reason_n": 3, "reason_of": 4, "chance": 0.125, "expected": 3.0}
    lines = [due | {"rank": at + 1, "product_id": one} for at, one in enumerate(ids[:40])]
    lines += [due | new | {"rank": at + 1, "product_id": one} for at, one in enumerate(ids[40:])]
    products = [known | {"product_id": one, "name": f"{one} {LONG}{one}"} for one in ids]
    folder = tmp_path_factory.mktemp("longest")
    others = [row for row in ranked_recommendations() if row["customer_id"] != "CAFE1"]
    changed = {
        "products": rows["products"] + products,
        "recommendations": sorted([*others, *lines], key=lambda row: (row["customer_id"], row["list"], row["rank"])),
    }
    publish_small(folder, changed=changed, evaluation=figures())
    return folder


@pytest.mark.parametrize("locale", ["en_GB", "en_US"])
def test_the_longest_lists_are_one_page_that_counts_what_it_leaves_out(
    maker: PdfMaker, longest: Path, locale: str
) -> None:
    sheet = sheet_of(longest)
    assert sheet.n_products == 60
    [page] = pages_of(maker.call_sheet(sheet, Locale.parse(locale)))
    n = page.count("Bought every 14 days") + page.count("3 of 4 customers have bought it.")
    assert 5 <= n <= 12
    assert f"{60 - n} others left out." in page
    assert "X00 Donau" in page
    assert "X40 Donau" in page


def test_texts_as_long_as_they_can_be_are_one_page(maker: PdfMaker, longest: Path) -> None:
    sheet, endless = sheet_of(longest), LONG * 9
    wide = replace(
        sheet,
        name=plain(endless, LONGEST_NAME),
        where=plain(endless, LONGEST_NAME),
        made=f"Call sheet of {plain('W' * 99, LONGEST_PERSON)}, Tue 17 Nov 2026",
        phone=plain("0" * 99, LONGEST_PHONE),
        say=tuple((state, state.title(), plain(endless, LONGEST_SENTENCE)) for state in ("due", "lost", "new")),
        last=(("4 Nov 2024", plain(endless, LONGEST_NOTE)),) * 3,
        steps=(("4 Nov 2024, 999 days late", True, plain(endless, LONGEST_NOTE)),) * 3,
        cuts=(sheet.cuts[0], replace(sheet.cuts[-1], last=1, steps=1)),
    )
    assert "page 1 of 1" in read(maker, wide)


def test_a_few_lines_leave_room_to_write(maker: PdfMaker, artifacts: Path) -> None:
    below = picture_of(maker.call_sheet(sheet_of(artifacts, "NEW1"), GB))[300:780, 40:-40]
    is_a_line = (below < 240).mean(axis=1) > 0.95
    assert 8 <= is_a_line.sum() <= 24


# ---- odd text ----


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
def test_text_is_text_and_never_markup(maker: PdfMaker, artifacts: Path, text: str) -> None:
    sheet = sheet_of(artifacts)
    line = replace(sheet.lists[0].lines[0], name=text, reason=text)
    odd = replace(
        sheet,
        name=text,
        phone=text,
        where=text,
        made=text,
        source=text,
        hint=text,
        last=((text, text),),
        say=(("due", "Due", text),),
        lists=(replace(sheet.lists[0], lines=(line, *sheet.lists[0].lines[1:])),),
    )
    page = read(maker, odd).replace("\N{MULTIPLICATION SIGN}", "x")
    seen = " ".join(text.split()).replace("\N{MULTIPLICATION SIGN}", "x")
    assert page.replace("\N{NO-BREAK SPACE}", " ").count(seen.replace("\N{NO-BREAK SPACE}", " ")) >= 5


@pytest.mark.parametrize(
    "text",
    [
        "漢字かな 한국어",
        "שלום مرحبا",
        "\N{GRINNING FACE}\U0001f468\u200d\U0001f469\u200d\U0001f467",
        "a\u200f\u200eb\u0301" * 20,
        "\U000e0041\U0010fffd",
    ],
)
def test_letters_that_no_font_may_have_break_nothing(maker: PdfMaker, artifacts: Path, text: str) -> None:
    assert "01632 960001" in read(maker, replace(sheet_of(artifacts), name=text))


def test_without_inter_the_systems_font_serves(artifacts: Path) -> None:
    assert "Café Müller CAFE1" in read(PdfMaker(), sheet_of(artifacts))


def test_without_any_font_of_the_system_one_is_there(artifacts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bare = PdfMaker()
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)
    monkeypatch.setattr(PdfMaker, "_fonts", fonts)
    assert "Café Müller CAFE1" in read(bare, sheet_of(artifacts))


# ---- paper and picture ----


@pytest.mark.parametrize(
    ("locale", "paper", "size"),
    [
        ("en_GB", "a4", (595, 842)),
        ("de_DE", "a4", (595, 842)),
        ("en", "a4", (595, 842)),
        ("en_US", "us-letter", (612, 792)),
        ("fr_CA", "us-letter", (612, 792)),
    ],
)
def test_paper_is_what_is_used_where_the_locale_is(
    maker: PdfMaker, artifacts: Path, locale: str, paper: str, size: tuple[int, int]
) -> None:
    assert paper_of(Locale.parse(locale)) == paper
    assert size_of(maker.call_sheet(sheet_of(artifacts), Locale.parse(locale))) == size


def test_nothing_but_white_is_at_the_edges_where_printers_do_not_print(maker: PdfMaker, longest: Path) -> None:
    picture = picture_of(maker.call_sheet(sheet_of(longest), GB))
    edges = picture[:14], picture[-14:], picture[:, :14], picture[:, -14:]
    assert [edge.min() for edge in edges] == [255] * 4
    assert picture.min() < 50


def test_states_differ_without_colours(maker: PdfMaker, artifacts: Path) -> None:
    sheet = sheet_of(artifacts)
    icons = []
    for state in ("due", "lost", "new"):
        only = replace(sheet, say=((state, "", ""),), months=None)
        icons.append(picture_of(maker.call_sheet(only, GB), 4)[:, 116:164])
    assert [np.array_equal(one, icons[at - 1]) for at, one in enumerate(icons)] == [False] * 3
    assert [bool((one < 110).sum() > 600) for one in icons] == [True] * 3


# ---- the maker ----


def test_several_threads_get_their_own_sheets(maker: PdfMaker, artifacts: Path) -> None:
    sheets = [replace(sheet_of(artifacts), name=f"Customer {at}") for at in range(8)]
    with ThreadPoolExecutor(4) as pool:
        pages = list(pool.map(lambda sheet: read(maker, sheet), sheets))
    assert [f"Customer {at} " in page for at, page in enumerate(pages)] == [True] * 8


def test_what_cannot_be_drawn_is_one_sentence(
    maker: PdfMaker, artifacts: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.typ"
    broken.write_text("#no-such-thing")
    monkeypatch.setattr(pdf_module, "_SOURCE", broken)
    with pytest.raises(PaperError, match=r"^The sheet could not be drawn\. Try again; if it stays, report which one"):
        maker.call_sheet(sheet_of(artifacts), GB)


GROWTH = """
import sys
from dataclasses import replace
from pathlib import Path
from babel import Locale
from dashboard.paper.call_sheet import call_sheet
from dashboard.paper.day_sheet import DaySheet, Overview
from dashboard.paper.pdf import PdfMaker
from tests.support.contexts import context_of

def megabytes():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4 // 1024

sheet = call_sheet(context_of(Path(sys.argv[1])), "CAFE1")
overview, maker, sizes = Overview("Day", "", "", False, (), "", ""), PdfMaker(), []
for day in range(8):
    sheets = tuple(replace(sheet, name=f"Customer {day} {at}") for at in range(15))
    maker.day(DaySheet((), overview, sheets), Locale("en", "GB"))
    sizes.append(megabytes())
print(sizes[-1] - sizes[1])
"""


@pytest.mark.slow
def test_memory_does_not_grow_with_each_day_that_is_printed(artifacts: Path) -> None:
    done = subprocess.run([sys.executable, "-c", GROWTH, artifacts], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 80, "megabytes between the second day and the eighth; 300 if nothing were forgotten"


def test_a_sheet_is_drawn_without_a_network_or_a_file_of_anyone(maker: PdfMaker, artifacts: Path) -> None:
    opened: list[str] = []
    is_on = True

    def watch(event: str, args: tuple[object, ...]) -> None:
        if is_on and event.startswith(("socket.", "subprocess.")):
            opened.append(event)

    sys.addaudithook(watch)
    maker.call_sheet(sheet_of(artifacts), GB)
    is_on = False
    assert opened == []
