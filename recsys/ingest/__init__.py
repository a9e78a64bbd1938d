"""Raw files to clean tables, and the report of what was left out."""
