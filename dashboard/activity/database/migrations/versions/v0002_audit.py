"""The audit trail, and the triggers that let nobody change it."""

import sqlalchemy as sa
from alembic import op

from dashboard.activity.database.tables import LongId, UtcDateTime

revision = "0002"
down_revision = "0001"
TABLES = ("audit_gate", "audit")

MESSAGE = "the audit trail is append-only"
# Retention may delete what is older than its bound, erasure may change what a line is about; both put a row into
# audit_gate and take it out again in their own transaction.
MAY_DELETE = "EXISTS (SELECT 1 FROM audit_gate WHERE purpose = 'retention' AND OLD.at < before)"
MAY_CHANGE = (
    "EXISTS (SELECT 1 FROM audit_gate WHERE purpose = 'erasure') AND OLD.id = NEW.id AND OLD.at = NEW.at"
    " AND OLD.kind = NEW.kind AND OLD.outcome = NEW.outcome"
    " AND OLD.person_id IS NOT DISTINCT FROM NEW.person_id AND OLD.row_count IS NOT DISTINCT FROM NEW.row_count"
)
SQLITE = tuple(
    f"CREATE TRIGGER audit_no_{event} BEFORE {event} ON audit WHEN NOT ({allowed})"
    f" BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    for event, allowed in (("delete", MAY_DELETE), ("update", MAY_CHANGE.replace("IS NOT DISTINCT FROM", "IS")))
)
POSTGRESQL = (
    f"""
    CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' AND {MAY_DELETE} THEN RETURN OLD; END IF;
        IF TG_OP = 'UPDATE' AND {MAY_CHANGE} THEN RETURN NEW; END IF;
        RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'restrict_violation';
    END $$
    """,
    "CREATE TRIGGER audit_rows BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_append_only()",
    "CREATE TRIGGER audit_whole BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()",
)


def upgrade() -> None:
    """Make the tables and the triggers."""
    op.create_table(
        "audit_gate",
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("before", UtcDateTime),
        sa.PrimaryKeyConstraint("purpose", name="pk_audit_gate"),
    )
    op.create_table(
        "audit",
        sa.Column("id", LongId, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("person_id", sa.Integer),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("subject_ids", sa.Text, nullable=False),
        sa.Column("row_count", sa.Integer),
        sa.Column("filter", sa.Text),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_at", "audit", ["at"])
    op.create_index("ix_audit_person_id_at", "audit", ["person_id", "at"])
    op.create_index("ix_audit_kind_at", "audit", ["kind", "at"])
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(sa.text(statement))


def downgrade() -> None:
    """Remove them; the triggers go with their table."""
    op.drop_table("audit")
    op.drop_table("audit_gate")
    if op.get_bind().dialect.name == "postgresql":
        op.execute(sa.text("DROP FUNCTION audit_append_only()"))
