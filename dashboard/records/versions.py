"""What is said of the data that are served."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class DataState:
    """Which data are served, and which newer ones were refused."""

    version: str
    built_at: datetime
    as_of: date
    n_lines: int
    refused_version: str | None
    refused_why: str | None
    refused_at: datetime | None


@dataclass(frozen=True)
class KeptVersion:
    """A version that is kept: the day up to which its data are, and whether it has segments of customers."""

    version: str
    as_of: date
    built_at: datetime
    has_segments: bool
