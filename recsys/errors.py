"""Errors of the user's data or folders, not of the code. Each message names the thing, the value and the remedy."""


class RecsysError(Exception):
    """An error that the user can correct: the message says how. Shown without a traceback, exit code 1."""


class SourceError(RecsysError):
    """A raw file that cannot be read in the format that was declared for it."""


class TableError(RecsysError):
    """A clean table that does not satisfy its schema in recsys/schema."""


class ArtifactError(RecsysError):
    """A version that is missing, damaged, incomplete or in a newer format."""


class BusyError(RecsysError):
    """Another process is building or publishing into the same folder."""
