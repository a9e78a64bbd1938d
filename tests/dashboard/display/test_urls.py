"""Addresses of ids that may hold anything."""

import re
from urllib.parse import quote, unquote, urljoin

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dashboard.display.urls import Links, id_of, segment_of


@pytest.mark.parametrize(
    ("key", "segment"),
    [
        ("00123", "00123"),
        ("Café 7", "Caf%C3%A9%207"),
        ("A.B-C_D~E", "A.B-C_D~E"),
        ("..", "~.."),
        (".", "~."),
        ("A/7", "~A~2F7"),
        ("%2F", "~~252F"),
        ("a?b#c", "~a~3Fb~23c"),
        ("a\\b", "~a~5Cb"),
        ("<b>ü", "~~3Cb~3E~C3~BC"),
        ("~..", "~~7E.."),
    ],
)
def test_an_id_has_an_address_that_nothing_between_misreads(key: str, segment: str) -> None:
    assert segment_of(key) == segment
    assert id_of(segment) == key


@example("...")
@example("~~2F")
@example("%7E")
@given(st.text(st.characters(exclude_categories=("Cs",)), min_size=1))
def test_every_id_comes_back_and_is_one_part_of_a_path_for_browsers(key: str) -> None:
    segment = segment_of(key)
    assert id_of(segment) == key
    assert id_of(unquote(segment)) == key, "as the server sees it, which decodes once"
    assert re.fullmatch(r"[A-Za-z0-9._~%-]+", segment)
    assert urljoin("http://x/r/customers/", segment) == f"http://x/r/customers/{segment}"
    assert not re.search("%(2F|5C|25|3F|23|00)", segment)


@given(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="~"), min_size=1))
def test_addresses_of_before_stay_valid(key: str) -> None:
    assert id_of(quote(key, safe="")) == key


@pytest.mark.parametrize("key", ["~", "~a", "~1~2", "~~", "~%zz", "~a~2f"])
def test_an_id_with_a_tilde_in_front_keeps_its_address_of_before(key: str) -> None:
    assert id_of(quote(key, safe="")) == key


def test_products_have_such_addresses_too() -> None:
    assert Links("/r/").product("..") == "/r/products/~.."
    assert Links("/r/").call_sheet("..") == "/r/customers/~../call-sheet.pdf"
    assert (Links("/r/").day_sheet(), Links("/").day_sheet("value=5")) == ("/r/calls.pdf", "/calls.pdf?value=5")
    assert Links("/r/").reason("..", "new", "a/b") == "/r/customers/~..?list=new&open=a%2Fb"
