"""What happens in the web shop: its events, and what can be had now. No Dash, no Flask."""
