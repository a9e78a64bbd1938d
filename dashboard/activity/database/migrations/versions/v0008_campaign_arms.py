"""Campaigns: how many customers are in which arm is read from an index."""

from alembic import op

revision = "0008"
down_revision = "0007"
TABLES: tuple[str, ...] = ()
INDEX, TABLE = "ix_campaign_members_campaign_id_arm", "campaign_members"


def upgrade() -> None:
    """Make the index."""
    op.create_index(INDEX, TABLE, ["campaign_id", "arm"])


def downgrade() -> None:
    """Remove the index."""
    op.drop_index(INDEX, TABLE)
