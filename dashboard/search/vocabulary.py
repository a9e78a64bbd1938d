"""The distinct words of many names in order, and which entries have each: what starts with a text, holds it or is
spelled almost like it.

Kept as a few arrays, not as a text object a word: 250,000 words take some 6 MB, which forked processes share.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.int32]

AFTER = b"\xff"  # is in no UTF-8, and sorts after all that is
_BETWEEN = b"\n"  # between two texts; nor does a word hold it
# Of a text that so many words hold, the further ones are found by numpy, which takes as long for few as for many.
_FEW = 200
_KEPT_LETTERS = 2  # letters of the beginnings whose next letters are kept


class Texts:
    """Texts that do not change, as one piece of UTF-8: a hundredth of a text object's overhead."""

    def __init__(self, texts: Iterable[str]) -> None:
        encoded = [encode(text) for text in texts]
        self.bytes = b"".join([_BETWEEN, *(part for one in encoded for part in (one, _BETWEEN))])
        # Text t is bytes[starts[t] : starts[t + 1] - 1].
        self.starts: Places = np.cumsum([1, *(len(one) + 1 for one in encoded)]).astype(np.int32)
        self._starts = memoryview(self.starts.data)  # the same numbers; one of it is taken in a third of the time

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __getitem__(self, at: int) -> str:
        return self.raw(at).decode("utf-8", "surrogatepass")

    def raw(self, at: int) -> bytes:
        """Return one text as UTF-8."""
        return self.bytes[self._starts[at] : self._starts[at + 1] - 1]


class Vocabulary:
    """Distinct words in order, each with the entries that have it; an entry is its position, from 0."""

    def __init__(self, having: Mapping[str, Sequence[int]]) -> None:
        """having    for each word its entries"""
        ordered = sorted(having)
        self.words = Texts(ordered)
        # The entries of word w are _entries[_ends[w] : _ends[w + 1]].
        self._ends: Places = np.cumsum([0, *(len(having[word]) for word in ordered)]).astype(np.int32)
        self._entries: Places = np.array([place for word in ordered for place in having[word]], dtype=np.int32)
        self._first_letters: dict[str, list[tuple[str, range]]] = {}

    def __len__(self) -> int:
        return len(self.words)

    def starting(self, beginning: str) -> range:
        """Return the words that start with a text."""
        return self._range(encode(beginning), 0, len(self))

    def holding(self, text: str) -> Places:
        """Return the words that hold a text somewhere, ascending."""
        wanted, at = encode(text), 0
        found: list[int] = []
        while len(found) < _FEW:
            at = self.words.bytes.find(wanted, at)
            if at < 0:
                return np.array(found, dtype=np.int32)
            found.append(int(np.searchsorted(self.words.starts, at, side="right")) - 1)
            at = int(self.words.starts[found[-1] + 1])
        return np.concatenate([np.array(found, dtype=np.int32), self._holding_from(wanted, at)])

    def entries(self, words: Places | range) -> Places:
        """Return the entries of some words, word after word: one that has two of them is there twice."""
        if isinstance(words, range):
            return self._entries[self._ends[words.start] : self._ends[words.stop]]
        lengths = self.n_entries(words)
        return np.asarray(self._entries[np.repeat(self._ends[words], lengths) + _counted(lengths)], dtype=np.int32)

    def n_entries(self, words: Places) -> Places:
        """Return of each of some words how many entries have it."""
        return np.asarray(self._ends[words + 1] - self._ends[words], dtype=np.int32)

    def one_typo(self, word: str) -> Iterator[tuple[str, range]]:
        """Yield each text that is one typing error away from a word, with the words that start so; only such that
        there are. The word itself and texts twice may be among them.

        A letter is left out, too many, wrong, or exchanged with its neighbour. The words that begin as the word does
        get fewer with every letter; where none are left, no later letter can be the only wrong one.
        """
        there = range(len(self))
        for at in range(len(word)):
            before, after = word[:at], word[at:]
            yield from self._starting(before + after[1:], there)
            if len(after) > 1:
                yield from self._starting(before + after[1] + after[0] + after[2:], there)
            for letter, those in self._letters_after(before, there):
                yield from self._starting(before + letter + after[1:], those)
                yield from self._starting(before + letter + after, those)
            there = self._range(encode(word[: at + 1]), there.start, there.stop)
            if not there:
                return

    def _starting(self, beginning: str, among: range) -> Iterator[tuple[str, range]]:
        found = self._range(encode(beginning), among.start, among.stop)
        if found:
            yield beginning, found

    def _letters_after(self, beginning: str, among: range) -> Iterable[tuple[str, range]]:
        """The letters that follow a beginning, with the words that start so; kept for the shortest beginnings, which
        the most words have.
        """
        if len(beginning) > _KEPT_LETTERS:
            return self._next_letters(beginning, among)
        if beginning not in self._first_letters:
            self._first_letters[beginning] = list(self._next_letters(beginning, among))
        return self._first_letters[beginning]

    def _next_letters(self, beginning: str, among: range) -> Iterator[tuple[str, range]]:
        at, length = among.start, len(beginning)
        while at < among.stop:
            letter = self.words[at][length : length + 1]
            there = self._range(encode(beginning + letter), at, among.stop) if letter else range(at, at + 1)
            if letter:
                yield letter, there
            at = there.stop

    def _range(self, beginning: bytes, first: int, end: int) -> range:
        raw, places = self.words.raw, range(end)
        first = bisect_left(places, beginning, first, end, key=raw)
        if first == end or not raw(first).startswith(beginning):
            return range(first, first)
        return range(first, bisect_left(places, beginning + AFTER, first, end, key=raw))

    def _holding_from(self, wanted: bytes, at: int) -> Places:
        letters = np.frombuffer(self.words.bytes, np.uint8, offset=at)
        last = len(letters) - len(wanted) + 1
        hits = np.flatnonzero(letters[:last] == wanted[0])
        for place, letter in enumerate(wanted[1:], start=1):
            hits = hits[letters[hits + place] == letter]
        found = np.searchsorted(self.words.starts, hits + at, side="right") - 1
        return np.unique(found).astype(np.int32)


def encode(text: str) -> bytes:
    """Return a text as UTF-8; half a pair of surrogates, which someone may paste, is as good a letter as any."""
    return text.encode("utf-8", "surrogatepass")


def _counted(lengths: Places) -> Places:
    """Return the counts from 0 of each of the lengths: 2, 3 gives 0 1 0 1 2."""
    ends = np.cumsum(lengths)
    return (np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - lengths, lengths)).astype(np.int32)
