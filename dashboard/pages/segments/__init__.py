"""Segments of customers: who there is, who moved, who of the new ones still orders."""
