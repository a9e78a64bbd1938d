"""Search text: folding, how well it matches, and where it stands in a name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.text_match import (
    ID_EXACT,
    ID_START,
    INSIDE,
    NAME_START,
    WORD_START,
    fold,
    match,
    pieces,
    words,
)


def rated(text: str, customer_id: str, name: str) -> int | None:
    return match(words(text), fold(customer_id), fold(name))


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
    ("text", "how_well"),
    [
        ("10482", ID_EXACT),
        ("cafe l", NAME_START),
        ("104", ID_START),
        ("lind cafe", WORD_START),
        ("o'b", WORD_START),
        ("denb", INSIDE),
        ("cafe 0482", INSIDE),
        ("kita", None),
        ("cafe kita", None),
    ],
)
def test_the_number_itself_is_the_best_match_and_the_inside_of_a_word_the_worst(
    text: str, how_well: int | None
) -> None:
    assert rated(text, "10482", "Café Lindenblatt (O'Brien)") == how_well


def test_a_word_that_starts_later_than_its_first_place_still_starts_a_word() -> None:
    assert rated("erst", "1", "Oberst Erst") == WORD_START


def test_pieces_mark_the_letters_that_were_typed_without_their_accents() -> None:
    assert [(piece.text, piece.found) for piece in pieces("Café Müller", words("mull caf"))] == [
        ("Caf", True),
        ("é ", False),
        ("Müll", True),
        ("er", False),
    ]


def test_a_letter_that_folds_to_two_is_marked_whole() -> None:
    assert [(piece.text, piece.found) for piece in pieces("Süßkirsche", words("sus"))][0] == ("Süß", True)


def test_no_words_mark_nothing() -> None:
    assert [(piece.text, piece.found) for piece in pieces("Bar", ())] == [("Bar", False)]


@given(st.text(), st.text())
def test_pieces_joined_are_the_name(name: str, text: str) -> None:
    assert "".join(piece.text for piece in pieces(name, words(text))) == name
