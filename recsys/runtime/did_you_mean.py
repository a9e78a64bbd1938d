"""The known name that is nearest to a mistyped one."""

import difflib


def nearest(name: str, names: list[str] | tuple[str, ...]) -> str:
    """Return ` (did you mean 'x'?)` with the most similar of `names`, or an empty text if none is similar."""
    matches = difflib.get_close_matches(name.lower(), [other.lower() for other in names], n=1, cutoff=0.6)
    if not matches:
        return ""
    return f" (did you mean '{next(other for other in names if other.lower() == matches[0])}'?)"
