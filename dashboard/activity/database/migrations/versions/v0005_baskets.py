"""What somebody is putting together for a customer's order."""

import sqlalchemy as sa
from alembic import op

from dashboard.activity.database.tables import UtcDateTime

revision = "0005"
down_revision = "0004"
TABLES = ("basket_items",)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "basket_items",
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("customer_id", sa.Text, nullable=False),
        sa.Column("product_id", sa.Text, nullable=False),
        sa.Column("quantity", sa.Float, nullable=False),
        sa.Column("added_at", UtcDateTime, nullable=False),
        sa.Column("last_key", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("person_id", "customer_id", "product_id", name="pk_basket_items"),
    )


def downgrade() -> None:
    """Remove the table."""
    op.drop_table("basket_items")
