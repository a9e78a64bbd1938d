"""The published tables, except the recommendation lists."""
