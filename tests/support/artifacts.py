"""A small, hand-made, valid version to publish: for every test that needs something to read.

Two reps: Ann Example looks after CAFE1, CAFE2 and NEW1, Bob Sample after HOTEL1 and SCHOOL1.
NEW1 has no orders. Every kind of reason occurs that needs no ranker. as_of is 2026-11-15.
"""

import statistics
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from recsys.artifacts.manifest import BuildFacts
from recsys.artifacts.publish import building
from recsys.schema.published import ARTIFACT_TABLES
from recsys.schema.segments import RFM_SEGMENTS

AS_OF = date(2026, 11, 15)

FACTS = BuildFacts(
    as_of=AS_OF,
    first_order_on=date(2025, 1, 10),
    last_order_on=AS_OF,
    fingerprint="ab" * 32,
    source_rows={"customers": 5, "products": 6, "order_lines": 15, "returns": 2},
    options={},
    seed=1,
    seconds={"models": 0.5},
    evaluation={},
)


def publish_small(
    root: Path,
    *,
    changed: dict[str, list[dict[str, Any]]] | None = None,
    built_at: datetime | None = None,
    keep: int = 5,
    evaluation: dict[str, Any] | None = None,
    facts: BuildFacts | None = None,
) -> str:
    """Publish the small version in a folder and return its id.

    changed     rows to publish instead of small_rows(), per table
    evaluation  of its manifest; None: that of its facts
    facts       of its manifest; None: FACTS
    """
    facts = facts or FACTS
    if evaluation is not None:
        facts = replace(facts, evaluation=evaluation)
    with building(root, keep=keep) as build:
        for name, rows in {**small_rows(), **(changed or {})}.items():
            build.write(name, pa.Table.from_pylist(rows, schema=ARTIFACT_TABLES[name].arrow_schema()))
        return build.publish(facts, built_at=built_at or datetime.now(UTC))


def small_rows() -> dict[str, list[dict[str, Any]]]:
    """Return the rows of every published table, sorted by key; missing columns are null."""
    return {
        "customers": _customers(),
        "products": _products(),
        "purchases": _purchases(),
        "basket_lines": _basket_lines(),
        "recommendations": _recommendations(),
        "similar_customers": _similar_customers(),
        "similar_products": _similar_products(),
        "bundles": _bundles(),
        "popular": _popular(),
        "customer_months": _customer_months(),
        "product_months": _product_months(),
        "product_segments": _product_segments(),
        "buyers": _buyers(),
        "prospects": _prospects(),
        "profile_fits": _profile_fits(),
        "returned": _returned(),
        "alert_pairs": _alert_pairs(),
        "alert_customers": _alert_customers(),
        "segments": _segments(),
        "cohorts": _cohorts(),
    }


def nothing_of_customers() -> dict[str, list[dict[str, Any]]]:
    """Return no rows for each table that names customers, to publish other customers than the small ones."""
    naming = {"customer_id", "neighbour_id", "reason_customer_id"}
    return {name: [] for name, table in ARTIFACT_TABLES.items() if naming & set(table.column_names)}


