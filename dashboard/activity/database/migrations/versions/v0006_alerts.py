"""Alerts: rules, snoozes, assignments, visits; and the digest by email."""

import sqlalchemy as sa
from alembic import op

from dashboard.activity.database.tables import UtcDateTime

revision = "0006"
down_revision = "0005"
TABLES = ("alert_rules", "alert_snoozes", "alert_assignments", "alert_visits", "digests", "digests_unwanted")


def upgrade() -> None:
    """Make the tables."""
    _of_alerts()
    op.create_table(
        "digests",
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("as_of", sa.Date, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("person_id", "day", name="pk_digests"),
    )
    op.create_index("ix_digests_day", "digests", ["day"])
    op.create_table(
        "digests_unwanted",
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("person_id", name="pk_digests_unwanted"),
    )


def downgrade() -> None:
    """Remove the tables."""
    for name in reversed(TABLES):
        op.drop_table(name)


def _of_alerts() -> None:
    op.create_table(
        "alert_rules",
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("bounds", sa.Text, nullable=False),
        sa.Column("set_by", sa.Integer, nullable=False),
        sa.Column("set_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("kind", "person_id", name="pk_alert_rules"),
    )
    op.create_table(
        "alert_snoozes",
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("customer_id", sa.Text, nullable=False),
        sa.Column("product_id", sa.Text, nullable=False),
        sa.Column("until", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("person_id", "kind", "customer_id", "product_id", name="pk_alert_snoozes"),
    )
    op.create_index("ix_alert_snoozes_customer_id", "alert_snoozes", ["customer_id"])
    op.create_table(
        "alert_assignments",
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("customer_id", sa.Text, nullable=False),
        sa.Column("product_id", sa.Text, nullable=False),
        sa.Column("assigned_to", sa.Integer, nullable=False),
        sa.Column("assigned_by", sa.Integer, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("kind", "customer_id", "product_id", name="pk_alert_assignments"),
    )
    op.create_index("ix_alert_assignments_customer_id", "alert_assignments", ["customer_id"])
    op.create_index("ix_alert_assignments_assigned_to", "alert_assignments", ["assigned_to"])
    op.create_table(
        "alert_visits",
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("as_of", sa.Date, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("before_as_of", sa.Date),
        sa.Column("before_day", sa.Date),
        sa.PrimaryKeyConstraint("person_id", name="pk_alert_visits"),
    )
