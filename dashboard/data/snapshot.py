"""One version as one viewer may see it: what every query asks.

Permission is asked once, when the snapshot is made: it holds the customers whom the viewer sees, and a query that
finds a customer in it needs no further check. Another rep's customer is as unknown as one that does not exist; where
such customers are behind a number they are counted, never named.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.access.viewer import Viewer
from dashboard.data.version_cache import VersionCache
from dashboard.records.customers import Customer
from dashboard.records.search import Found
from recsys.artifacts.open_version import Version


@dataclass(frozen=True)
class Snapshot:
    """Holds its version open: make one a request and let it go.

    visible     the customers whom the viewer sees by id, in the order of their names
    cache       what of a version is read once and kept
    """

    source: Version
    viewer: Viewer
    visible: Mapping[str, Customer]
    cache: VersionCache

    @property
    def version(self) -> str:
        """Return the version's id."""
        return self.source.id

    def search(self, text: str, *, prefer_products: bool = False) -> Found:
        """Return the viewer's customers and the products that a text finds, up to twenty; see `Finder.search`."""
        return self.cache.finder.search(self.version, self.viewer, text, prefer_products=prefer_products)
