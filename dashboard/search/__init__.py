"""Finding customers and products by what somebody typed."""
