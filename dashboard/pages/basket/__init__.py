"""The basket for a customer, put together while they talk."""
