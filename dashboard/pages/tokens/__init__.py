"""The tokens of the API: what each may do, how often it was used, new ones, revoking."""
