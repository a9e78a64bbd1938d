"""Makes a version from clean tables and publishes it; the only place with the order of the steps."""
