"""From the ranker's scores to calibrated chances."""
