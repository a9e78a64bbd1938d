"""The bundles of a version as they are asked for: by key, by whose they are, and by what predicts a product."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dashboard.records.bundles import Bundle, MembersOf, Part
from recsys.schema.bundle_groups import BUNDLE_GROUPS, Members, members_of
from recsys.schema.intervals import lift_interval

if TYPE_CHECKING:
    import pyarrow as pa

PART_COLUMNS = ("product_id", "name", "category", "unit_price", "last_price")
_TAKEN = (
    "n_baskets", "of_baskets", "support", "consequent_id", "confidence", "lift", "zhangs_metric", "leverage",
    "redundant", "price", "n_have_all", "n_miss_one", "n_miss_two",
)  # fmt: skip


@dataclass(frozen=True)
class BundleIndex:
    """All bundles of a version, none with its cost: `costs` has them by key, for who may see margins.

    by_members  the most typical first, substitutes last
    members     whose bundles can be asked for, all customers first, then group by group, by name; also of those with
                too few order days for any
    by_first    those of everybody and of segments, by the name and the first of the products that predict the other one
    """

    by_key: Mapping[str, Bundle]
    by_members: Mapping[Members, tuple[Bundle, ...]]
    members: tuple[MembersOf, ...]
    categories: tuple[str, ...]
    by_first: Mapping[tuple[str, str], tuple[Bundle, ...]]
    costs: Mapping[str, float]


def bundle_index(bundles: "pa.Table", products: "pa.Table", counted: Mapping[str, int]) -> BundleIndex:
    """Return the index of the published bundles.

    products  the columns of PART_COLUMNS
    counted   order days by the keys of all whose bundles were looked for; empty of a version of an earlier release
    """
    parts = {row["product_id"]: _part(row) for row in products.to_pylist()}
    rows = bundles.to_pylist()
    by_key = {row["bundle_key"]: _bundle(row, parts) for row in rows}
    by_members: dict[Members, list[Bundle]] = {}
    by_first: dict[tuple[str, str], list[Bundle]] = {}
    for bundle in by_key.values():
        by_members.setdefault(bundle.members, []).append(bundle)
        if bundle.group in ("all", "segment") and not bundle.substitutes:
            by_first.setdefault((bundle.segment, bundle.predicting[0]), []).append(bundle)
    ordered = {each: tuple(sorted(found, key=_typical_first)) for each, found in by_members.items()}
    return BundleIndex(
        by_key,
        ordered,
        _members(ordered, {members_of(key): n for key, n in counted.items()}),
        tuple(sorted({category for bundle in by_key.values() for category in bundle.categories})),
        {first: tuple(found) for first, found in by_first.items()},
        {row["bundle_key"]: row["cost"] for row in rows if row["cost"] is not None},
    )


def _members(bundles: Mapping[Members, tuple[Bundle, ...]], counted: Mapping[Members, int]) -> tuple[MembersOf, ...]:
    found = sorted({*bundles, *counted}, key=lambda one: (BUNDLE_GROUPS.index(one[0]), one[1]))
    return tuple(
        MembersOf(
            each,
            sum(not bundle.substitutes for bundle in bundles.get(each, ())),
            sum(bundle.substitutes for bundle in bundles.get(each, ())),
            counted.get(each),
        )
        for each in found
    )


def _bundle(row: Mapping[str, Any], parts: Mapping[str, Part]) -> Bundle:
    low, high = (row["lift_low"], row["lift_high"]) if row["lift_low"] is not None else _interval_of(row)
    group = row["group"] or ("segment" if row["segment"] else "all")
    return Bundle(
        key=row["bundle_key"],
        members=(group, row["segment"]),
        parts=tuple(parts[product_id] for product_id in row["products"]),
        lift_low=low,
        lift_high=high,
        substitutes=bool(row["substitutes"]),
        cost=None,
        typical=low * row["n_miss_one"] if row["typical"] is None else row["typical"],
        **{name: row[name] for name in _TAKEN},
    )


def _interval_of(row: Mapping[str, Any]) -> tuple[float, float]:
    """Return the ends of a lift's interval, from the counts that a version of an earlier release lets one find."""
    n, of = row["n_baskets"], row["of_baskets"]
    return lift_interval(n, round(n / row["confidence"]), round(row["confidence"] / row["lift"] * of), of)


def _typical_first(bundle: Bundle) -> tuple[bool, float, str]:
    return bundle.substitutes, -bundle.typical, bundle.key


def _part(row: Mapping[str, Any]) -> Part:
    price = row["unit_price"] if row["unit_price"] is not None else row["last_price"]
    category = row["category"].split(" > ")[0] if row["category"] else None
    return Part(row["product_id"], row["name"], category, price)
