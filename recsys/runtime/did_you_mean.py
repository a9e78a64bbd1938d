"""The nearest right name for a mistyped one."""

import difflib


def nearest(name: str, names: list[str] | tuple[str, ...]) -> str:
    """Return ` (did you mean 'x'?)` for the nearest of some names, or nothing."""
    found = difflib.get_close_matches(name.lower(), [other.lower() for other in names], n=1, cutoff=0.6)
    if not found:
        return ""
    return f" (did you mean '{next(other for other in names if other.lower() == found[0])}'?)"