def _customers() -> list[dict[str, Any]]:
    none = {
        "n_orders": 0,
        "n_order_days": 0,
        "revenue_12m": 0.0,
        "revenue_12m_before": 0.0,
        "orders_12m": 0,
        "orders_12m_before": 0,
        "active_products": 0,
        "order_days_12m": 0,
    }
    known = {"may_contact": True, "status": "active"}
    ann = {**none, **known, "rep": "Ann Example", "region": "North", "attributes": '{"loading_dock": "rear"}'}
    bob = {**none, **known, "rep": "Bob Sample", "region": "South"}
    cafe1 = {
        "customer_id": "CAFE1",
        "name": "Café Müller",
        "segment": "cafe",
        "phone": "01632 960001",
        "email": "orders@cafe-mueller.example",
        "first_order_on": date(2025, 1, 10),
        "last_order_on": date(2026, 11, 2),
        "n_orders": 4,
        "n_order_days": 4,
        "usual_gap_days": 14.0,
        "longest_gap_days": 633,
        "revenue_12m": 152.0,
        "revenue_12m_before": 24.0,
        "orders_12m": 3,
        "orders_12m_before": 1,
        "active_products": 3,
        "similar_active_products": 3.0,
        "top_category": "Drinks",
        "top_category_share": 132 / 152,
        **_rfm(13, 3, (3, 3, 5), "Needs attention", before="Champions", clusters=(1, 1)),
    }
    cafe2 = {
        "customer_id": "CAFE2",
        "name": "Bean <& Gone>",
        "segment": "cafe",
        "phone": "01632 960002",
        "first_order_on": date(2026, 9, 1),
        "last_order_on": date(2026, 10, 27),
        "n_orders": 3,
        "n_order_days": 3,
        "usual_gap_days": 28.0,
        "longest_gap_days": 28,
        "revenue_12m": 116.0,
        "orders_12m": 3,
        "active_products": 3,
        "similar_active_products": 3.0,
        "top_category": "Drinks",
        "top_category_share": 108 / 116,
        **_rfm(19, 3, (2, 3, 4), "At risk", before="Loyal", clusters=(1, 1)),
    }
    hotel1 = {
        "customer_id": "HOTEL1",
        "name": "Hotel O'Brien",
        "segment": "hotel",
        "phone": "01632 960003",
        "first_order_on": date(2026, 10, 1),
        "last_order_on": AS_OF,
        "n_orders": 2,
        "n_order_days": 2,
        "longest_gap_days": 45,
        "revenue_12m": 44.0,
        "orders_12m": 2,
        "active_products": 2,
        "similar_active_products": 3.0,
        "top_category": "Drinks",
        "top_category_share": 24 / 44,
        **_rfm(0, 2, (5, 2, 2), "Potential loyalist", before="New", clusters=(2, 2)),
    }
    new1 = {"customer_id": "NEW1", "name": "Brand New Deli", "segment": "cafe", "phone": "01632 960004"}
    school1 = {
        "customer_id": "SCHOOL1",
        "name": "Hill School",
        "segment": "school",
        "first_order_on": date(2026, 10, 20),
        "last_order_on": date(2026, 10, 20),
        "n_orders": 1,
        "n_order_days": 1,
        "revenue_12m": 20.0,
        "orders_12m": 1,
        "active_products": 1,
        "top_category": "Food",
        "top_category_share": 1.0,
        **_rfm(26, 1, (1, 1, 1), "Lost", before=None, clusters=(2, None)),
    }
    return [ann | cafe1, ann | cafe2, bob | hotel1, ann | new1, bob | school1 | {"status": "blocked"}]


def _rfm(
    recency_days: int,
    order_days: int,
    scores: tuple[int, int, int],
    segment: str,
    *,
    before: str | None,
    clusters: tuple[int, int | None],
) -> dict[str, Any]:
    """Return a customer's columns of segments: scores of recency, frequency and revenue; cluster now and before."""
    names = ("rfm_recency", "rfm_frequency", "rfm_monetary")
    return {
        "recency_days": recency_days,
        "order_days_12m": order_days,
        **dict(zip(names, scores, strict=True)),
        "rfm_segment": segment,
        "rfm_segment_before": before,
        "cluster": clusters[0],
        "cluster_before": clusters[1],
    }


def _products() -> list[dict[str, Any]]:
    def product(product_id: str, name: str, category: str, price: float, **facts: Any) -> dict[str, Any]:
        sold = {"n_customers": 0, "n_baskets": 0, "units_12m": 0.0, "revenue_12m": 0.0, "available": True}
        shelf = {"supplier": "Supplier & Sons", "unit": "case", "pack_size": "12 x 1 l"}
        known = {"product_id": product_id, "name": name, "category": category, "unit_price": price}
        return {**sold, **shelf, **known, **facts}

    def sold(n_customers: int, n_baskets: int, units: float, price: float, last: date) -> dict[str, Any]:
        counts = {"n_customers": n_customers, "n_baskets": n_baskets, "units_12m": units, "revenue_12m": units * price}
        first = min(days[0] for (_, bought), days in _BOUGHT.items() if _PRICES[bought] == price)
        return {"first_sold_on": first, "last_sold_on": last, "last_price": price, **counts}

    return [
        product("P1", "Espresso beans", "Drinks > Coffee", 12.0, **sold(3, 7, 12.0, 12.0, AS_OF), **_COUNTED),
        product("P2", "Oat drink", "Drinks > Plant-based", 15.0, **sold(2, 4, 8.0, 15.0, date(2026, 10, 27))),
        product("P3", "Crème fraîche", "Food > Dairy", 10.0, **sold(3, 3, 6.0, 10.0, date(2026, 10, 20))),
        product("P4", "Rye bread", "Food > Bakery", 4.0, **sold(1, 1, 2.0, 4.0, date(2026, 9, 29))),
        product("P5", "Brown sugar <1 kg>", "Food > Baking", 3.0, introduced_on=date(2026, 11, 1)),
        product("P6", "Old syrup", "Drinks > Syrup", 8.0, available=False, replaced_by="P5"),
    ]


