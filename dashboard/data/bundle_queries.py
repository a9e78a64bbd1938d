"""The questions about bundles: whose there are, which, and which customers miss which products of one.

Bundles and their counts are everyone's to see. Of the customers only the viewer's are named, the others are counted.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace

from dashboard.access.permissions import MARGIN
from dashboard.data.bundle_index import BundleIndex
from dashboard.data.snapshot import Snapshot
from dashboard.records.bundles import Bundle, Gap, Gaps, MembersOf, Part
from dashboard.records.customers import Customer
from recsys.schema.bundle_groups import EVERYBODY, Members, members_key

MOST_LACKING = 2  # products: who lacks more of a set is no nearer to it than anybody


class BundleQueries:
    """Answers about the bundles of a version."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def members(self) -> tuple[MembersOf, ...]:
        """Return whose bundles can be asked for: all customers first, then group by group, each by name."""
        return self._index.members

    def of(self, members: Members) -> tuple[Bundle, ...]:
        """Return some customers' bundles, the most typical first and substitutes last; none of who has none."""
        return self._index.by_members.get(members, ())

    def of_segment(self, segment: str) -> tuple[Bundle, ...]:
        """Return a given segment's bundles; of an empty one those of all customers."""
        return self.of(("segment", segment) if segment else EVERYBODY)

    def predicted_by(self, basket: Collection[str], segment: str) -> tuple[Bundle, ...]:
        """Return a segment's bundles of which a basket has all products but the one that they predict."""
        inside = frozenset(basket)
        found = (bundle for first in dict.fromkeys(basket) for bundle in self._index.by_first.get((segment, first), ()))
        return tuple(bundle for bundle in found if inside.issuperset(bundle.predicting))

    def categories(self) -> tuple[str, ...]:
        """Return the categories of all products in bundles, by name."""
        return self._index.categories

    def get(self, key: str) -> Bundle | None:
        """Return the bundle of a key, with its cost for who may see margins; None where there is none."""
        bundle = self._index.by_key.get(key)
        if bundle is None or MARGIN not in self._snapshot.viewer.product_fields:
            return bundle
        return replace(bundle, cost=self._index.costs.get(key))

    def least_baskets(self, members: Members = EVERYBODY) -> int | None:
        """Return on how many of their order days a bundle is at least; None where the version does not say."""
        return self._snapshot.cache.report(self._snapshot.version).build.bundle_baskets.get(members_key(*members))

    def needed_baskets(self) -> int | None:
        """Return how many order days a segment must have for bundles; None where the version does not say."""
        needed = self._snapshot.cache.report(self._snapshot.version).options.get("min_segment_baskets")
        return needed if isinstance(needed, int) else None

    def gaps(self, bundle: Bundle, lacks: int = 1) -> Gaps:
        """Return who of a bundle's customers bought some of it, but lacks exactly so many products; 0: who has all."""
        found = [
            Gap(customer, missing)
            for customer_id, missing in self._missing(bundle, lacks).items()
            if (customer := self._among(customer_id, bundle.members)) is not None
        ]
        visible, chances = self._snapshot.visible, self._chances(bundle) if lacks else {}
        seen = [
            _with_chance(own, gap.missing, chances)
            for gap in found
            if (own := visible.get(gap.customer.customer_id)) is not None
        ]
        seen.sort(key=_likeliest_first)
        return Gaps(tuple(seen), len(found) - len(seen), lacks)

    # ---- inner ----

    @property
    def _index(self) -> BundleIndex:
        return self._snapshot.cache.bundles(self._snapshot.version)

    def _missing(self, bundle: Bundle, lacks: int) -> dict[str, tuple[Part, ...]]:
        """Return by customer what they lack, of those who lack exactly so many and bought something of it."""
        has: dict[str, int] = {}  # the places of the products that a customer bought, as bits
        for place, part in enumerate(bundle.parts):
            for row in self._snapshot.source.rows("buyers", part.product_id):
                has[row["customer_id"]] = has.get(row["customer_id"], 0) | 1 << place
        missing = {
            bits: tuple(part for place, part in enumerate(bundle.parts) if not bits >> place & 1)
            for bits in set(has.values())
        }
        return {who: missing[bits] for who, bits in has.items() if len(missing[bits]) == lacks}

    def _chances(self, bundle: Bundle) -> Mapping[tuple[str, str], tuple[float | None, float | None]]:
        """Return by customer and product the chance and what is expected, where it is in the customer's list."""
        return {
            (row["customer_id"], part.product_id): (row["chance"], row["expected"])
            for part in bundle.parts
            for row in self._snapshot.source.rows("prospects", part.product_id)
        }

    def _among(self, customer_id: str, members: Members) -> Customer | None:
        """Return the customer if they are pitched to and one of these."""
        customer = self._snapshot.cache.names(self._snapshot.version).customers.get(customer_id)
        if customer is None or not customer.is_pitched_to:
            return None
        group, name = members
        own = {"all": "", "segment": customer.segment, "region": customer.region, "rfm": customer.rfm_segment}[group]
        return customer if own == name else None


def _with_chance(
    customer: Customer,
    missing: tuple[Part, ...],
    chances: Mapping[tuple[str, str], tuple[float | None, float | None]],
) -> Gap:
    known = [chances.get((customer.customer_id, part.product_id), (None, None)) for part in missing]
    likely = [chance for chance, _ in known if chance is not None]
    worth = [expected for _, expected in known if expected is not None]
    return Gap(customer, missing, max(likely, default=None), sum(worth) if worth else None)


def _likeliest_first(gap: Gap) -> tuple[float, float, str, str]:
    customer = gap.customer
    return -(gap.expected or 0), -(customer.revenue_12m or 0), customer.name, customer.customer_id
