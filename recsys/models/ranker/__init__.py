"""The ranker: from signals to features, from features to a score, from a score to the shares of feature families."""
