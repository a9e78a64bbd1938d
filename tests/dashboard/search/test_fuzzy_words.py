"""Words that are spelled like a typed one: how much like it, and which are compared at all."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from dashboard.search.bigram_filter import Bigrams
from dashboard.search.fuzzy_words import NearWords
from dashboard.search.matching import typos_allowed
from dashboard.search.vocabulary import Texts, Vocabulary


def like(words: list[str], typed: str) -> dict[str, float]:
    vocabulary = Vocabulary({word: [place] for place, word in enumerate(words)})
    found, shares = NearWords(vocabulary).like(typed)
    return {vocabulary.words[int(at)]: round(float(share), 4) for at, share in zip(found, shares, strict=True)}


def test_the_word_itself_is_wholly_found_and_a_longer_one_almost() -> None:
    assert like(["rot", "rotwein", "weiss"], "rot") == {"rot": 1.0, "rotwein": 0.9375}  # 1 - .25 / 4


def test_each_error_costs_a_letter() -> None:
    assert like(["hotel", "hotels", "motte"], "htoel") == {"hotel": 0.8333, "hotels": 0.7917}  # 1 / 6, 1.25 / 6


def test_more_errors_are_looked_for_only_where_no_word_has_less() -> None:
    assert like(["lindenhof"], "lidenohf") == {"lindenhof": 0.7778}  # two errors of eight letters: 1 - 2 / 9
    assert like(["lindenhof", "lidenhof"], "lidenohf") == {"lidenhof": 0.8889}


def test_a_beginning_may_have_two_errors_too() -> None:
    assert like(["schmidtmann"], "shcmitd") == {"schmidtmann": 0.7188}  # of seven letters: 1 - 2.25 / 8


def test_too_many_errors_find_nothing() -> None:
    assert like(["hotel"], "hxxel") == like(["lindenhof"], "xylophon") == like([], "lindenhof") == {}


@given(st.sets(st.text(alphabet="abcdeé", min_size=1, max_size=9), max_size=20), st.text("abcdeé", max_size=9))
def test_errors_are_those_of_the_whole_word_or_a_beginning_of_about_its_length(words: set[str], typed: str) -> None:
    most, errors = typos_allowed(typed), {}
    for word in words:
        ends = range(max(len(typed) - 1, 1), len(typed) + 2)
        errors[word] = min(
            OSA.distance(typed, word), *(OSA.distance(typed, word[:end]) + 0.25 for end in ends if end <= len(word)), 99
        )
    fewest = 1.25 if any(n <= 1.25 for n in errors.values()) else most + 0.25
    wanted = {word: n for word, n in errors.items() if n <= min(fewest, most + 0.25)}
    if typed:
        assert like(sorted(words), typed) == {
            word: pytest.approx(1 - n / (len(typed) + 1), abs=1e-3) for word, n in wanted.items()
        }


def test_those_that_share_most_pairs_of_letters_are_compared() -> None:
    bigrams = Bigrams(Texts(["lindenhof", "linde", "hofgut", "xyz"]))
    assert bigrams.most_shared("lindenhof", 1).tolist() == [0]
    assert bigrams.most_shared("lindenhof", 2).tolist() == [0, 1]
    assert bigrams.most_shared("lindenhof", 9).tolist() == [0, 1, 2]
    assert bigrams.most_shared("qqq", 2).tolist() == Bigrams(Texts([])).most_shared("lindenhof", 2).tolist() == []


def test_of_those_that_share_equally_many_no_more_than_twice_as_many_are_taken() -> None:
    bigrams = Bigrams(Texts(["linde1", "linde2", "linde3", "linde4", "linde5", "lindenhof"]))
    assert bigrams.most_shared("lindenhof", 2).tolist() == [0, 1, 2, 5]
    assert bigrams.most_shared("lindenhof", 3).tolist() == [0, 1, 2, 3, 4, 5]


def test_the_end_of_a_word_is_no_pair() -> None:
    shared = [len(Bigrams(Texts([first, "bc"])).most_shared("c", 9)) for first in ("ab", "c")]
    assert shared == [0, 1]
    assert np.array_equal(Bigrams(Texts(["a", "", "b"])).most_shared("b", 9), [2])
