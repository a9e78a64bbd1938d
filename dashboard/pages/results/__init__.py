"""My results: what came of one's own pitches."""
