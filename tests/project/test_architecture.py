"""docs/architecture.md shows the chapters as the imports have them."""

import pytest

from scripts.architecture import PACKAGES, PAGE, Chapters, drawing, drawn, read_chapters, reduced


def test_the_page_shows_the_imports_as_they_are() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == drawn(page), "docs/architecture.md is stale; run scripts/architecture"


def test_an_arrow_that_a_longer_way_replaces_is_left_out() -> None:
    arrows = {("a", "b"), ("b", "c"), ("a", "c"), ("c", "d"), ("a", "d"), ("a", "e")}
    assert reduced(arrows) == {("a", "b"), ("b", "c"), ("c", "d"), ("a", "e")}


def test_both_of_two_ways_are_kept() -> None:
    diamond = {("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")}
    assert reduced(diamond) == diamond


def test_boxes_have_captions_and_arrows_are_counted() -> None:
    chapters = Chapters(
        "p", (("top",), ("low",)), {"top": 'Says "yes".', "low": "Pure `numbers`."}, {("top", "low")}, {"r": ("x", "y")}
    )
    assert drawing(chapters).splitlines() == [
        "```mermaid",
        "flowchart TD",
        '    top["<b>top</b><br/>Says #quot;yes#quot;."]',
        '    low["<b>low</b><br/>Pure numbers."]',
        '    r(["<b>r</b><br/>x, y"])',
        "    top --> low",
        "```",
        "",
        "3 boxes. 1 of their pairs are joined by an import; drawn are 1, and the others are paths of these.",
    ]


@pytest.mark.parametrize("package", PACKAGES)
def test_arrows_go_down(package: str) -> None:
    chapters = read_chapters(package)
    place = {name: level for level, layer in enumerate(chapters.layers) for name in layer}
    inside = [(importing, to) for importing, to in chapters.arrows if to in place]
    assert len(inside) > len(place)
    assert [pair for pair in inside if place[pair[0]] >= place[pair[1]]] == []


def test_a_page_without_the_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="add the lines <!-- chapters of recsys --> and <!-- end of recsys -->"):
        drawn("# Architecture\n")
