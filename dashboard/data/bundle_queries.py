"""The questions about bundles: which there are, and which customers miss exactly one product of one.

Bundles and their counts are everyone's to see. Customers end at the viewer's, as in `repository`: others are
counted, never named.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from dashboard.access.viewer import EVERYONE, Viewer
from dashboard.data.repository import Repository
from dashboard.records.bundles import Bundle, Gap, Gaps, Part
from dashboard.records.customers import Customer
from recsys.artifacts.open_version import Version
from recsys.artifacts.reader import Reader

KEPT_VERSIONS = 3  # the bundles of so many versions stay in memory


@dataclass(frozen=True)
class _Shelf:
    """The bundles of a version."""

    by_key: dict[str, Bundle]
    by_segment: dict[str, tuple[Bundle, ...]]
    categories: tuple[str, ...]


class BundleShelf:
    """Answers about bundles, from the versions that a reader opens. Raises as the repository does."""

    def __init__(self, reader: Reader, repository: Repository) -> None:
        self._reader = reader
        self._repository = repository
        # The key is a version's id: what is kept never changes, as versions do not.
        self._bundles = lru_cache(maxsize=KEPT_VERSIONS)(self._read_bundles)

    def all(self, version: str = "") -> tuple[Bundle, ...]:
        """Return every bundle: those of all customers, then segment by segment, the most lifted first."""
        return tuple(self._bundles(self.version_id(version)).by_key.values())

    def segments(self, version: str = "") -> tuple[tuple[str, int], ...]:
        """Return the segments that have bundles, by name, with how many; all customers together are "", and first."""
        return tuple((name, len(own)) for name, own in self._bundles(self.version_id(version)).by_segment.items())

    def of_segment(self, segment: str, version: str = "") -> tuple[Bundle, ...]:
        """Return the bundles of a segment, the most lifted first; none of one that has none."""
        return self._bundles(self.version_id(version)).by_segment.get(segment, ())

    def categories(self, version: str = "") -> tuple[str, ...]:
        """Return the categories of all products in bundles, by name."""
        return self._bundles(self.version_id(version)).categories

    def bundle(self, key: str, version: str = "") -> Bundle | None:
        """Return the bundle of a key, None where there is none."""
        return self._bundles(self.version_id(version)).by_key.get(key)

    def version_id(self, version: str = "") -> str:
        """Return the id of the version that is asked of."""
        return self._version(version).id

    def built_at(self, version: str = "") -> datetime:
        """Return when the version was built."""
        return self._version(version).manifest.built_at

    def least_baskets(self, version: str = "") -> int | None:
        """Return in how many baskets of all customers a bundle stands at least; None where the version says nothing."""
        told = self._version(version).manifest.facts.evaluation.get("bundle_baskets", {})
        return told.get("") if isinstance(told, dict) else None

    def gaps(self, viewer: Viewer, key: str, version: str = "") -> Gaps:
        """Return who of a bundle's segment bought all of it but exactly one product; nobody for an unknown key."""
        source = self._version(version)
        bundle = self.bundle(key, source.id)
        if bundle is None:
            return Gaps()
        found = [
            Gap(customer, missing)
            for customer_id, missing in self._missing_one(source, bundle).items()
            if (customer := self._in_segment(customer_id, bundle.segment, source.id)) is not None
        ]
        seen = [gap for gap in found if viewer.sees(gap.customer.rep)]
        seen.sort(key=lambda gap: (-gap.customer.revenue_12m, gap.customer.name, gap.customer.customer_id))
        return Gaps(tuple(seen), len(found) - len(seen))

    # ---- inner ----

    def _version(self, version: str) -> Version:
        return self._reader.at(version) if version else self._reader.current()

    def _missing_one(self, source: Version, bundle: Bundle) -> dict[str, Part]:
        """By customer: what they lack, of those who lack exactly one."""
        buyers = [{row["customer_id"] for row in source.rows("buyers", part.product_id)} for part in bundle.parts]
        found: dict[str, Part] = {}
        for place, missing in enumerate(bundle.parts):
            others = [ids for at, ids in enumerate(buyers) if at != place]
            found |= dict.fromkeys(set.intersection(*others) - buyers[place], missing)
        return found

    def _in_segment(self, customer_id: str, segment: str, version: str) -> Customer | None:
        customer = self._repository.customer(EVERYONE, customer_id, version)
        if customer is None or not customer.is_pitched_to or (segment and customer.segment != segment):
            return None
        return customer

    def _read_bundles(self, version_id: str) -> _Shelf:
        source = self._reader.at(version_id)
        columns = ["product_id", "name", "category", "unit_price", "last_price"]
        parts = {row["product_id"]: _part(row) for row in source.table("products", columns).to_pylist()}
        taken = (
            "segment", "n_baskets", "of_baskets", "support", "consequent_id", "confidence", "lift", "redundant",
            "price", "n_have_all", "n_miss_one",
        )  # fmt: skip
        by_key = {
            row["bundle_key"]: Bundle(
                key=row["bundle_key"],
                parts=tuple(parts[product_id] for product_id in row["products"]),
                **{name: row[name] for name in taken},
            )
            for row in source.table("bundles").to_pylist()
        }
        by_segment: dict[str, list[Bundle]] = {}
        for bundle in by_key.values():
            by_segment.setdefault(bundle.segment, []).append(bundle)
        return _Shelf(
            by_key,
            {name: tuple(by_segment[name]) for name in sorted(by_segment)},
            tuple(sorted({category for bundle in by_key.values() for category in bundle.categories})),
        )


def _part(row: dict[str, Any]) -> Part:
    price = row["unit_price"] if row["unit_price"] is not None else row["last_price"]
    category = row["category"].split(" > ")[0] if row["category"] else None
    return Part(row["product_id"], row["name"], category, price)
