"""The derived form of a version's tables: one customer's rows without reading the table."""
