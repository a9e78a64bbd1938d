"""Hafenkontor: a small web shop of another firm that asks Repertoire what to offer, and says what happens in it.

Its browser talks to this server alone; the token stays here. `python -m examples.shop --help` says how to run it.
"""
