"""REST for the shop and other systems: the pages' lists as JSON, under /api/v1. No Dash.

A resource is one module with a `register(api)`; what answers are made of is in answers.py and items.py, what they look
like in models.py, errors in problems.py.
"""
