"""Evaluation of the lists: orders held out by time, metrics for each customer, means with confidence intervals."""