_COUNTED = {"stock": 140.0, "stock_on": date(2026, 11, 12)}


def _purchases() -> list[dict[str, Any]]:
    def bought(customer: str, product: str, days: list[date], price: float, **facts: Any) -> dict[str, Any]:
        recent = [day for day in days if day > date(2025, 11, 15)]
        return {
            "customer_id": customer,
            "product_id": product,
            "n_baskets": len(days),
            "first_on": days[0],
            "last_on": days[-1],
            "usual_quantity": 2.0,
            "last_price": price,
            "units": 2.0 * len(days),
            "revenue": 2.0 * len(days) * price,
            "revenue_12m": 2.0 * len(recent) * price,
            **facts,
        }

    return [
        bought(*who_what, days, _PRICES[who_what[1]], **({"usual_gap_days": 14.0} if len(days) > 2 else {}))
        for who_what, days in _BOUGHT.items()
    ]


_PRICES = {"P1": 12.0, "P2": 15.0, "P3": 10.0, "P4": 4.0}

# Two units each time.
_BOUGHT = {
    ("CAFE1", "P1"): [date(2025, 1, 10), date(2026, 10, 5), date(2026, 10, 19), date(2026, 11, 2)],
    ("CAFE1", "P2"): [date(2026, 10, 5), date(2026, 10, 19)],
    ("CAFE1", "P3"): [date(2026, 10, 5)],
    ("CAFE2", "P1"): [date(2026, 9, 1), date(2026, 10, 27)],
    ("CAFE2", "P2"): [date(2026, 9, 1), date(2026, 10, 27)],
    ("CAFE2", "P4"): [date(2026, 9, 29)],
    ("HOTEL1", "P1"): [AS_OF],
    ("HOTEL1", "P3"): [date(2026, 10, 1)],
    ("SCHOOL1", "P3"): [date(2026, 10, 20)],
}


def _basket_lines() -> list[dict[str, Any]]:
    return [
        {
            "customer_id": customer,
            "product_id": product,
            "ordered_on": day,
            "quantity": 2.0,
            "revenue": 2.0 * _PRICES[product],
        }
        for (customer, product), days in _BOUGHT.items()
        for day in days
    ]


def _recommendations() -> list[dict[str, Any]]:
    def pitch(key: tuple[str, str, int], product: str, model: str, kind: str, **facts: Any) -> dict[str, Any]:
        customer, listed, rank = key
        known = {"customer_id": customer, "list": listed, "rank": rank, "product_id": product, "model": model}
        reason = {f"reason_{name}": value for name, value in facts.items() if name not in _WORTH}
        worth = {name: value for name, value in facts.items() if name in _WORTH}
        return {**known, "score": 1.0 / rank, "reason_kind": kind, **reason, **worth}

    new, usual = "new", "usual"
    own = {"quantity": 2.0, "quantity_from": "own", "price_from": "own_last"}
    similar = {"quantity": 2.0, "quantity_from": "similar", "price_from": "list"}
    anyone = {"quantity": 3.0, "quantity_from": "buyers", "price_from": "last"}
    rye = similar | {"price": 4.0, "value": 8.0, "n": 1, "of": 2, "on": date(2026, 9, 29), "customer_id": "CAFE2"}
    due = own | {"price": 12.0, "value": 24.0, "n": 4, "on": date(2026, 11, 2), "gap_days": 14.0, "since_days": 13}
    oat = own | {"price": 15.0, "value": 30.0, "n": 2, "on": date(2026, 10, 19), "since_days": 27}
    cream = own | {"price": 10.0, "value": 20.0, "n": 1, "on": date(2026, 10, 5), "since_days": 41}
    beans = own | {"price": 12.0, "value": 24.0, "n": 2, "on": date(2026, 10, 27), "since_days": 19}
    together = anyone | {"price": 15.0, "value": 45.0, "n": 4, "of": 7, "lift": 10 / 7, "product_id": "P1"}
    popular = anyone | {"price": 12.0, "value": 36.0}
    return [
        pitch(("CAFE1", new, 1), "P4", "customer_knn", "similar_customers", **rye),
        pitch(("CAFE1", usual, 1), "P1", "reorder", "due_again", **due),
        pitch(("CAFE1", usual, 2), "P2", "reorder", "bought_before", **oat),
        pitch(("CAFE1", usual, 3), "P3", "reorder", "bought_before", **cream),
        pitch(("CAFE2", new, 1), "P3", "popular", "popular_in_segment", n=1, of=2, segment="cafe"),
        pitch(("CAFE2", usual, 1), "P1", "reorder", "bought_before", **beans),
        pitch(("HOTEL1", new, 1), "P2", "bundles", "bought_together", **together),
        pitch(("HOTEL1", new, 2), "P4", "popular", "popular", n=1, of=4),
        pitch(("NEW1", new, 1), "P1", "popular", "popular_in_segment", n=2, of=2, segment="cafe", **popular),
        pitch(("NEW1", new, 2), "P3", "popular", "popular", n=3, of=4),
    ]


