"""Which of many words share most pairs of letters with a typed one: they are worth being compared with it.

Each word is 128 bits: one for each pair of neighbouring letters, the first letter with its beginning among them. Two
pairs may share a bit; then a word looks more alike than it is, which the comparison after it mends.
"""

import numpy as np
from numpy.typing import NDArray

from dashboard.search.vocabulary import Texts, encode

_PARTS = 2  # numbers of 64 bits a word


class Bigrams:
    """The pairs of letters of each of some words; 16 bytes a word."""

    def __init__(self, words: Texts) -> None:
        letters = np.frombuffer(words.bytes, np.uint8)
        bits = _bits(letters)
        before = words.starts - 1  # what is before each word, and after the last one
        bits[before[1:] - 1] = bits[before[:-1]]  # the last letter makes no pair with the end
        firsts = before[:-1]
        self._parts = [
            np.bitwise_or.reduceat(_as_mask(bits[:-1], part), firsts) if len(words) else np.zeros(0, np.uint64)
            for part in range(_PARTS)
        ]

    def most_shared(self, word: str, n: int) -> NDArray[np.intp]:
        """Return the words that share most pairs with a word, ascending; none that shares nothing.

        n and those that share as many as the last of them, but never more than twice n.
        """
        wanted = _bits(np.frombuffer(b"\n" + encode(word), np.uint8))[:-1]
        shared = np.zeros(len(self._parts[0]), np.uint8)
        for part, masks in enumerate(self._parts):
            mask = np.bitwise_or.reduce(_as_mask(wanted, part)) if len(wanted) else np.uint64(0)
            shared += np.bitwise_count(masks & mask)
        at_least = np.cumsum(np.bincount(shared, minlength=2)[::-1])[::-1]
        least = max(1, int(np.count_nonzero(at_least >= n)) - 1)
        if at_least[least] > 2 * n:  # too many share so many: those that share more, and the first of these
            more, some = np.flatnonzero(shared > least), np.flatnonzero(shared == least)
            return np.sort(np.concatenate([more, some[: 2 * n - len(more)]]))
        return np.flatnonzero(shared >= least)


def _bits(letters: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return for each letter the bit of the pair of it and the next; of the last, nothing that means anything."""
    after = np.append(letters[1:], np.uint8(0))
    mixed = letters.astype(np.uint32) * np.uint32(2654435761) + after.astype(np.uint32) * np.uint32(2246822519)
    bits: NDArray[np.uint32] = (mixed ^ (mixed >> np.uint32(15))) * np.uint32(3266489917) >> np.uint32(25)
    return bits.astype(np.uint8)


def _as_mask(bits: NDArray[np.uint8], part: int) -> NDArray[np.uint64]:
    """Return each bit as a number of 64, 0 where it belongs to another part."""
    mask = np.left_shift(np.uint64(1), (bits % 64).astype(np.uint64))
    return np.where(bits // 64 == part, mask, np.uint64(0))
