"""Models of what a customer buys: one file each, listed in registry.py."""
