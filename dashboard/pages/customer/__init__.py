"""One customer: the figures, the lists with their reasons, the similar customers."""
