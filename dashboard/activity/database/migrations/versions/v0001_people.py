"""People, their one-time links and sessions, failed sign-ins, requests for a role."""

import sqlalchemy as sa
from alembic import op

from dashboard.activity.database.tables import LongId, UtcDateTime

revision = "0001"
down_revision = None
TABLES = ("role_requests", "throttle", "sessions", "one_time_links", "person_reps", "person_roles", "people")


def upgrade() -> None:
    """Make the tables."""
    _make_people()
    _make_what_people_hold()
    _make_throttle()
    _make_role_requests()


def downgrade() -> None:
    """Remove them."""
    for name in TABLES:
        op.drop_table(name)


def _of_a_person(table: str) -> tuple[sa.Column[int], sa.ForeignKeyConstraint]:
    name = f"fk_{table}_person_id"
    key = sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=name, ondelete="CASCADE")
    return sa.Column("person_id", sa.Integer, nullable=False), key


def _make_people() -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("email_key", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("scope_all", sa.Boolean, nullable=False),
        sa.Column("is_disabled", sa.Boolean, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("last_seen_at", UtcDateTime),
        sa.Column("password_hash", sa.Text),
        sa.Column("issuer", sa.Text),
        sa.Column("subject", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
        sa.UniqueConstraint("email_key", name="uq_people_email_key"),
        sa.UniqueConstraint("issuer", "subject", name="uq_people_issuer_subject"),
        sqlite_autoincrement=True,
    )


def _make_what_people_hold() -> None:
    for table, column in (("person_roles", "role"), ("person_reps", "rep")):
        key = sa.PrimaryKeyConstraint("person_id", column, name=f"pk_{table}")
        op.create_table(table, *_of_a_person(table), sa.Column(column, sa.Text, nullable=False), key)
    op.create_table(
        "one_time_links",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("token_hash", sa.Text, nullable=False),
        *_of_a_person("one_time_links"),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.Column("used_at", UtcDateTime),
        sa.PrimaryKeyConstraint("id", name="pk_one_time_links"),
        sa.UniqueConstraint("token_hash", name="uq_one_time_links_token_hash"),
    )
    op.create_index("ix_one_time_links_person_id", "one_time_links", ["person_id"])
    op.create_table(
        "sessions",
        sa.Column("id", LongId, nullable=False),
        sa.Column("token_hash", sa.Text, nullable=False),
        *_of_a_person("sessions"),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("last_seen_at", UtcDateTime, nullable=False),
        sa.Column("ends_at", UtcDateTime, nullable=False),
        sa.Column("user_agent", sa.Text, nullable=False),
        sa.Column("address_hash", sa.Text, nullable=False),
        sa.Column("revoked_at", UtcDateTime),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
        sa.UniqueConstraint("token_hash", name="uq_sessions_token_hash"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_sessions_person_id", "sessions", ["person_id"])
    op.create_index("ix_sessions_ends_at", "sessions", ["ends_at"])


def _make_throttle() -> None:
    op.create_table(
        "throttle",
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("n_failures", sa.Integer, nullable=False),
        sa.Column("last_at", UtcDateTime, nullable=False),
        sa.Column("wait_until", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("kind", "key", name="pk_throttle"),
    )
    op.create_index("ix_throttle_last_at", "throttle", ["last_at"])


def _make_role_requests() -> None:
    op.create_table(
        "role_requests",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("issuer", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("groups", sa.Text, nullable=False),
        sa.Column("first_at", UtcDateTime, nullable=False),
        sa.Column("last_at", UtcDateTime, nullable=False),
        sa.Column("n_times", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_role_requests"),
        sa.UniqueConstraint("issuer", "subject", name="uq_role_requests_issuer_subject"),
        sqlite_autoincrement=True,
    )
