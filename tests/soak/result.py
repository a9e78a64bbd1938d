"""What a part of the soak found."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    """One row of the table.

    what      that was tried
    tries     how often
    failures  what went wrong, a line each
    measured  figures in words
    """

    what: str
    tries: int
    failures: tuple[str, ...] = ()
    measured: str = ""
