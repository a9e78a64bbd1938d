"""The one database: engine, transactions, migrations, and one module of questions for each table.

Only here SQLAlchemy, Alembic and psycopg are known; what leaves are the records of `dashboard.activity.records`.
"""
