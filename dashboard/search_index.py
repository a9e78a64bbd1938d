"""An index of names and ids, made once a version: what a search text finds in it, and what is spelled most like it.

A search first looks the words up among the distinct words of all names, of which there are far fewer than names,
and only rates the entries that have them. An entry is a position, from 0, in the order that it was given in; entries
that answer equally well keep that order, so whoever makes the index gives it in the order that he wants to show.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

from dashboard.text_match import fold, starts, typos_allowed

# How well an entry answers, best first.
ID_EXACT, NAME_START, ID_START, WORD_START, INSIDE, CLOSE = range(6)
NO_ANSWER = CLOSE + 1

RERANKED = 200  # of the closest by their words, so many are compared as a whole
LEAST_LIKE = 0.5  # of the letters typed, so many must be found for an entry to be close
_LAST = "\U0010ffff"

Places = NDArray[np.int64]
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
        self._ids = [fold(one) for one in ids]
        self._names = [" ".join(fold(one).split()) for one in names]
        having: dict[str, list[int]] = {}
        for place, (folded_id, name) in enumerate(zip(self._ids, names, strict=True)):
            for word in starts(name) | {folded_id}:
                having.setdefault(word, []).append(place)
        self._words = sorted(having)
        # The entries of word w are _entries[_ends[w] : _ends[w + 1]].
        self._ends = np.cumsum([0, *(len(having[word]) for word in self._words)])
        self._entries: Places = np.array([place for word in self._words for place in having[word]], dtype=np.int64)
        self._by_id = _Sorted(self._ids)
        self._by_name = _Sorted(self._names)
        self._text = "\n".join(["", *self._words, ""])
        self._text_starts = np.cumsum([1, *(len(word) + 1 for word in self._words)])
        self._cut: dict[int, tuple[list[str], Places]] = {}

    def __len__(self) -> int:
        return len(self._ids)

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
        best = there[np.argsort(levels[there], kind="stable")[:n]]
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
        some = there[np.argsort(-like[there], kind="stable")[:RERANKED]]
        if not len(some):
            return Answers()
        whole = " ".join(wanted)
        rated = [(float(like[place]) + self._whole(whole, int(place)), int(place)) for place in some]
        rated.sort(key=lambda pair: -pair[0])
        return Answers(tuple(place for _, place in rated[:n]), len(there), CLOSE, rated[0][0] / 2)

    # ---- every word is there ----

    def _levels(self, wanted: Sequence[str]) -> NDArray[np.int8]:
        levels = np.full(len(self), NO_ANSWER, dtype=np.int8)
        inside, starting = (np.ones(len(self), dtype=bool) for _ in range(2))
        for word in wanted:
            inside &= self._marked(self._words_with(word))
            starting &= self._marked(range(*_range(self._words, word)))
        whole = " ".join(wanted)
        levels[inside] = INSIDE
        levels[starting] = WORD_START
        levels[self._by_id.starting(whole)] = ID_START
        levels[self._by_name.starting(whole)] = NAME_START
        levels[self._by_id.equal(whole)] = ID_EXACT
        return levels

    def _words_with(self, word: str) -> Iterator[int]:
        """The words that hold a text somewhere, by their places in one long text."""
        at = self._text.find(word)
        while at >= 0:
            place = int(np.searchsorted(self._text_starts, at, side="right")) - 1
            yield place
            at = self._text.find(word, int(self._text_starts[place + 1]) - 1)

    def _marked(self, at: Iterator[int] | range) -> NDArray[np.bool_]:
        """Which entries have one of these words."""
        marked = np.zeros(len(self), dtype=bool)
        if isinstance(at, range):
            marked[self._entries[self._ends[at.start] : self._ends[at.stop]]] = True
            return marked
        for word in at:
            marked[self._entries[self._ends[word] : self._ends[word + 1]]] = True
        return marked

    # ---- words that are spelled like it ----

    def _like(self, word: str) -> Shares:
        """For each entry how much of a word is found in it, 0-1: 1 for the word itself or a beginning of one."""
        like = np.zeros(len(self), dtype=np.float32)
        rated = self._words_like(word)
        there = np.flatnonzero(rated)
        for at in there[np.argsort(rated[there], kind="stable")]:  # the likest last, so that it stays
            like[self._entries[self._ends[at] : self._ends[at + 1]]] = rated[at]
        return like

    def _words_like(self, word: str) -> Shares:
        """For each distinct word how like it the typed one is; a whole word a little more than a beginning."""
        most = typos_allowed(word)
        best = np.zeros(len(self._words), dtype=np.float32)
        whole = _distances(word, self._words, most)
        best[whole <= most] = 1 - whole[whole <= most] / (len(word) + 1)
        for length in range(max(len(word) - 1, 1), len(word) + 2):
            beginnings, first = self._beginnings(length)
            far = _distances(word, beginnings, most)
            for at in np.flatnonzero(far <= most):
                share = 1 - (far[at] + 0.25) / (len(word) + 1)
                best[first[at] : first[at + 1]] = np.maximum(best[first[at] : first[at + 1]], share)
        return best

    def _beginnings(self, length: int) -> tuple[list[str], Places]:
        """The distinct beginnings of a length, and where the words of each begin among the sorted words."""
        if length not in self._cut:
            cut = [word[:length] for word in self._words]
            first = [0, *(at + 1 for at, (one, other) in enumerate(pairwise(cut)) if one != other)] if cut else []
            self._cut[length] = [cut[at] for at in first], np.array([*first, len(cut)], dtype=np.int64)
        return self._cut[length]

    def _whole(self, whole: str, place: int) -> float:
        """How like the whole name or id the whole text is, 0-1."""
        name = self._names[place]
        return (
            max(fuzz.ratio(whole, name), fuzz.ratio(whole, name[: len(whole)]), fuzz.ratio(whole, self._ids[place]))
            / 100
        )


class _Sorted:
    """Texts in order, with where they came from: which start with something is one range."""

    def __init__(self, texts: Sequence[str]) -> None:
        order = sorted(range(len(texts)), key=texts.__getitem__)
        self._texts = [texts[at] for at in order]
        self._origin: Places = np.array(order, dtype=np.int64)

    def starting(self, beginning: str) -> Places:
        first, end = _range(self._texts, beginning)
        return self._origin[first:end]

    def equal(self, text: str) -> Places:
        first = bisect_left(self._texts, text)
        return self._origin[first : bisect_left(self._texts, f"{text}\0")]


def _range(texts: Sequence[str], beginning: str) -> tuple[int, int]:
    return bisect_left(texts, beginning), bisect_left(texts, f"{beginning}{_LAST}")


def _distances(word: str, others: Sequence[str], most: int) -> NDArray[np.uint8]:
    """The typing errors to each of the others; more than `most` are told as `most` + 1."""
    found: NDArray[np.uint8] = cdist([word], others, scorer=OSA.distance, score_cutoff=most, dtype=np.uint8)[0]
    return found
