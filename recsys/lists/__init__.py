"""The lists of products to offer to each customer, and the reason of each row."""
