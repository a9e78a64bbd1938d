"""Search text: folding, how well it matches, and where in a name it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.search.matching import fold, joined, pieces, starts, typos, typos_allowed, words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Bäckerei Øst", "backerei ost"),
        ("WEISS", "weiss"),
        ("Weiß", "weiss"),
        ("Łódź", "lodz"),
        ("Çelik", "celik"),
        ("Ἀθήνα", "αθηνα"),
    ],
)
def test_folding_takes_case_and_accents_away(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("name", "beginnings"),
    [
        ("Café (O'Brien)", {"cafe", "(o'brien)", "o'brien)", "brien)"}),
        ("Müller", {"muller", "mueller"}),
        ("Morgen Rot", {"morgen", "rot"}),
        ("  ", set()),
    ],
)
def test_a_word_begins_at_spaces_hyphens_and_brackets(name: str, beginnings: set[str]) -> None:
    assert starts(name) == beginnings


@pytest.mark.parametrize(
    ("folded", "both"), [("morgen rot", {"morgenrot"}), ("a b c", {"ab", "bc"}), ("morgen", set()), ("", set())]
)
def test_neighbouring_words_may_be_typed_as_one(folded: str, both: set[str]) -> None:
    assert joined(folded) == both


@pytest.mark.parametrize(
    ("word", "other", "errors"),
    [
        ("morgenrot", "morgenrot", 0),
        ("morgnrot", "morgenrot", 1),
        ("mrogenrot", "morgenrot", 1),
        ("morg", "morgenrot", 0),
        ("mrog", "morgenrot", 1),
        ("caffe", "cafe", 1),
        ("abcdef", "uvwxyz", 3),
    ],
)
def test_a_word_is_compared_with_the_whole_and_the_beginning_of_the_other(word: str, other: str, errors: int) -> None:
    assert typos(word, other, 2) == errors


@pytest.mark.parametrize(("word", "allowed"), [("ab", 0), ("abc", 1), ("abcde", 1), ("abcdef", 2), ("abcdefghi", 3)])
def test_longer_words_may_have_more_errors(word: str, allowed: int) -> None:
    assert typos_allowed(word) == allowed


def test_pieces_mark_the_letters_that_were_typed_without_their_accents() -> None:
    assert [(piece.text, piece.found) for piece in pieces("Café Müller", words("mull caf"))] == [
        ("Caf", True),
        ("é ", False),
        ("Müll", True),
        ("er", False),
    ]


def test_a_letter_that_folds_to_two_is_marked_whole() -> None:
    assert [(piece.text, piece.found) for piece in pieces("Süßkirsche", words("sus"))][0] == ("Süß", True)


def test_a_misspelled_word_marks_the_letters_that_are_right() -> None:
    assert [(piece.text, piece.found) for piece in pieces("Café Morgenrot", words("morgnrot"))] == [
        ("Café ", False),
        ("Morg", True),
        ("e", False),
        ("nrot", True),
    ]


def test_a_word_that_is_like_nothing_marks_nothing() -> None:
    assert [piece.found for piece in pieces("Café Morgenrot", words("xylophone ab"))] == [False]


def test_no_words_mark_nothing() -> None:
    assert [(piece.text, piece.found) for piece in pieces("Bar", ())] == [("Bar", False)]


@given(st.text(), st.text())
def test_pieces_joined_are_the_name(name: str, text: str) -> None:
    assert "".join(piece.text for piece in pieces(name, words(text))) == name
