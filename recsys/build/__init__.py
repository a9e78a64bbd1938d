"""From clean tables to a published version: the only place that knows the order of the steps."""
