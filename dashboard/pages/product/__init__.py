"""One product: what goes with it, what can stand in for it, who buys it and who should."""
