"""The shop: tokens of the API and how often they were used, what happened in the shop, what can be had now."""

import sqlalchemy as sa
from alembic import op

from dashboard.activity.database.tables import LongId, UtcDateTime

revision = "0009"
down_revision = "0008"
TABLES = ("api_tokens", "api_calls", "shop_events", "availability")


def upgrade() -> None:
    """Make the tables."""
    _of_tokens()
    _of_events()
    op.create_table(
        "availability",
        sa.Column("product_id", sa.Text, nullable=False),
        sa.Column("is_available", sa.Boolean, nullable=False),
        sa.Column("stock", sa.Float),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("change", LongId, nullable=False),
        sa.PrimaryKeyConstraint("product_id", name="pk_availability"),
    )
    op.create_index("ix_availability_change", "availability", ["change"])


def downgrade() -> None:
    """Remove the tables."""
    for name in reversed(TABLES):
        op.drop_table(name)


def _of_tokens() -> None:
    op.create_table(
        "api_tokens",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("token_hash", sa.Text, nullable=False),
        sa.Column("ends_with", sa.Text, nullable=False),
        sa.Column("scopes", sa.Text, nullable=False),
        sa.Column("per_hour", sa.Integer, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("created_by", sa.Integer),
        sa.Column("expires_at", UtcDateTime),
        sa.Column("revoked_at", UtcDateTime),
        sa.Column("last_used_at", UtcDateTime),
        sa.PrimaryKeyConstraint("id", name="pk_api_tokens"),
        sa.UniqueConstraint("token_hash", name="uq_api_tokens_token_hash"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "api_calls",
        sa.Column("token_id", sa.Integer, nullable=False),
        sa.Column("hour", UtcDateTime, nullable=False),
        sa.Column("n_calls", sa.Integer, nullable=False),
        sa.Column("n_refused", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("token_id", "hour", name="pk_api_calls"),
        sa.ForeignKeyConstraint(["token_id"], ["api_tokens.id"], name="fk_api_calls_token_id", ondelete="CASCADE"),
    )
    op.create_index("ix_api_calls_hour", "api_calls", ["hour"])


def _of_events() -> None:
    op.create_table(
        "shop_events",
        sa.Column("id", LongId, nullable=False),
        sa.Column("event_id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("customer_id", sa.Text),
        sa.Column("session", sa.Text),
        sa.Column("product_id", sa.Text),
        sa.Column("quantity", sa.Float),
        sa.Column("list", sa.Text),
        sa.Column("text", sa.Text),
        sa.Column("arm", sa.Text),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("received_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_shop_events"),
        sa.UniqueConstraint("event_id", name="uq_shop_events_event_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_shop_events_customer_id_at", "shop_events", ["customer_id", "at"])
    op.create_index("ix_shop_events_at", "shop_events", ["at"])
