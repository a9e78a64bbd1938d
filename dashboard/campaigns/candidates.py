"""Whom a source finds among the viewer's customers, and what each could be offered."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dashboard.campaigns.errors import CampaignError
from dashboard.campaigns.sources import Source, cell_of
from dashboard.data.segment_columns import UNKNOWN, SegmentColumns, cell_place, rfm_place
from dashboard.display.page_context import PageContext
from dashboard.records.bundles import Bundle
from dashboard.records.customers import Customer
from recsys.artifacts.open_version import VersionGone

MOST_MISSING = 2  # products of a bundle
MOST_OWN = 3  # of a customer's own best offers


class Candidate(NamedTuple):
    """A customer whom a source found.

    products    what could be offered, best first; None: their own best, which is read once they are drawn
    expected    of the products together; None where nothing has a chance
    fit         of a new line, whom it fits by profile; None of anything else
    """

    customer: Customer
    products: tuple[str, ...] | None
    expected: float | None
    fit: "Fit | None" = None

    @property
    def place(self) -> tuple[int, bool, float, float, str]:
        """Return the place in the order of a campaign: by profile, else most expected, else most revenue first."""
        rank = self.fit.rank if self.fit else 0
        revenue = self.customer.revenue_12m or 0.0
        return rank, self.expected is None, -(self.expected or 0.0), -revenue, self.customer.customer_id


@dataclass(frozen=True)
class Fit:
    """How a new line fits a customer.

    rank        1 fits best; `share` of the products most like it that they bought, 0-1, the nearer ones count more
    like_id     the nearest one of them, ordered on `like_days` days
    """

    rank: int
    share: float
    like_id: str
    like_days: int


@dataclass(frozen=True)
class Found:
    """Whom a source finds, in no order that means anything.

    product_ids     that are offered, in the order of the source; empty where each is offered their own
    words           who they are: `customers who miss one (118) or two (144)`
    is_by_profile   whether they are ranked by profile, as nobody bought the product before the last weeks
    """

    candidates: tuple[Candidate, ...]
    product_ids: tuple[str, ...]
    words: str
    is_by_profile: bool = False


@dataclass(frozen=True)
class Chance:
    """What a version expects of a product and a customer: `value` is quantity x price, `expected` chance x value."""

    chance: float | None = None
    value: float | None = None
    expected: float | None = None


def find(context: PageContext, source: Source) -> Found:
    """Return whom a source finds. Raises CampaignError for a bundle, product, segment or version that is not there."""
    if source.kind == "bundle":
        return _of_bundle(context, source)
    if source.kind == "product":
        return _of_product(context, source)
    ids, words = _of_groups(context, source)
    if not source.products:
        return Found(tuple(Candidate(one, None, _own_expected(one, source)) for one in ids), (), words)
    bought = {product: frozenset(_buyers(context, product)) for product in _known(context, source.products)}
    missing = {one.customer_id: [each for each in bought if one.customer_id not in bought[each]] for one in ids}
    return Found(_offered(context, missing), source.products, words)


def chances_of(context: PageContext, product_id: str) -> dict[str, Chance]:
    """Return by customer what is expected of a product; whose list does not hold it is left out."""
    rows = context.snapshot.source.rows("prospects", product_id)
    return {row["customer_id"]: _chance(row["chance"], row["expected"]) for row in rows}


def bundle_of(context: PageContext, source: Source) -> Bundle:
    """Return the bundle that a source names. Raises CampaignError where the version has none of that key."""
    found = context.bundles.get(source.bundle)
    if found is None:
        raise CampaignError(f"There is no bundle {source.bundle} in these data; choose one on the page of bundles.")
    return found


# ---- of a bundle or a product ----


def _of_bundle(context: PageContext, source: Source) -> Found:
    bundle = bundle_of(context, source)
    product_ids = tuple(part.product_id for part in bundle.parts)
    bought: dict[str, set[str]] = {}
    for product in product_ids:
        for customer_id in _buyers(context, product):
            bought.setdefault(customer_id, set()).add(product)
    visible = context.snapshot.visible
    missing: dict[str, list[str]] = {}
    for customer_id, owned in bought.items():
        lacks = [one for one in product_ids if one not in owned]
        if 1 <= len(lacks) <= MOST_MISSING and customer_id in visible and _is_of(visible[customer_id], bundle):
            missing[customer_id] = lacks
    counts = [sum(len(lacks) == n for lacks in missing.values()) for n in (1, MOST_MISSING)]
    two = f" or two ({counts[1]})" if bundle.size > MOST_MISSING else ""
    return Found(_offered(context, missing), product_ids, f"customers who miss one ({counts[0]}){two}")


def _of_product(context: PageContext, source: Source) -> Found:
    (product,) = _known(context, (source.product,))
    visible = context.snapshot.visible
    by_profile = {
        row["customer_id"]: Fit(row["rank"], row["score"], row["like_id"], row["like_baskets"])
        for row in context.snapshot.source.rows("profile_fits", product)
        if row["customer_id"] in visible
    }
    if by_profile:
        offered = _offered(context, {one: [product] for one in by_profile})
        found = tuple(one._replace(fit=by_profile[one.customer.customer_id]) for one in offered)
        return Found(found, (product,), "customers who buy what is most like it", is_by_profile=True)
    fits = {one: [product] for one in chances_of(context, product) if one in visible}
    return Found(_offered(context, fits), (product,), "customers whom it fits by what they and others like them buy")


def _is_of(customer: Customer, bundle: Bundle) -> bool:
    """Return whether a customer is of the group that a bundle was found in."""
    of = {"segment": customer.segment, "region": customer.region, "rfm": customer.rfm_segment}
    return bundle.group not in of or of[bundle.group] == bundle.segment


def _offered(context: PageContext, missing: Mapping[str, Iterable[str]]) -> tuple[Candidate, ...]:
    """Return the candidates of what each of them lacks, without what is not sold or is held back from their lists."""
    products = dict.fromkeys(product for lacks in missing.values() for product in lacks)
    chances = {product: chances_of(context, product) for product in products}
    held = {product: context.held_from(product) for product in products}
    sold = {product for product in products if context.products.may_be_suggested(product)}

    def candidate(customer_id: str) -> Candidate:
        offered = [one for one in missing[customer_id] if one in sold and customer_id not in held[one]]
        known = {one: chances[one][customer_id] for one in offered if customer_id in chances[one]}
        expected = {one: each.expected for one, each in known.items() if each.expected is not None}
        best_first = sorted(offered, key=lambda one: -expected.get(one, -1.0))  # equal ones as the source has them
        total = sum(expected.values()) if expected else None
        return Candidate(context.snapshot.visible[customer_id], tuple(best_first), total)

    return tuple(candidate(one) for one in missing)


# ---- of groups ----


def _of_groups(context: PageContext, source: Source) -> tuple[list[Customer], str]:
    """Return the customers of the groups that a source names, and who they are."""
    snapshot = context.snapshot
    columns = snapshot.cache.segment_columns(snapshot.version, snapshot.scope)
    if source.kind == "moved":
        since = "since the version before" if not source.since else f"since version {source.since}"
        came = f"from {source.was} to {source.rfm}" if source.was else f"to {source.rfm}"
        return _at(columns, _moved(context, source, columns)), f"customers who moved {came} {since}"
    chosen = np.ones(len(columns.customers), dtype=bool)
    said: list[str] = []
    if source.rfm:
        chosen &= columns.rfm == rfm_place(source.rfm)
        said.append(source.rfm)
    if source.cells:
        chosen &= np.isin(columns.cell, [cell_place(*cell_of(one)) for one in source.cells])
        said.append(f"recency and frequency {', '.join(source.cells)}")
    if source.cluster:
        chosen &= columns.cluster == (int(source.cluster) - 1 if source.cluster.isdecimal() else UNKNOWN)
        said.append(f"cluster {source.cluster}")
    ones = _at(columns, chosen)
    for name in ("segment", "region"):
        wanted = getattr(source, name)
        if wanted:
            ones = [one for one in ones if getattr(one, name) == wanted]
            said.append(wanted)
    return ones, f"customers in {', '.join(said)}"


def _at(columns: SegmentColumns, chosen: NDArray[np.bool_]) -> list[Customer]:
    return [columns.customers[place] for place in np.flatnonzero(chosen).tolist()]


def _moved(context: PageContext, source: Source, columns: SegmentColumns) -> NDArray[np.bool_]:
    then, into = _rfm_then(context, source, columns), rfm_place(source.rfm)
    moved = (columns.rfm == into) & (then != into)
    return np.asarray(moved & (then == rfm_place(source.was)) if source.was else moved)


def _rfm_then(context: PageContext, source: Source, columns: SegmentColumns) -> NDArray[np.int64]:
    """Return by place the segment of the version that moves are counted from."""
    if not source.since:
        return columns.rfm_before
    snapshot = context.snapshot
    try:
        there = (source.since, snapshot.scope, "rfm")
        return snapshot.cache.compared_segments(snapshot.version, snapshot.scope, *there)
    except VersionGone as error:
        raise CampaignError(
            f"Version {source.since} is not kept any more; choose moves since another one on the page of segments."
        ) from error


def _own_expected(customer: Customer, source: Source) -> float | None:
    return customer.lost_expected if source.offer == "lost" else customer.new_expected


def has_own(customer: Customer, source: Source) -> bool:
    """Return whether a customer has anything of their own to be offered."""
    return bool(customer.lost_products if source.offer == "lost" else customer.new_products)


# ---- inner ----


def _chance(chance: float | None, expected: float | None) -> Chance:
    return Chance(chance, expected / chance if chance and expected is not None else None, expected)


def _buyers(context: PageContext, product_id: str) -> Iterator[str]:
    """Yield who ever bought a product."""
    return (row["customer_id"] for row in context.snapshot.source.rows("buyers", product_id))


def _known(context: PageContext, product_ids: Iterable[str]) -> tuple[str, ...]:
    """Return products as they are. Raises CampaignError for one that the version does not know."""
    ids = tuple(product_ids)
    unknown = next((one for one in ids if context.products.get(one) is None), None)
    if unknown is not None:
        raise CampaignError(f"There is no product {unknown} in these data; look for it on the page of products.")
    return ids
