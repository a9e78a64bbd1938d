"""All products that could be ordered on a day, sold or not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from recsys.array_types import Counts
from recsys.models.attributes import Attributes, read_attributes


@dataclass(frozen=True)
class Catalogue:
    """All products that could be ordered, sold or not: ids, sorted as text, and of each what is known of it."""

    product_ids: Sequence[str]
    attributes: Attributes
    introduced_on: Sequence[date | None]


def catalogue(products: pa.Table) -> Catalogue:
    """Return the catalogue of a table with product_id, category, supplier and introduced_on."""
    return Catalogue(
        [str(name) for name in products["product_id"].to_pylist()],
        read_attributes(products),
        products["introduced_on"].to_pylist(),
    )


def categories_of(products: Catalogue, product_ids: Sequence[str]) -> Counts:
    """Return (len(product_ids),) equal numbers for products of one category, -1 where it is unknown."""
    codes = dict(zip(products.product_ids, products.attributes.codes["category"].tolist(), strict=True))
    return np.array([codes.get(one, -1) for one in product_ids], dtype=np.int64)
