"""Which campaigns there are, and what each brought so far."""
