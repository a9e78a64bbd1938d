"""A map proposed from files: python -m recsys import propose."""
