"""One version as one viewer may see it: what every query asks.

Permission is asked once for all customers whom the viewer sees: a query that finds a customer among them needs no
further check. Another rep's customer is as unknown as one that does not exist; where
such customers are behind a number they are counted, never named.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from dashboard.access.viewer import Scope, Viewer
from dashboard.data.shown_fields import shown_product
from dashboard.data.version_cache import VersionCache
from dashboard.records.customers import Customer, CustomerGroups
from dashboard.records.search import Found, Hit, Hits, Piece
from dashboard.search.phones import of_number, phone_digits
from dashboard.search.search import LONGEST_TEXT, MOST_HITS
from recsys.artifacts.open_version import Version


@dataclass(frozen=True)
class Snapshot:
    """Holds its version open: make one a request and let it go.

    scope       who looks, and the version that decides what is theirs
    cache       what of a version is read once and kept
    """

    source: Version
    scope: Scope
    cache: VersionCache

    @cached_property
    def visible(self) -> Mapping[str, Customer]:
        """Return the customers whom the viewer sees by id, in the order of their names, with what is shown of them."""
        return self.cache.visible(self.version, self.scope)

    @property
    def version(self) -> str:
        """Return the version's id."""
        return self.source.id

    @property
    def groups(self) -> CustomerGroups:
        """Return what there is to tell the viewer's customers apart by."""
        return self.cache.groups(self.version, self.scope)

    @property
    def viewer(self) -> Viewer:
        return self.scope.viewer

    def search(self, text: str, *, prefer_products: bool = False) -> Found:
        """Return the viewer's customers and the products that a text finds, up to twenty; see `Finder.search`."""
        found = self.cache.finder.search(self.version, self.scope, text, prefer_products=prefer_products)
        called = self._by_phone(text)
        if called:
            found = replace(found, customers=Hits(called, len(called)), products_first=False)
        fields = self.viewer.product_fields
        customers = tuple(replace(hit, what=self.visible[hit.what.customer_id]) for hit in found.customers.shown)
        products = tuple(replace(hit, what=shown_product(hit.what, fields)) for hit in found.products.shown)
        return replace(
            found,
            customers=replace(found.customers, shown=customers),
            products=replace(found.products, shown=products),
        )

    def _by_phone(self, text: str) -> tuple[Hit[Customer], ...]:
        """Return the customers whom a phone number is of, as far as the viewer sees their numbers."""
        digits = phone_digits(text[:LONGEST_TEXT].strip())
        if not digits:
            return ()
        seen = (self.visible.get(one) for one in of_number(digits, self.cache.phones(self.version), MOST_HITS))
        return tuple(
            Hit(one, (Piece(one.name, found=False),), (Piece(one.phone, found=True),))
            for one in seen
            if one is not None and one.phone
        )
