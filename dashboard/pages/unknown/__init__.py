"""The page for an address that there is none for."""
