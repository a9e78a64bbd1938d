"""The list of all products."""
