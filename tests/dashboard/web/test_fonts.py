"""The font: cut once, kept, served under a name that changes with it; without its package the system's serves."""

from pathlib import Path

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

from dashboard.web import fonts
from dashboard.web.fonts import font_face, inter_file, prepared_font


@pytest.fixture(scope="module")
def small_font(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a font with an A and a Greek alpha, both a square, and a weight from 100 to 900."""
    pen = TTGlyphPen(None)
    for step, point in enumerate([(0, 0), (500, 0), (500, 700), (0, 700)]):
        (pen.lineTo if step else pen.moveTo)(point)
    pen.closePath()
    square = pen.glyph()
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "A", "alpha"])
    builder.setupCharacterMap({0x41: "A", 0x3B1: "alpha"})
    builder.setupGlyf({".notdef": square, "A": square, "alpha": square})
    builder.setupHorizontalMetrics({name: (600, 0) for name in (".notdef", "A", "alpha")})
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Small", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    builder.setupFvar([("wght", 100, 400, 900, "Weight")], [])
    builder.setupGvar({})
    path = tmp_path_factory.mktemp("font") / "small.ttf"
    builder.save(path)
    return path


def test_the_cut_font_keeps_latin_drops_the_rest_and_spans_the_weights_in_use(small_font: Path, tmp_path: Path) -> None:
    made = prepared_font(tmp_path / "cache", small_font)
    assert made is not None
    font = TTFont(made)
    weight = font["fvar"].axes[0]
    assert font.flavor == "woff2"
    assert sorted(font.getBestCmap()) == [0x41]
    assert (weight.minValue, weight.maxValue) == (400, 600)


def test_the_second_time_nothing_is_made(small_font: Path, tmp_path: Path) -> None:
    made = prepared_font(tmp_path, small_font)
    assert made is not None
    before = made.stat()
    assert prepared_font(tmp_path, small_font) == made
    assert (made.stat().st_mtime_ns, made.stat().st_ino) == (before.st_mtime_ns, before.st_ino)


def test_another_recipe_gets_another_name(small_font: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = prepared_font(tmp_path, small_font)
    monkeypatch.setattr(fonts, "RECIPE", "other")
    assert prepared_font(tmp_path, small_font) != first


def test_a_cut_that_fails_leaves_nothing_behind(
    small_font: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(TTFont, "save", fail)
    with pytest.raises(OSError, match="disk full"):
        prepared_font(tmp_path, small_font)
    assert list(tmp_path.iterdir()) == []


def test_without_the_package_there_is_no_font(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "PACKAGE", "no_such_package")
    assert inter_file() is None
    assert prepared_font(tmp_path) is None


@pytest.mark.slow
def test_inter_is_cut_to_less_than_fifty_kilobytes_with_umlauts_currencies_and_arrows(tmp_path: Path) -> None:
    if inter_file() is None:
        pytest.skip("fontpkg-inter is not installed")
    made = prepared_font(tmp_path)
    assert made is not None
    assert made.stat().st_size < 50_000
    assert {ord(letter) for letter in "AzäßŁş€£−×–“→"} <= set(TTFont(made).getBestCmap())


def test_the_rules_name_the_font_and_a_stand_in_of_its_width() -> None:
    rules = font_face("/static/inter.woff2")
    assert 'src:url("/static/inter.woff2") format("woff2")' in rules
    assert 'font-family:"Inter stand-in"' in rules
    assert "size-adjust:107.04%" in rules
