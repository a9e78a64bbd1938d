"""What came of calls: outcomes and what they hold back, lists shown, notes, next steps, saved views."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from dashboard.activity.database.tables import LongId, UtcDateTime

revision = "0003"
down_revision = "0002"
TABLES = ("saved_views", "next_steps", "notes", "shown_lists", "held_back", "outcomes")


def upgrade() -> None:
    """Make the tables."""
    _outcomes()
    op.create_table(
        "held_back",
        sa.Column("customer_id", sa.Text, nullable=False),
        sa.Column("product_id", sa.Text, nullable=False),
        sa.Column("outcome_id", LongId, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("until", sa.Date),
        sa.Column("until_order_after", sa.Date),
        sa.Column("until_data", sa.Date),
        sa.PrimaryKeyConstraint("customer_id", "product_id", name="pk_held_back"),
    )
    op.create_index("ix_held_back_product_id", "held_back", ["product_id"])
    op.create_table(
        "shown_lists",
        sa.Column("customer_id", sa.Text, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("list", sa.Text, nullable=False),
        sa.Column("product_ids", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("customer_id", "day", "person_id", "version", "list", name="pk_shown_lists"),
    )
    op.create_index("ix_shown_lists_day", "shown_lists", ["day"])
    _texts("notes")
    _texts(
        "next_steps",
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("closed_at", UtcDateTime),
        sa.Column("closed_as", sa.Text),
    )
    op.create_index("ix_next_steps_closed_at_due_on", "next_steps", ["closed_at", "due_on"])
    op.create_index("ix_next_steps_person_id_due_on", "next_steps", ["person_id", "due_on"])
    op.create_table(
        "saved_views",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("page", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("query", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_saved_views"),
        sa.UniqueConstraint("person_id", "page", "name", name="uq_saved_views_person_id_page_name"),
        sqlite_autoincrement=True,
    )


def _outcomes() -> None:
    op.create_table(
        "outcomes",
        sa.Column("id", LongId, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("customer_id", sa.Text, nullable=False),
        sa.Column("product_id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("list", sa.Text, nullable=False),
        sa.Column("rank", sa.Integer),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("chance", sa.Float),
        sa.Column("value", sa.Float),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("until", sa.Date),
        sa.Column("until_order_after", sa.Date),
        sa.Column("undone_at", UtcDateTime),
        sa.PrimaryKeyConstraint("id", name="pk_outcomes"),
        sa.UniqueConstraint("key", name="uq_outcomes_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outcomes_customer_id_id", "outcomes", ["customer_id", "id"])
    op.create_index("ix_outcomes_person_id_at", "outcomes", ["person_id", "at"])
    op.create_index("ix_outcomes_at", "outcomes", ["at"])


def _texts(name: str, *more: "sa.Column[Any]") -> None:
    """Make a table of what people wrote about customers."""
    op.create_table(
        name,
        sa.Column("id", LongId, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("customer_id", sa.Text, nullable=False),
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        *more,
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
        sa.UniqueConstraint("key", name=f"uq_{name}_key"),
        sqlite_autoincrement=True,
    )
    op.create_index(f"ix_{name}_customer_id_id", name, ["customer_id", "id"])


def downgrade() -> None:
    """Remove the tables."""
    for name in TABLES:
        op.drop_table(name)
