"""The build: makes a version from clean tables and publishes it."""
