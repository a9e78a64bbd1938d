"""The words in order: which start with a text, hold it, or are one typing error away from it."""

from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from dashboard.search.vocabulary import Texts, Vocabulary

LETTERS = "abcäß\U0001f600 "
some_words = st.sets(st.text(alphabet=LETTERS, max_size=6), max_size=12)


def vocabulary(words: Iterable[str]) -> Vocabulary:
    return Vocabulary({word: [place] for place, word in enumerate(words)})


def found(words: Vocabulary, places: Iterable[int]) -> list[str]:
    return [words.words[int(place)] for place in places]


def test_texts_are_given_back_as_they_were_even_empty_ones_and_half_letters() -> None:
    texts = ["", "käse", "\ud800", "a\nb", ""]
    kept = Texts(texts)
    assert [kept[at] for at in range(len(kept))] == texts


def test_words_are_in_order_with_their_entries() -> None:
    words = Vocabulary({"rot": [0, 2], "morgen": [0]})
    assert found(words, range(len(words))) == ["morgen", "rot"]
    assert words.entries(range(2)).tolist() == [0, 0, 2]
    assert words.entries(np.array([1, 0], dtype=np.int32)).tolist() == [0, 2, 0]
    assert words.entries(np.array([], dtype=np.int32)).tolist() == []


@given(some_words, st.text(alphabet=LETTERS, max_size=3))
def test_the_words_that_start_with_a_text_are_those_that_do(words: set[str], text: str) -> None:
    at = vocabulary(words)
    assert found(at, at.starting(text)) == sorted(word for word in words if word.startswith(text))


@given(some_words, st.text(alphabet=LETTERS, min_size=1, max_size=3))
def test_the_words_that_hold_a_text_are_those_that_do(words: set[str], text: str) -> None:
    at = vocabulary(words)
    assert found(at, at.holding(text)) == sorted(word for word in words if text in word)


@pytest.mark.parametrize("text", ["7", "77", "277"])
def test_a_text_that_very_many_words_hold_is_found_in_each_of_them_once(text: str) -> None:
    words = sorted(str(number) for number in range(5_000))
    at = vocabulary(words)
    assert found(at, at.holding(text)) == [word for word in words if text in word]


@given(some_words, st.text(alphabet=LETTERS, max_size=6))
def test_one_typing_error_finds_every_word_that_begins_so(words: set[str], typed: str) -> None:
    at = vocabulary(words)
    starts = {text: found(at, those) for text, those in at.one_typo(typed)}
    for text, those in starts.items():
        assert OSA.distance(typed, text) <= 1
        assert those == sorted(word for word in words if word.startswith(text))
    near = {word for those in starts.values() for word in those} | set(found(at, at.starting(typed)))
    assert near == {
        word
        for word in words
        if any(OSA.distance(typed, word[:end]) <= 1 for end in range(max(len(typed) - 1, 0), len(typed) + 2))
    }