_WORTH = ("quantity", "quantity_from", "price", "price_from", "value")


def _similar_customers() -> list[dict[str, Any]]:
    def near(customer: str, rank: int, other: str, similarity: float, shared: int, n: int) -> dict[str, Any]:
        return {
            "customer_id": customer,
            "rank": rank,
            "neighbour_id": other,
            "similarity": similarity,
            "n_shared": shared,
            "n_products": n,
        }

    return [
        near("CAFE1", 1, "CAFE2", 0.82, 2, 3),
        near("CAFE1", 2, "HOTEL1", 0.6, 2, 2),
        near("CAFE2", 1, "CAFE1", 0.82, 2, 3),
        near("HOTEL1", 1, "CAFE1", 0.6, 2, 3),
    ]


def _similar_products() -> list[dict[str, Any]]:
    def near(product: str, rank: int, other: str, similarity: float, n: int, lift: float) -> dict[str, Any]:
        known = {"product_id": product, "rank": rank, "other_id": other, "similarity": similarity}
        return {**known, "n_customers": 2, "n_baskets": n, "lift": lift}

    return [
        near("P1", 1, "P2", 0.9, 4, 10 / 7),
        near("P1", 2, "P3", 0.7, 1, 10 / 21),
        near("P2", 1, "P1", 0.9, 4, 10 / 7),
        near("P3", 1, "P1", 0.7, 1, 10 / 21),
    ]


def _bundles() -> list[dict[str, Any]]:
    def bundle(segment: str, bundle_id: int, products: list[str], n: int, of: int, **facts: Any) -> dict[str, Any]:
        known = {"segment": segment, "bundle_id": bundle_id, "bundle_key": f"{segment}/{bundle_id}"}
        size = {"size": len(products), "n_baskets": n, "of_baskets": of, "support": n / of, "redundant": False}
        price = sum(_PRICES[product] for product in products)
        whose = {"group": "segment" if segment else "all", "substitutes": False, "n_miss_two": 0}
        return {**known, **whose, "products": products, **size, "price": price, **facts}

    # HOTEL1 lacks P2, CAFE2 lacks P3; SCHOOL1 lacks P1 but is blocked
    both = {"lift_low": 0.95, "lift_high": 2.14, "zhangs_metric": 0.5, "leverage": 0.12, "typical": 0.95, "cost": 20.0}
    seldom = {"lift_low": 0.1, "lift_high": 2.3, "zhangs_metric": -0.6, "leverage": -0.11, "typical": 0.1}
    of_cafes = {"lift_low": 0.84, "lift_high": 1.62, "zhangs_metric": 0.33, "leverage": 0.08, "typical": 0.0}
    two, one = {"n_have_all": 2, "n_miss_one": 1}, {"n_have_all": 2, "n_miss_one": 0}
    return [
        bundle("", 1, ["P1", "P2"], 4, 10, consequent_id="P1", confidence=1.0, lift=10 / 7, **both, **two),
        bundle("", 2, ["P1", "P3"], 1, 10, consequent_id="P1", confidence=1 / 3, lift=10 / 21, **seldom, **two),
        bundle("cafe", 1, ["P1", "P2"], 4, 7, consequent_id="P1", confidence=1.0, lift=7 / 6, **of_cafes, **one),
    ]


