"""What pages are put together from: tables, charts, tiles, the search."""
