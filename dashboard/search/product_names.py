"""The product that a whole number or name means, as people type, paste or scan it."""

from collections.abc import Iterable
from typing import Final

from dashboard.records.products import Product
from dashboard.search.matching import fold

_SEVERAL: Final = ""  # no product has it for a number


class ProductNames:
    """Finds products by name, in any case, and by number, with or without blanks, hyphens and zeros in front."""

    def __init__(self, products: Iterable[Product]) -> None:
        self._ids: dict[str, str] = {}
        for product in products:
            for name in {fold(product.name), _bare(product.product_id)}:
                self._ids[name] = _SEVERAL if name in self._ids else product.product_id

    def find(self, text: str) -> str | None:
        """Return the id of the one product that a text names; None for none, and for a name that several have."""
        return self._ids.get(fold(text)) or self._ids.get(_bare(text)) or None


def _bare(number: str) -> str:
    """Return a number without blanks, hyphens and the zeros in front, which a spreadsheet drops."""
    return fold(number).replace(" ", "").replace("-", "").lstrip("0")
