"""What tests of the database share."""

from datetime import UTC, datetime

NOW = datetime(2026, 11, 27, 9, 30, tzinfo=UTC)
