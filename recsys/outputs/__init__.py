"""The published tables apart from the lists."""
