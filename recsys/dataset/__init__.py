"""What models learn from, made of the clean tables: baskets, interactions, purchases, hold-outs."""
