"""What a browser sends, as the type that it should have: anything may come."""

from typing import Any


def text_of(value: Any) -> str:
    """Return a text as it is, and nothing for whatever is none."""
    return value if isinstance(value, str) else ""
