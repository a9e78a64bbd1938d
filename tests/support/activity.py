"""What tests of the database share."""

from datetime import UTC, datetime

from dashboard.activity.database.connect import open_database
from dashboard.settings import Settings

NOW = datetime(2026, 11, 27, 9, 30, tzinfo=UTC)


def prepare(settings: Settings) -> None:
    """Make a new database with the newest schema."""
    database = open_database(settings)
    database.prepare()
    database.close()
