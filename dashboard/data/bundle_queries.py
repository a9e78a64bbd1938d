"""The questions about bundles: which there are, and which customers miss exactly one product of one.

Bundles and their counts are everyone's to see. Of the customers only the viewer's are named, the others are counted.
"""

from collections.abc import Collection

from dashboard.data.snapshot import Snapshot
from dashboard.data.version_cache import BundleIndex
from dashboard.records.bundles import Bundle, Gap, Gaps, Part
from dashboard.records.customers import Customer
from recsys.schema.published import EVERYONE


class BundleQueries:
    """Answers about the bundles of a version."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def segments(self) -> tuple[tuple[str, int], ...]:
        """Return the segments that have bundles, by name, with how many; all customers together are "", and first."""
        return tuple((name, len(own)) for name, own in self._index.by_segment.items())

    def of_segment(self, segment: str) -> tuple[Bundle, ...]:
        """Return a segment's bundles, those most above chance first, in order days; none of one that has none."""
        return self._index.by_segment.get(segment, ())

    def predicted_by(self, basket: Collection[str], segment: str) -> tuple[Bundle, ...]:
        """Return a segment's bundles of which a basket has all products but the one that they predict."""
        inside = frozenset(basket)
        found = (bundle for first in dict.fromkeys(basket) for bundle in self._index.by_first.get((segment, first), ()))
        return tuple(bundle for bundle in found if inside.issuperset(bundle.predicting))

    def categories(self) -> tuple[str, ...]:
        """Return the categories of all products in bundles, by name."""
        return self._index.categories

    def get(self, key: str) -> Bundle | None:
        """Return the bundle of a key, None where there is none."""
        return self._index.by_key.get(key)

    def least_baskets(self) -> int | None:
        """Return in how many baskets of all customers a bundle is at least; None where the version does not say."""
        return self._snapshot.cache.report(self._snapshot.version).build.bundle_baskets.get(EVERYONE)

    def gaps(self, bundle: Bundle) -> Gaps:
        """Return who of a bundle's segment bought all of it but exactly one product."""
        found = [
            Gap(customer, missing)
            for customer_id, missing in self._missing_one(bundle).items()
            if (customer := self._in_segment(customer_id, bundle.segment)) is not None
        ]
        visible = self._snapshot.visible
        seen = [Gap(own, gap.missing) for gap in found if (own := visible.get(gap.customer.customer_id)) is not None]
        seen.sort(key=lambda gap: (-(gap.customer.revenue_12m or 0), gap.customer.name, gap.customer.customer_id))
        return Gaps(tuple(seen), len(found) - len(seen))

    # ---- inner ----

    @property
    def _index(self) -> BundleIndex:
        return self._snapshot.cache.bundles(self._snapshot.version)

    def _missing_one(self, bundle: Bundle) -> dict[str, Part]:
        """Return by customer what they lack, of those who lack exactly one."""
        source = self._snapshot.source
        buyers = [{row["customer_id"] for row in source.rows("buyers", part.product_id)} for part in bundle.parts]
        found: dict[str, Part] = {}
        for place, missing in enumerate(bundle.parts):
            others = [ids for at, ids in enumerate(buyers) if at != place]
            found |= dict.fromkeys(set.intersection(*others) - buyers[place], missing)
        return found

    def _in_segment(self, customer_id: str, segment: str) -> Customer | None:
        customer = self._snapshot.cache.names(self._snapshot.version).customers.get(customer_id)
        if customer is None or not customer.is_pitched_to or (segment and customer.segment != segment):
            return None
        return customer
