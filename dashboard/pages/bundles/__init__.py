"""Bundles: products that are in one basket often, and which customers miss exactly one of them."""
