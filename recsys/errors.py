"""What can go wrong through no fault of the code: each message names the thing, the value and the remedy."""


class RecsysError(Exception):
    """A mistake that its message tells the user how to mend; shown without a traceback, exit code 1."""


class SourceError(RecsysError):
    """A raw file that cannot be read as what it was declared to be."""


class TableError(RecsysError):
    """A clean table that breaks its contract in recsys/schema."""


class ArtifactError(RecsysError):
    """A version that is missing, damaged, incomplete or of a newer format."""


class BusyError(RecsysError):
    """Another process is building or publishing into the same folder."""
