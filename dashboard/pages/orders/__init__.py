"""A customer's past orders: what they took last time, and how often they order."""
