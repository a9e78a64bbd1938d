"""Small spreadsheets that stand for large ones are refused before they take the machine's memory."""

import struct
import zipfile
from pathlib import Path

import pytest

from recsys.errors import SourceError
from recsys.ingest.limits import Limits
from recsys.ingest.sources.raw_files import Format, open_files
from recsys.ingest.sources.session import ImportSession
from recsys.ingest.sources.spreadsheet_size import refuse_oversized
from recsys.runtime.limited_process import run_limited
from tests.support.sheets import parts, text_cell, write_xlsx

TABLE = f'<row r="1">{text_cell("A1", "customer_id")}</row><row r="2">{text_cell("A2", "c1")}</row>'
LAST = f'<row r="1048576">{text_cell("XFD1048576", "x")}</row>'
STYLED = '<row r="1048576"><c r="XFD1048576" s="1"/></row>'


def refusal(path: Path, limits: Limits) -> str:
    with pytest.raises(SourceError) as caught:
        refuse_oversized(path, limits)
    return str(caught.value)


def opened(session: ImportSession, path: Path, limits: Limits) -> list[tuple[object, ...]]:
    raws = open_files(session.connection, path, Format(), session.scratch, limits=limits)
    return [row for raw in raws for row in session.connection.sql(f"FROM {raw.relation}").fetchall()]


def test_a_value_in_the_last_cell_of_a_sheet_is_refused_with_the_cell(tmp_path: Path, session: ImportSession) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", TABLE + LAST)
    with pytest.raises(SourceError) as caught:
        opened(session, path, Limits())
    message = str(caught.value)
    assert f"{path}, sheet Orders has cells as far as XFD1048576, which makes 17,179,869,184" in message
    assert "at most 20,000,000 are read" in message
    assert "(Ctrl+End goes to the last cell)" in message
    assert "--max-cells" in message


def test_finding_out_how_large_a_sheet_is_takes_little_memory(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", TABLE + LAST)
    with pytest.raises(SourceError, match="XFD1048576"):
        run_limited(refuse_oversized, 60, 200, path, Limits())


def test_a_format_without_a_value_is_no_cell(tmp_path: Path, session: ImportSession) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", TABLE + STYLED)
    assert opened(session, path, Limits()) == [("c1",)]


@pytest.mark.parametrize(
    ("cells", "end"),
    [
        ('<x:c s="1" r="AA9" t="n"><v>1</v></x:c>', "AA9"),
        ("<c r='b12'><v>1</v></c>", "B12"),
        ('<c t="n" r="ZZ2" ><v>1</v></c>', "ZZ2"),
    ],
)
def test_cells_are_found_however_they_are_written(tmp_path: Path, cells: str, end: str) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", f'{TABLE}<row r="9">{cells}</row>')
    assert f"has cells as far as {end}," in refusal(path, Limits(cells=5))


def test_the_table_may_begin_anywhere(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", f'<row r="900">{text_cell("ZZ900", "a")}{text_cell("AAB901", "b")}</row>')
    assert "which makes 6 with" in refusal(path, Limits(cells=5))
    refuse_oversized(path, Limits(cells=6))


def test_a_tag_that_a_block_divides_is_found(tmp_path: Path) -> None:
    filler = "<!--" + "x" * ((1 << 20) - 400) + "-->"
    for shift in range(0, 400, 40):
        path = write_xlsx(tmp_path / "a.xlsx", filler + " " * shift + TABLE + LAST)
        assert "XFD1048576" in refusal(path, Limits())


def test_an_archive_that_unpacks_to_more_than_it_may_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts(TABLE).items():
            archive.writestr(name, content)
        archive.writestr("xl/sharedStrings.xml", b" " * 3_000_000)
    assert path.stat().st_size < 10_000
    message = refusal(path, Limits(unpacked_mb=2))
    assert "unpacks to 3 MB, at most 2 MB are unpacked; " in message
    assert "--max-unpacked-mb" in message
    refuse_oversized(path, Limits(unpacked_mb=4))


@pytest.mark.parametrize("said", [50, 3_500_000_000])
def test_an_archive_that_lies_about_sizes_is_not_read(tmp_path: Path, session: ImportSession, said: int) -> None:
    path, rows = tmp_path / "a.xlsx", TABLE + LAST + f"<!--{' ' * 3_000_000}-->"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts(rows).items():
            archive.writestr(name, content)
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    # In the head of the part and in the list.
    path.write_bytes(path.read_bytes().replace(struct.pack("<I", size), struct.pack("<I", said)))
    says = "larger than its declared uncompressed size" if said < size else "unpacks to 3,500 MB, at most 2,000 MB"
    with pytest.raises(SourceError, match=says):
        opened(session, path, Limits())


def test_what_is_no_archive_passes_to_the_reader(tmp_path: Path) -> None:
    (tmp_path / "a.xls").write_bytes(b"\xd0\xcf\x11\xe0")
    refuse_oversized(tmp_path / "a.xls", Limits())


def test_reading_ends_when_its_time_is_over(tmp_path: Path, session: ImportSession) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", TABLE)
    with pytest.raises(SourceError, match="a.xlsx is not read after 0 seconds; .* allow more with --max-seconds"):
        opened(session, path, Limits(seconds=0))


def test_reading_ends_where_memory_ends(tmp_path: Path, session: ImportSession) -> None:
    # Cells without a place follow each other, so that only the reader sees how far they reach.
    far = f'<row r="1048576">{"<c><v>1</v></c>" * 16_000}</row>'
    path = write_xlsx(tmp_path / "a.xlsx", TABLE + far)
    with pytest.raises(SourceError, match="a.xlsx needs more than 616 MB of memory, which 100,000 cells may take; "):
        opened(session, path, Limits(cells=100_000))
