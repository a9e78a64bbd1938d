"""What the page of segments shows; no Dash."""
