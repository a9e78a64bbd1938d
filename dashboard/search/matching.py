"""Finding text as people type it: without case, without accents, a word by its beginning or its inside, with typos.

Pure functions on texts; `search_index` looks through many of them at once.
"""

import re
import unicodedata
from collections.abc import Iterable
from itertools import pairwise

from rapidfuzz.distance import OSA, Levenshtein

from dashboard.records.search import Piece

_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
_PART = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """Return a text in lower case without accents: `Bäckerei Øst` is `backerei ost`, `Weiß` is `weiss`."""
    if text.isascii():
        return text.lower()
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    return bare.casefold().translate(_LETTERS)


def words(text: str) -> tuple[str, ...]:
    """Return the folded words of a search text."""
    return tuple(fold(text).split())


def starts(name: str) -> set[str]:
    """What a search word may begin with to be at the start of a word of the name: words and their later parts.

    `Café (O'Brien)` gives `cafe`, `o'brien)`, `brien)` and `(o'brien)`. Umlauts are there both ways: `Müller` is
    `muller` and `mueller`.
    """
    folded = words(name)
    spelled = () if name.isascii() else words(name.casefold().translate(_UMLAUTS))
    found = {*folded, *spelled}
    for word in (*folded, *spelled):
        if not word.isalnum():
            found.update(word[part.start() :] for part in _PART.finditer(word))
    return found


def joined(folded: str) -> set[str]:
    """Each two neighbouring words of a folded name typed as one: `morgen rot` is `morgenrot` too."""
    parts = folded.split()
    return {f"{one}{other}" for one, other in pairwise(parts)}


def typos_allowed(word: str) -> int:
    """How many letters may be wrong, missing, too many or exchanged: none up to two letters, one up to five, then two;
    three from nine on.
    """
    return 0 if len(word) < 3 else 1 if len(word) < 6 else 2 if len(word) < 9 else 3


def typos(word: str, other: str, most: int) -> int:
    """How many typing errors lie between two words, or between the word and the beginning of the other; `most` + 1
    where there are more.

    Two neighbours exchanged count as one error.
    """
    ends = {len(other), *range(max(len(word) - 1, 1), len(word) + 2)}
    return min(OSA.distance(word, other[:end], score_cutoff=most) for end in ends)


def pieces(name: str, wanted: Iterable[str]) -> tuple[Piece, ...]:
    """Cut a name into parts that the wanted words found and parts that they did not; joined they are the name.

    A word that is not in the name marks the letters that it shares with the word of the name that is
    spelled most like it.
    """
    folded, origin = _fold_with_origin(name)
    found = [False] * len(name)
    for word in wanted:
        spans = list(_exact_spans(folded, word)) or list(_close_spans(folded, word))
        for start, end in spans:
            for position in origin[start:end]:
                found[position] = True
    return _runs(name, found)


def _exact_spans(folded: str, word: str) -> Iterable[tuple[int, int]]:
    at = folded.find(word)
    while word and at >= 0:
        yield at, at + len(word)
        at = folded.find(word, at + len(word))


def _close_spans(folded: str, word: str) -> Iterable[tuple[int, int]]:
    most = typos_allowed(word)
    rated = [(typos(word, one.group(), most), one.start(), one.group()) for one in _PART.finditer(folded)]
    if not most or not rated or min(rated)[0] > most:
        return
    _, start, other = min(rated)
    best = min(range(1, len(other) + 1), key=lambda end: (OSA.distance(word, other[:end]), -end))
    for step in Levenshtein.opcodes(word, other[:best]):
        if step.tag == "equal":
            yield start + step.dest_start, start + step.dest_end


def _fold_with_origin(name: str) -> tuple[str, list[int]]:
    """Return the folded name, and each of its letters' position in the name (`ß` gives two letters)."""
    parts = [fold(letter) for letter in name]
    return "".join(parts), [position for position, part in enumerate(parts) for _ in part]


def _runs(name: str, found: list[bool]) -> tuple[Piece, ...]:
    cut: list[Piece] = []
    for letter, hit in zip(name, found, strict=True):
        if cut and cut[-1].found == hit:
            cut[-1] = Piece(cut[-1].text + letter, hit)
        else:
            cut.append(Piece(letter, hit))
    return tuple(cut)
