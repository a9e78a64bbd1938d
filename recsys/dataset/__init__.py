"""Clean tables to what models learn from: baskets, interactions, purchases, a hold-out."""
