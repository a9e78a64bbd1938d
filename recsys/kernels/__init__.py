"""Compiled loops and helpers for sparse matrices: arrays in, arrays out."""
