"""Of whom something that holds back changed; and a customer's newest outcome by an index alone."""

import sqlalchemy as sa
from alembic import op

from dashboard.activity.database.tables import LongId

revision = "0004"
down_revision = "0003"
TABLES = ("held_changes",)


def upgrade() -> None:
    """Make the table and the index."""
    op.create_table(
        "held_changes",
        sa.Column("id", LongId, nullable=False),
        sa.Column("customer_id", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_held_changes"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outcomes_customer_id_undone_at_at", "outcomes", ["customer_id", "undone_at", "at"])


def downgrade() -> None:
    """Remove them."""
    op.drop_index("ix_outcomes_customer_id_undone_at_at", "outcomes")
    op.drop_table("held_changes")
