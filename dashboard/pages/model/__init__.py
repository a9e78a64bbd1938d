"""What the served version says of itself: for those who look after the data."""
