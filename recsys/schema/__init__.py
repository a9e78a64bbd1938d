"""The schema of the clean and published tables and of the build's report."""
