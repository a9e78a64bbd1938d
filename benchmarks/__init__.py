"""Benchmarks: speed and memory beside other libraries. Run by hand; no test asserts a time."""
