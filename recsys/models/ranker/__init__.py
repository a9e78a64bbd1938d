"""The ranker: signals to features, features to a score, a score to the shares of its families."""
