"""Text made safe to set: one line, bounded, with every letter and sign as it is."""

import pytest

from dashboard.paper.plain import LONGEST_WORD, plain


@pytest.mark.parametrize(
    "text",
    [
        "Café Müller & Söhne",
        "#bold *x* $y$ \\ <b> `c` @p",
        "Ёжик Ελλάς 漢字 שלום",
        "6\N{NO-BREAK SPACE}% \N{GRINNING FACE}",
    ],
)
def test_letters_and_signs_stay(text: str) -> None:
    assert plain(text, 100) == text


def test_what_breaks_lines_becomes_a_blank() -> None:
    assert plain("one\r\ntwo\x00\x1b\u2028three ", 100) == "one two three"


def test_what_turns_the_direction_of_other_text_goes() -> None:
    assert plain("a\u202eb\u2066c\u2069d", 100) == "abcd"


def test_half_a_pair_is_a_mark_that_can_be_encoded() -> None:
    assert plain("a\ud800", 100) == "a\N{REPLACEMENT CHARACTER}"


def test_a_long_text_ends_with_an_ellipsis() -> None:
    assert plain("one two three", 8) == "one two\N{HORIZONTAL ELLIPSIS}"
    assert plain("one two", 7) == "one two"


def test_a_long_word_may_be_divided() -> None:
    word = "x" * (2 * LONGEST_WORD)
    assert plain(word, 100) == "\N{ZERO WIDTH SPACE}".join(["x" * LONGEST_WORD] * 2)
    assert plain("x" * LONGEST_WORD, 100) == "x" * LONGEST_WORD


def test_nothing_is_nothing() -> None:
    assert plain(None, 10) == ""
