"""Raw orders to versioned recommendations; see recsys/README.md."""

__version__ = "0.1.0"
