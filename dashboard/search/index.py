"""An index of names and ids, made once a version: what a search text finds in it, and what is spelled most like it.

A search first looks the words up among the distinct words of all names, of which there are far fewer than names,
and only rates the entries that have them. An entry is a position, from 0, in the order that it was given in; entries
that answer equally well keep that order, so whoever makes the index gives it in the order that he wants to show.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from dashboard.search.fuzzy_words import NearWords
from dashboard.search.matching import fold, joined, starts
from dashboard.search.vocabulary import AFTER, Places, Texts, Vocabulary, encode

# How well an entry answers, best first.
ID_EXACT, NAME_START, ID_START, WORD_START, INSIDE, CLOSE = range(6)
NO_ANSWER = CLOSE + 1

RERANKED = 200  # of the closest by their words, so many are compared as a whole
LEAST_LIKE = 0.5  # of the letters typed, so many must be found for an entry to be close

Shares = NDArray[np.float32]


@dataclass(frozen=True)
class Answers:
    """Positions, best first, of `total` that answer.

    level   how well the first does, NO_ANSWER without any
    like    of close answers: how like the text the first is, 0-1
    """

    places: tuple[int, ...] = ()
    total: int = 0
    level: int = NO_ANSWER
    like: float = 0.0


class SearchIndex:
    """Names with their ids, ready to be searched; it never changes."""

    def __init__(self, ids: Sequence[str], names: Sequence[str]) -> None:
        folded_ids = [fold(one) for one in ids]
        folded = [" ".join(fold(one).split()) for one in names]
        alone, pairs = (
            _having(starts(name) | {one} for one, name in zip(folded_ids, names, strict=True)),
            _having(joined(name) for name in folded),
        )
        self._words, self._joined = Vocabulary(alone), Vocabulary(pairs)
        self._near = (NearWords(self._words), NearWords(self._joined))
        self._by_id, self._by_name = _Sorted(folded_ids), _Sorted(folded)

    def __len__(self) -> int:
        return len(self._by_id)

    def exact(self, wanted: Sequence[str], n: int, among: NDArray[np.bool_] | None = None) -> Answers:
        """Return the n best entries that hold every wanted (folded) word in their name or id.

        The id itself comes first, then names, ids and words that start so, last the inside of words.
        among   which entries may answer; all without it
        """
        if not wanted or not len(self):
            return Answers()
        levels = self._levels(wanted)
        if among is not None:
            levels[~among] = NO_ANSWER
        there = np.flatnonzero(levels < NO_ANSWER)
        best = _first(there, levels[there], n)
        first = int(levels[best[0]]) if len(best) else NO_ANSWER
        return Answers(tuple(int(place) for place in best), len(there), first)

    def closest(self, wanted: Sequence[str], n: int, among: NDArray[np.bool_] | None = None) -> Answers:
        """Return the n entries that are spelled most like the wanted (folded) words; none where nothing is like them.

        Each word is compared with the words that there are and with their beginnings; then the likeliest entries are
        compared as a whole.
        """
        letters = sum(len(word) for word in wanted)
        if not letters or not len(self):
            return Answers()
        like = np.zeros(len(self), dtype=np.float32)
        for word in wanted:
            like += self._like(word) * (len(word) / letters)
        if among is not None:
            like[~among] = 0
        there = np.flatnonzero(like >= LEAST_LIKE)
        some = _first(there, -like[there], RERANKED)
        if not len(some):
            return Answers()
        whole = " ".join(wanted)
        rated = [(float(like[place]) + self._whole(whole, int(place)), int(place)) for place in some]
        rated.sort(key=lambda pair: -pair[0])
        return Answers(tuple(place for _, place in rated[:n]), len(there), CLOSE, rated[0][0] / 2)

    # ---- every word is there ----

    def _levels(self, wanted: Sequence[str]) -> NDArray[np.int8]:
        levels = np.full(len(self), NO_ANSWER, dtype=np.int8)
        whole = " ".join(wanted)
        levels[self._all_of(wanted, self._inside)] = INSIDE
        levels[self._all_of(wanted, self._starting)] = WORD_START
        levels[self._by_id.starting(whole)] = ID_START
        levels[self._by_name.starting(whole)] = NAME_START
        levels[self._by_id.equal(whole)] = ID_EXACT
        return levels

    def _all_of(self, wanted: Sequence[str], of_word: Callable[[str], Sequence[Places]]) -> NDArray[np.bool_]:
        """Return a mask of the entries that have every word; long words, which are in few, are looked up first."""
        every = np.ones(len(self), dtype=bool)
        for word in sorted(wanted, key=len, reverse=True):
            marked = np.zeros(len(self), dtype=bool)
            for places in of_word(word):
                marked[places] = True
            every &= marked
            if not every.any():
                break
        return every

    def _inside(self, word: str) -> tuple[Places, Places]:
        words = self._words
        return words.entries(words.holding(word)), self._joined.entries(self._joined.starting(word))

    def _starting(self, word: str) -> tuple[Places, ...]:
        return tuple(words.entries(words.starting(word)) for words in (self._words, self._joined))

    # ---- words that are spelled like it ----

    def _like(self, word: str) -> Shares:
        """Return how well each entry matches a word, 0-1: 1 for the word itself or a beginning of one."""
        like = np.zeros(len(self), dtype=np.float32)
        for words, near in zip((self._words, self._joined), self._near, strict=True):
            found, shares = near.like(word)
            np.maximum.at(like, words.entries(found), np.repeat(shares, words.n_entries(found)))
        return like

    def _whole(self, whole: str, place: int) -> float:
        """Return the similarity of the whole text and the whole name or id, 0-1."""
        name = self._by_name.texts[place]
        among = (name, name[: len(whole)], self._by_id.texts[place])
        return max(fuzz.ratio(whole, one) for one in among) / 100


class _Sorted:
    """Texts, and their order: which start with something is one range of it."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = Texts(texts)
        self._order: Places = np.array(sorted(range(len(texts)), key=texts.__getitem__), dtype=np.int32)

    def __len__(self) -> int:
        return len(self.texts)

    def starting(self, beginning: str) -> Places:
        return self._between(encode(beginning), encode(beginning) + AFTER)

    def equal(self, text: str) -> Places:
        return self._between(encode(text), encode(text) + b"\0")

    def _between(self, first: bytes, end: bytes) -> Places:
        at, until = (
            bisect_left(self._order, one, key=lambda place: self.texts.raw(int(place))) for one in (first, end)
        )
        return self._order[at:until]


def _having(words: Iterable[Iterable[str]]) -> dict[str, list[int]]:
    """Return each word's places: the entries that have it."""
    having: dict[str, list[int]] = {}
    for place, some in enumerate(words):
        for word in some:
            having.setdefault(word, []).append(place)
    return having


def _first(places: NDArray[np.intp], ranks: NDArray[np.generic], n: int) -> NDArray[np.intp]:
    """Return the n places of the lowest rank; equal ones in their order."""
    if len(places) > n:
        low = ranks <= np.partition(ranks, n - 1)[n - 1]
        places, ranks = places[low], ranks[low]
    return places[np.argsort(ranks, kind="stable")[:n]]
