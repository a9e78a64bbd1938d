"""Finding text as people type it: without case, without accents, a word by its beginning or its inside."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})

# How well a text matches, best first.
ID_EXACT, NAME_START, ID_START, WORD_START, INSIDE = range(5)


@dataclass(frozen=True)
class Piece:
    """A part of a shown name, and whether the search found it there."""

    text: str
    found: bool


def fold(text: str) -> str:
    """Lower case without accents: `Bäckerei Øst` is `backerei ost`, `Weiß` is `weiss`."""
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    return bare.casefold().translate(_LETTERS)


def words(text: str) -> tuple[str, ...]:
    """The folded words of a search text."""
    return tuple(fold(text).split())


def match(wanted: tuple[str, ...], folded_id: str, folded_name: str) -> int | None:
    """Return how well an id and a name answer the wanted words, smaller is better; None if they do not.

    Every word must stand in the name or in the id.
    """
    whole = " ".join(wanted)
    if whole == folded_id:
        return ID_EXACT
    if not all(word in folded_name or word in folded_id for word in wanted):
        return None
    if folded_name.startswith(whole):
        return NAME_START
    if folded_id.startswith(whole):
        return ID_START
    return WORD_START if all(_starts_word(word, folded_name) for word in wanted) else INSIDE


def _starts_word(word: str, folded_name: str) -> bool:
    """Whether any word of the name starts so; a hyphen, an apostrophe or a bracket begins a new one."""
    at = folded_name.find(word)
    while at > 0 and folded_name[at - 1].isalnum():
        at = folded_name.find(word, at + 1)
    return at >= 0


def pieces(name: str, wanted: Iterable[str]) -> tuple[Piece, ...]:
    """Cut a name into parts that the wanted words found and parts that they did not; joined they are the name."""
    folded, origin = _fold_with_origin(name)
    found = [False] * len(name)
    for word in wanted:
        at = folded.find(word)
        while word and at >= 0:
            for position in origin[at : at + len(word)]:
                found[position] = True
            at = folded.find(word, at + len(word))
    return _runs(name, found)


def _fold_with_origin(name: str) -> tuple[str, list[int]]:
    """The folded name, and for each of its letters where it stands in the name (`ß` gives two)."""
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
