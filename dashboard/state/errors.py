"""The error of everything about the state folder."""

from recsys.errors import RecsysError


class StateError(RecsysError):
    """A state folder that cannot be used, or a backup that cannot be written or restored."""
