"""Campaigns: whom one is for, who is held out by lot, what is sent, and what came of it. No Dash."""
