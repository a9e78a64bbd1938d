"""What the browser remembers as looked at last."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Seen:
    """A customer or product that was looked at, with its name of today."""

    kind: str
    what_id: str
    name: str
