"""Which words of a vocabulary are spelled like a typed one, or begin so, and how much like it."""

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

from dashboard.search.bigram_filter import Bigrams
from dashboard.search.matching import typos_allowed
from dashboard.search.vocabulary import Places, Vocabulary

# Of a text with more than one typing error, so many words with the most of its pairs of letters are compared.
COMPARED = 1000
_BEGINNING = 0.25  # so much of an error it counts that a word goes on after what was typed

Shares = NDArray[np.float32]


class NearWords:
    """Finds the words that are like a typed one, up to `typos_allowed` errors away."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._bigrams = Bigrams(vocabulary.words)

    def like(self, word: str) -> tuple[Places, Shares]:
        """Return words, ascending, and of each how much of the typed one is found in it, 0-1.

        1 for the word itself, a little less for one that begins so. Words with more than one error are only looked
        for where none has less: the exact search of those is quick, theirs compares the likeliest.
        """
        most = typos_allowed(word)
        errors = self._up_to_one(word, most)
        if most > 1 and not np.isfinite(errors).any():
            errors = self._compared(word, most)
        found = np.flatnonzero(np.isfinite(errors))
        return found.astype(np.int32), (1 - errors[found] / (len(word) + 1)).astype(np.float32)

    def _up_to_one(self, word: str, most: int) -> Shares:
        """Return each vocabulary word's errors, a quarter more for a match of its beginning; infinite beyond one."""
        errors = np.full(len(self._vocabulary), np.inf, dtype=np.float32)
        if most:
            for text, those in self._vocabulary.one_typo(word):
                self._lower(errors, text, those, 1)
        self._lower(errors, word, self._vocabulary.starting(word), 0)
        return errors

    def _lower(self, errors: Shares, text: str, those: range, n: int) -> None:
        part = errors[those.start : those.stop]
        np.minimum(part, n + _BEGINNING, out=part)
        if len(those) and self._vocabulary.words[those.start] == text:
            part[0] = min(part[0], n)

    def _compared(self, word: str, most: int) -> Shares:
        """Return each word's errors; infinite for words that are not compared or have too many."""
        errors = np.full(len(self._vocabulary), np.inf, dtype=np.float32)
        places = self._bigrams.most_shared(word, COMPARED)
        texts = [self._vocabulary.words[int(at)] for at in places]
        errors[places] = _distances(word, texts, most)
        for length in range(len(word) - 1, len(word) + 2):
            beginnings = _distances(word, [text[:length] for text in texts], most) + np.float32(_BEGINNING)
            errors[places] = np.minimum(errors[places], beginnings)
        return errors


def _distances(word: str, others: list[str], most: int) -> Shares:
    """Return the typing errors to each of the others; infinite where there are more than `most`."""
    found: Shares = cdist([word], others, scorer=OSA.distance, score_cutoff=most, dtype=np.uint8)[0].astype(np.float32)
    found[found > most] = np.inf
    return found
