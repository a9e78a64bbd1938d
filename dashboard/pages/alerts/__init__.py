"""What changed with the viewer's customers by itself: alerts by kind, their rules, and what to do about them."""
