"""The tables, as the newest migration leaves them; a test compares both."""

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware and UTC in Python, with a zone in PostgreSQL, UTC without one in SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return what is stored. Raises ValueError for a time without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone; use an aware time such as datetime.now(UTC)")
        at = value.astimezone(UTC)
        return at.replace(tzinfo=None) if dialect.name == "sqlite" else at

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return an aware time in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


LongId = BigInteger().with_variant(Integer, "sqlite")  # only an INTEGER counts up by itself in SQLite
METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _of_a_person(*, is_key: bool = False) -> Column[int]:
    return Column("person_id", ForeignKey("people.id", ondelete="CASCADE"), nullable=False, primary_key=is_key)


PEOPLE = Table(
    "people",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("email", Text, nullable=False),
    Column("email_key", Text, nullable=False, unique=True),  # as `email_key` in people.py folds it
    Column("name", Text, nullable=False),
    Column("scope_all", Boolean, nullable=False),
    Column("is_disabled", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("last_seen_at", UtcDateTime),
    Column("password_hash", Text),
    Column("issuer", Text),
    Column("subject", Text),
    UniqueConstraint("issuer", "subject"),
    sqlite_autoincrement=True,  # the audit trail names ids: none is given twice
)
PERSON_ROLES = Table(
    "person_roles", METADATA, _of_a_person(is_key=True), Column("role", Text, primary_key=True, nullable=False)
)
PERSON_REPS = Table(
    "person_reps", METADATA, _of_a_person(is_key=True), Column("rep", Text, primary_key=True, nullable=False)
)
LINKS = Table(
    "one_time_links",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("token_hash", Text, nullable=False, unique=True),
    _of_a_person(),
    Column("purpose", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
    Index(None, "person_id"),
)
SESSIONS = Table(
    "sessions",
    METADATA,
    Column("id", LongId, primary_key=True),
    Column("token_hash", Text, nullable=False, unique=True),
    _of_a_person(),
    Column("created_at", UtcDateTime, nullable=False),
    Column("last_seen_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("user_agent", Text, nullable=False),
    Column("address_hash", Text, nullable=False),
    Column("revoked_at", UtcDateTime),
    Index(None, "person_id"),
    Index(None, "ends_at"),
    sqlite_autoincrement=True,
)
THROTTLE = Table(
    "throttle",
    METADATA,
    Column("kind", Text, primary_key=True, nullable=False),
    Column("key", Text, primary_key=True, nullable=False),
    Column("n_failures", Integer, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
    Column("wait_until", UtcDateTime, nullable=False),
    Index(None, "last_at"),
)
ROLE_REQUESTS = Table(
    "role_requests",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("issuer", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("groups", Text, nullable=False),  # JSON
    Column("first_at", UtcDateTime, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
    Column("n_times", Integer, nullable=False),
    UniqueConstraint("issuer", "subject"),
    sqlite_autoincrement=True,
)
AUDIT = Table(
    "audit",
    METADATA,
    Column("id", LongId, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("person_id", Integer),  # no foreign key: the line outlives the account
    Column("kind", Text, nullable=False),
    Column("subject_ids", Text, nullable=False),  # JSON
    Column("row_count", Integer),
    Column("filter", Text),  # JSON
    Column("outcome", Text, nullable=False),
    Index(None, "at"),
    Index(None, "person_id", "at"),
    Index(None, "kind", "at"),
    sqlite_autoincrement=True,
)
# What the triggers of the audit trail let through, for the length of one transaction: see audit.py.
AUDIT_GATE = Table(
    "audit_gate",
    METADATA,
    Column("purpose", Text, primary_key=True, nullable=False),
    Column("before", UtcDateTime),
)
