"""Text from data made safe to set: nothing in it breaks a line, turns the direction of others, or never ends."""

import re

LONGEST_WORD = 24  # letters; a longer one may be divided anywhere, or it would run out of its column
# Letters with controls, separators of lines, what turns the direction of the text after it, and halves of pairs.
_BREAKS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
_HALVES = re.compile("[\ud800-\udfff]")
_LONG_WORD = re.compile(rf"\S{{{LONGEST_WORD + 1},}}")
_PART = re.compile(rf"\S{{1,{LONGEST_WORD}}}")


def plain(text: str | None, most: int) -> str:
    """Return a text in one line, at most so many letters and an ellipsis; nothing for None.

    Everything that is a letter or a sign stays: `#`, `*`, `$` and `<b>` are what they are.
    """
    one_line = _HALVES.sub("\N{REPLACEMENT CHARACTER}", _TURNS.sub("", _BREAKS.sub(" ", text or ""))).strip()
    if len(one_line) > most:
        one_line = f"{one_line[:most].rstrip()}\N{HORIZONTAL ELLIPSIS}"
    return _LONG_WORD.sub(_divisible, one_line)


def _divisible(word: re.Match[str]) -> str:
    return "\N{ZERO WIDTH SPACE}".join(_PART.findall(word[0]))
