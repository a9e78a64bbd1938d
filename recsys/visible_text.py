"""Text from data made safe to print: what a terminal would obey, or would show in another order, becomes visible."""

import re

# C0 and C1 controls with escape, delete, line and paragraph separators; marks that turn the direction of writing;
# halves of surrogate pairs, which Python puts for bytes of a file's name that are not UTF-8: they cannot be encoded.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_SHORT = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}


def visible(text: str, *, keep: str = "\n") -> str:
    r"""Return a text whose control characters are written out, such as `\x1b` for escape and `\u202e` for a mark.

    keep  characters that stay as they are: by default the line breaks of a message with several lines
    """
    return _UNSAFE.sub(lambda found: found[0] if found[0] in keep else _written(found[0]), text)


def _written(character: str) -> str:
    code = ord(character)
    return _SHORT.get(character) or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}")
