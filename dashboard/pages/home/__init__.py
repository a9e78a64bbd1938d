"""The home page: who needs attention, and the largest customers."""
