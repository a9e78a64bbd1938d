"""Models of what a customer buys: one file each, named in registry.py."""
