"""The search's index: what holds the words, what is spelled like them, in which order."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.search.index import (
    CLOSE,
    ID_EXACT,
    ID_START,
    INSIDE,
    NAME_START,
    NO_ANSWER,
    WORD_START,
    Answers,
    SearchIndex,
)
from dashboard.search.matching import fold, words

NAMES = {
    "10482": "Café Lindenblatt (O'Brien)",
    "10377": "Cafe Morgenrot",
    "10219": "Kita Morgenwiese",
    "20001": "Hotel Lindenhof",
    "20002": "Blattwerk Oberst Erst",
}


@pytest.fixture(scope="module")
def index() -> SearchIndex:
    return SearchIndex(list(NAMES), list(NAMES.values()))


def ids(answers: Answers) -> list[str]:
    return [list(NAMES)[place] for place in answers.places]


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("10482", ID_EXACT),
        ("cafe l", NAME_START),
        ("1048", ID_START),
        ("lind cafe", WORD_START),
        ("o'b", WORD_START),
        ("brien", WORD_START),
        ("cafe 104", WORD_START),
        ("denb", INSIDE),
        ("cafe 0482", INSIDE),
        ("cafe xyz", NO_ANSWER),
        ("10482 10377", NO_ANSWER),
    ],
)
def test_the_number_itself_is_the_best_answer_and_the_inside_of_a_word_the_worst(
    index: SearchIndex, text: str, level: int
) -> None:
    found = index.exact(words(text), 5)
    assert found.level == level
    assert ids(found) == (["10482"] if level != NO_ANSWER else [])


def test_a_word_that_starts_later_than_its_first_place_still_starts_a_word(index: SearchIndex) -> None:
    assert index.exact(words("erst"), 5).level == WORD_START


def test_better_answers_come_first_and_equal_ones_in_the_order_given(index: SearchIndex) -> None:
    assert ids(index.exact(words("blatt"), 5)) == ["20002", "10482"]
    assert ids(index.exact(words("morg"), 5)) == ["10377", "10219"]
    assert ids(index.exact(words("lind"), 5)) == ["10482", "20001"]


def test_only_n_are_returned_of_all_that_are_counted(index: SearchIndex) -> None:
    found = index.exact(words("0"), 2)
    assert (len(found.places), found.total) == (2, 5)


def test_who_may_not_be_found_is_not_counted_either(index: SearchIndex) -> None:
    among = np.array([True, False, True, True, True])
    assert ids(index.exact(words("morg"), 5, among)) == ["10219"]
    assert index.exact(words("morg"), 5, among).total == 1
    assert ids(index.closest(words("morgnrot"), 5)) == ["10377"]
    assert ids(index.closest(words("morgnrot"), 5, among)) == []


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("morgnrot", "10377"),
        ("mrogenrot", "10377"),
        ("morgenroht", "10377"),
        ("morgen rot", "10377"),
        ("kita morgen wise", "10219"),
        ("lindnhof", "20001"),
        ("hotle lindenhof", "20001"),
        ("htoel", "20001"),
        ("10483", "10482"),
    ],
)
def test_typing_errors_are_forgiven(index: SearchIndex, text: str, first: str) -> None:
    found = index.closest(words(text), 5)
    assert (ids(found)[0], found.level) == (first, CLOSE)
    assert 0.5 < found.like <= 1


def test_what_is_spelled_like_nothing_finds_nothing(index: SearchIndex) -> None:
    assert index.closest(words("xylophon"), 5) == Answers()


def test_two_letters_may_not_be_wrong(index: SearchIndex) -> None:
    assert index.closest(words("cx"), 5) == Answers()


def test_no_words_find_nothing(index: SearchIndex) -> None:
    assert index.exact((), 5) == index.closest((), 5) == Answers()


def test_an_empty_index_answers_nothing() -> None:
    empty = SearchIndex([], [])
    assert empty.exact(("a",), 5) == empty.closest(("abc",), 5) == Answers()


def test_a_name_typed_as_one_word_is_found_and_umlauts_both_ways() -> None:
    index = SearchIndex(["1", "2"], ["Morgen Rot", "Jörg Müller"])
    assert index.exact(words("morgenrot"), 5).places == (0,)
    assert index.exact(words("joerg mueller"), 5).places == index.exact(words("jorg muller"), 5).places == (1,)


def test_equal_names_are_all_found() -> None:
    assert SearchIndex(["1", "2"], ["Same", "Same"]).exact(words("same"), 5).places == (0, 1)


@given(st.lists(st.text(alphabet="abäß -'(1", max_size=12), max_size=8), st.text(alphabet="abäß -'(1", max_size=5))
def test_exact_answers_are_those_that_hold_every_word(names: list[str], text: str) -> None:
    numbers = [f"#{place}" for place in range(len(names))]
    wanted = words(text)
    found = SearchIndex(numbers, names).exact(wanted, 99)
    holding = {
        place
        for place, name in enumerate(names)
        if wanted and all(word in fold(name) or word in numbers[place] for word in wanted)
    }
    assert holding <= set(found.places)
    for place in set(found.places) - holding:  # joined words, or umlauts spelled out
        assert (
            all(word in fold(names[place]).replace(" ", "") or "ae" in word for word in wanted) or "ä" in names[place]
        )


@given(st.lists(st.text(max_size=12), min_size=1, max_size=8), st.text(max_size=12))
def test_any_text_is_answered_without_an_error_and_no_place_twice(names: list[str], text: str) -> None:
    index = SearchIndex([str(place) for place in range(len(names))], names)
    for found in (index.exact(words(text), 5), index.closest(words(text), 5)):
        assert len(set(found.places)) == len(found.places) <= 5