def _popular() -> list[dict[str, Any]]:
    def seller(segment: str, rank: int, product: str, n: int, of: int, n_baskets: int) -> dict[str, Any]:
        known = {"segment": segment, "rank": rank, "product_id": product}
        return {**known, "n_customers": n, "of_customers": of, "n_baskets": n_baskets}

    return [
        seller("", 1, "P1", 3, 4, 7),
        seller("", 2, "P3", 3, 4, 3),
        seller("", 3, "P2", 2, 4, 4),
        seller("", 4, "P4", 1, 4, 1),
        seller("cafe", 1, "P1", 2, 2, 6),
        seller("cafe", 2, "P2", 2, 2, 4),
        seller("cafe", 3, "P3", 1, 2, 1),
        seller("cafe", 4, "P4", 1, 2, 1),
        seller("hotel", 1, "P1", 1, 1, 1),
        seller("hotel", 2, "P3", 1, 1, 1),
        seller("school", 1, "P3", 1, 1, 1),
    ]


def _customer_months() -> list[dict[str, Any]]:
    months: dict[tuple[str, date], dict[str, Any]] = {}
    days: dict[tuple[str, date], set[date]] = {}
    for (customer, product), bought in sorted(_BOUGHT.items()):
        for day in bought:
            key = (customer, day.replace(day=1))
            month = months.setdefault(key, {"customer_id": customer, "month": key[1], "revenue": 0.0})
            month["revenue"] += 2.0 * _PRICES[product]
            days.setdefault(key, set()).add(day)
    return [{**months[key], "n_orders": len(days[key])} for key in sorted(months)]


def _product_months() -> list[dict[str, Any]]:
    months: dict[tuple[str, date], list[tuple[str, date]]] = {}
    for (customer, product), bought in _BOUGHT.items():
        for day in bought:
            months.setdefault((product, day.replace(day=1)), []).append((customer, day))
    return [
        {
            "product_id": product,
            "month": month,
            "units": 2.0 * len(sales),
            "revenue": 2.0 * len(sales) * _PRICES[product],
            "n_customers": len({customer for customer, _ in sales}),
        }
        for (product, month), sales in sorted(months.items())
    ]


def _product_segments() -> list[dict[str, Any]]:
    rows = [{name: value for name, value in row.items() if name != "rank"} for row in _popular()]
    return sorted(rows, key=lambda row: (row["product_id"], row["segment"]))


def _buyers() -> list[dict[str, Any]]:
    taken = ("product_id", "customer_id", "n_baskets", "last_on", "usual_quantity", "revenue_12m")
    rows = [{name: row[name] for name in taken} for row in _purchases()]
    rows.sort(key=lambda row: (row["product_id"], -row["n_baskets"], -row["last_on"].toordinal(), row["customer_id"]))
    return _ranked(rows)


def _prospects() -> list[dict[str, Any]]:
    rows = [
        {"product_id": row["product_id"], "customer_id": row["customer_id"], "list": "new", "list_rank": row["rank"]}
        for row in _recommendations()
        if row["list"] == "new"
    ]
    rows.sort(key=lambda row: (row["product_id"], row["customer_id"] == "NEW1", row["list_rank"], row["customer_id"]))
    return _ranked(rows)


def _profile_fits() -> list[dict[str, Any]]:
    """Return whom the brown sugar fits, which nobody bought."""

    def fit(customer: str, score: float, like: str, days: int) -> dict[str, Any]:
        return {"product_id": "P5", "customer_id": customer, "score": score, "like_id": like, "like_baskets": days}

    return _ranked([fit("CAFE2", 0.75, "P4", 1), fit("CAFE1", 0.5, "P3", 1), fit("HOTEL1", 0.25, "P3", 2)])


