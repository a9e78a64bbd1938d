"""Scores to chances that hold."""
