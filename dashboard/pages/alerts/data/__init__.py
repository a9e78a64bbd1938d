"""What the page shows, put together for one viewer. No Dash."""
