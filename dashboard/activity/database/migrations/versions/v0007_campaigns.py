"""Campaigns: whom they are for and what is offered to whom, what the mailing tool says of it, what reps call about."""

import sqlalchemy as sa
from alembic import op

from dashboard.activity.database.tables import LongId, UtcDateTime

revision = "0007"
down_revision = "0006"
TABLES = (
    "campaigns",
    "campaign_members",
    "campaign_offers",
    "event_batches",
    "campaign_events",
    "campaign_calls",
)


def upgrade() -> None:
    """Make the tables."""
    _of_campaigns()
    _of_events()
    op.create_table(
        "campaign_calls",
        *_of_a_campaign("campaign_calls"),
        sa.Column("customer_id", sa.Text, nullable=False),
        sa.Column("product_id", sa.Text, nullable=False),
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("until", sa.Date, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "customer_id", name="pk_campaign_calls"),
    )
    op.create_index("ix_campaign_calls_until", "campaign_calls", ["until"])
    op.create_index("ix_campaign_calls_customer_id", "campaign_calls", ["customer_id"])


def downgrade() -> None:
    """Remove the tables."""
    for name in reversed(TABLES):
        op.drop_table(name)


def _of_a_campaign(table: str) -> tuple[sa.Column[int], sa.ForeignKeyConstraint]:
    to_it = sa.ForeignKeyConstraint(
        ["campaign_id"], ["campaigns.id"], name=f"fk_{table}_campaign_id", ondelete="CASCADE"
    )
    return sa.Column("campaign_id", sa.Integer, nullable=False), to_it


def _of_campaigns() -> None:
    op.create_table(
        "campaigns",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("as_of", sa.Date, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("source_words", sa.Text, nullable=False),
        sa.Column("product_ids", sa.Text, nullable=False),
        sa.Column("size", sa.Integer),
        sa.Column("held_share", sa.Float, nullable=False),
        sa.Column("seed", LongId, nullable=False),
        sa.Column("window_days", sa.Integer, nullable=False),
        sa.Column("rest_days", sa.Integer, nullable=False),
        sa.Column("n_found", sa.Integer, nullable=False),
        sa.Column("left_out", sa.Text, nullable=False),
        sa.Column("resting_until", sa.Date),
        sa.Column("price", sa.Float),
        sa.Column("discount", sa.Float),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("sent_on", sa.Date),
        sa.PrimaryKeyConstraint("id", name="pk_campaigns"),
        sa.UniqueConstraint("key", name="uq_campaigns_key"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "campaign_members",
        *_of_a_campaign("campaign_members"),
        sa.Column("customer_id", sa.Text, nullable=False),
        sa.Column("arm", sa.Text, nullable=False),
        sa.Column("stratum", sa.Text, nullable=False),
        sa.Column("rfm_segment", sa.Text),
        sa.Column("revenue", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "customer_id", name="pk_campaign_members"),
    )
    op.create_index("ix_campaign_members_customer_id", "campaign_members", ["customer_id"])
    op.create_table(
        "campaign_offers",
        *_of_a_campaign("campaign_offers"),
        sa.Column("customer_id", sa.Text, nullable=False),
        sa.Column("rank", sa.Integer, nullable=False),
        sa.Column("product_id", sa.Text, nullable=False),
        sa.Column("reference", sa.Text),
        sa.Column("chance", sa.Float),
        sa.Column("value", sa.Float),
        sa.Column("expected", sa.Float),
        sa.Column("reason", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("campaign_id", "customer_id", "product_id", name="pk_campaign_offers"),
        sa.UniqueConstraint("reference", name="uq_campaign_offers_reference"),
    )
    op.create_index("ix_campaign_offers_customer_id", "campaign_offers", ["customer_id"])


def _of_events() -> None:
    op.create_table(
        "event_batches",
        sa.Column("id", LongId, nullable=False),
        sa.Column("file", sa.Text, nullable=False),
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("n_lines", sa.Integer, nullable=False),
        sa.Column("n_new", sa.Integer, nullable=False),
        sa.Column("n_known", sa.Integer, nullable=False),
        sa.Column("n_refused", sa.Integer, nullable=False),
        sa.Column("ended_at", UtcDateTime),
        sa.PrimaryKeyConstraint("id", name="pk_event_batches"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "campaign_events",
        sa.Column("event_id", sa.Text, nullable=False),
        *_of_a_campaign("campaign_events"),
        sa.Column("customer_id", sa.Text, nullable=False),
        sa.Column("product_id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("batch_id", LongId, nullable=False),
        sa.PrimaryKeyConstraint("event_id", name="pk_campaign_events"),
    )
    op.create_index("ix_campaign_events_campaign_id_customer_id", "campaign_events", ["campaign_id", "customer_id"])
    op.create_index("ix_campaign_events_customer_id", "campaign_events", ["customer_id"])
    op.create_index("ix_campaign_events_kind_customer_id", "campaign_events", ["kind", "customer_id"])
