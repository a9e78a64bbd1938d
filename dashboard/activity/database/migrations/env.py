"""What Alembic runs: the migrations, in the transaction that migrate.py has begun."""

from alembic import context

from dashboard.activity.database.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    transactional_ddl=True,  # in SQLite too: a migration that fails leaves nothing behind
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
