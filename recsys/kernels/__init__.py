"""Compiled loops and sparse helpers: pure numbers, no word of products or customers."""
