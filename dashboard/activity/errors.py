"""What can be wrong with the database of what people do."""

from recsys.errors import RecsysError


class ActivityError(RecsysError):
    """A database that cannot be used until someone corrects a setting, the schema or a command."""


class ActivityUnavailable(ActivityError):
    """The database does not answer now and nothing was saved. It is asked again by itself at the next call."""


class Taken(ActivityError):
    """An address or an account of a provider that belongs to another person already."""


class NotFound(ActivityError):
    """An id that names nothing, such as the one of a person who was erased meanwhile."""