def _ranked(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Number each product's rows from 1, in place, and return them."""
    ranks: dict[str, int] = {}
    for row in rows:
        ranks[row["product_id"]] = row["rank"] = ranks.get(row["product_id"], 0) + 1
    return rows


def _returned() -> list[dict[str, Any]]:
    def back(customer: str, day: date, product: str) -> dict[str, Any]:
        known = {"customer_id": customer, "returned_on": day, "order_id": f"R-{customer}", "product_id": product}
        return {**known, "quantity": 1.0, "revenue": _PRICES[product]}

    return [back("CAFE1", date(2026, 10, 7), "P3"), back("HOTEL1", date(2026, 10, 3), "P1")]


def _alert_pairs() -> list[dict[str, Any]]:
    """Return six pairs. The usual rule looks at four of them, says three, is right twice and misses CAFE2's beans."""

    def pair(who: str, what: str, n: int, silent: int, gaps: tuple[float, float], **more: Any) -> dict[str, Any]:
        known = {"customer_id": who, "product_id": what, "n_baskets": n, "silent_days": silent}
        return {**known, "usual_gap_days": gaps[0], "long_gap_days": gaps[1], **more}

    return [
        pair("CAFE1", "P1", 8, 30, (14.0, 20.0), worth=600.0, stopped=True),
        pair("CAFE1", "P2", 6, 25, (7.0, 9.0), worth=300.0, stopped=False),
        pair("CAFE1", "P3", 5, 60, (14.0, 16.0), worth=250.0, stopped=True),  # bought too seldom
        pair("CAFE2", "P1", 10, 20, (28.0, 30.0), worth=900.0, stopped=True),
        pair("HOTEL1", "P1", 12, 8, (7.0, 10.0), worth=150.0, stopped=False),  # worth too little
        pair("HOTEL1", "P3", 7, 40, (10.0, 12.0), worth=500.0, stopped=True),
    ]


def _alert_customers() -> list[dict[str, Any]]:
    """Return three customers: the usual rule is right about CAFE1, silent about CAFE2, and HOTEL1 came too seldom."""

    def customer(who: str, n: int, gaps: tuple[float, float], quarters: tuple[int, int], **more: Any) -> dict[str, Any]:
        known = {"customer_id": who, "n_order_days": n, "usual_gap_days": gaps[0], "recent_gap_days": gaps[1]}
        return {**known, "order_days_90d": quarters[0], "order_days_90d_before": quarters[1], **more}

    return [
        customer("CAFE1", 20, (14.0, 26.0), (5, 6), slowed=True),
        customer("CAFE2", 9, (28.0, 30.0), (3, 3), slowed=False),
        customer("HOTEL1", 5, (7.0, 15.0), (3, 2), slowed=True),
    ]


def _segments() -> list[dict[str, Any]]:
    """Return the segments of the small customers: all eleven named ones, and two clusters."""

    def median(rows: list[dict[str, Any]], name: str) -> float | None:
        return float(statistics.median(row[name] for row in rows)) if rows else None

    def segment(scheme: str, column: str, value: str | int, **words: Any) -> dict[str, Any]:
        inside = [row for row in _customers() if row.get(column) == value]
        before = [row for row in _customers() if row.get(f"{column}_before") == value]
        sums = ("revenue_12m", "revenue_12m_before", "orders_12m", "order_days_12m")
        stayed = sum(row in before for row in inside)
        return {
            "scheme": scheme,
            "segment": str(value),
            "n_customers": len(inside),
            **{name: sum(row[name] for row in inside) for name in sums},
            "median_recency_days": median(inside, "recency_days"),
            "median_order_days": median(inside, "order_days_12m"),
            "median_revenue": median(inside, "revenue_12m"),
            "n_before": len(before),
            "moved_in": len(inside) - stayed,
            "moved_out": len(before) - stayed,
            **words,
        }

    clusters = [segment("cluster", "cluster", number, description=f"cluster {number}") for number in (1, 2)]
    named = [segment("rfm", "rfm_segment", one.name, rule=one.rule, description=one.words) for one in RFM_SEGMENTS]
    return clusters + sorted(named, key=lambda row: row["segment"])


def _cohorts() -> list[dict[str, Any]]:
    """Return the customers whose first order is in 2026: CAFE2 of the third quarter, two of the fourth."""

    def cohort(name: str, first: date, quarter: date, n: int, n_active: int, revenue: float) -> dict[str, Any]:
        counts = {"n_customers": n, "n_active": n_active, "revenue": revenue}
        return {"cohort": name, "quarter": quarter, "first_quarter": first, **counts}

    third, fourth = date(2026, 7, 1), date(2026, 10, 1)
    return [
        cohort("2026-Q3", third, third, 1, 1, 62.0),
        cohort("2026-Q3", third, fourth, 1, 1, 54.0),
        cohort("2026-Q4", fourth, fourth, 2, 2, 64.0),
    ]
