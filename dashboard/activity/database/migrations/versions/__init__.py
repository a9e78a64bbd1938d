"""The changes of the schema, oldest first; each says in TABLES which tables going back behind it removes."""
