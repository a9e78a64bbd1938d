"""Hand-made `evaluation` of a version's manifest, as a build with a back-test writes it."""

from datetime import date
from typing import Any

from recsys.schema.published import SCORE_FAMILIES
from tests.support.artifacts import small_rows

_METRICS = ("recall@10", "ndcg@10", "hr@10", "hr@1", "mrr", "precision@10", "recall@20", "ndcg@20")

SEED_MEANS = {"all": 0.25, "new": 0.125}


def figures(gain: float = 0.05) -> dict[str, Any]:
    """Return a manifest's evaluation: two baselines, and a ranker whose metrics exceed the better one's by `gain`."""
    heights = {"popular": 0.1, "own_frequent": 0.15, "tifu_knn": 0.2, "ranker": 0.2 + gain}
    return {
        "held_back": {"usual": 3, "new": 12, "seasonal": 0},
        "not_sellable": 2,
        "evaluation": {
            "protocol": "calendar",
            "data": {
                "cut": "2026-10-19",
                "days": 28,
                "history_customers": 1200,
                "history_products": 400,
                "tested": {"all": 840, "new": 630},
                "bought": {"all": 6_940, "new": 2_100},
            },
            "models": {
                name: {"all": _part(height, 840), "new": _part(height / 2, 630), "fit_s": 1.5, "score_s": 0.5}
                for name, height in heights.items()
            },
            "paired": {
                "ranker": {
                    "popular": {"all": _gains(0.15, 840), "new": _gains(0.075, 630)},
                    "own_frequent": {"all": _gains(0.1, 840), "new": _gains(0.05, 630)},
                    "tifu_knn": {"all": _gains(gain, 840), "new": _gains(gain / 2, 630)},
                }
            },
            "intervals": {
                name: {part: _intervals(height / of) for part, of in (("all", 1), ("new", 2))}
                for name, height in heights.items()
            },
            "seeds": {"n": 5, "spreads": {part: {"recall@10": _spread(height)} for part, height in SEED_MEANS.items()}},
            "seasonal": {"lists": 3, "rows": 40, "bought": 18, "wanted": 90},
            "unsold": {"why_not": "there is no table of products, so none is known that nobody had bought"},
        },
        "lists": {
            "usual": _lists(1_400, 19_600, 0.62, 0.015),
            "new": _lists(1_481, 29_620, 0.0, 0.03),
        },
        "calibration": _chances(0.012, 0.005),
        "breadth": {
            "max_share": 0.05,
            "widest_share": 0.049,
            "products": 300,
            "recall": 0.13,
            "recall_cost": 0.002,
            "n": 600,
        },
        "feature_shares": {
            "usual": dict(zip(SCORE_FAMILIES, (0.7, 0.1, 0.05, 0.05, 0.02, 0.05, 0.03), strict=True)),
            "new": dict(zip(SCORE_FAMILIES, (0.0, 0.5, 0.25, 0.1, 0.05, 0.02, 0.08), strict=True)),
        },
        "seasonal": {"customers": 3},
        "new_lines": new_lines(),
        "answers": {
            "effects": [
                {"answer": "no answer", "pitches": 164, "bought": 0, "expected": 5.5, "odds": 0.24},
                {"answer": "snoozed", "pitches": 138, "bought": 36, "expected": 3.7, "odds": 14.6},
                {"answer": "no answer for four weeks", "pitches": 7, "bought": 0, "expected": 0.1, "odds": 1.0},
            ],
            "hits_before": 478,
            "hits_after": 502,
        },
    }


def new_lines(gain: float = 2.7, products: int = 269) -> dict[str, Any]:
    """Return the part of who fits a new line: the first 100 by profile hold `gain` more buyers than by order days."""
    hits = {"profile": 7.1, "order days": 7.1 - gain, "random": 0.9}
    return {
        "kind": "first sold",
        "weeks": 8,
        "cuts": ["2026-06-26", "2026-09-18"],
        "products": products,
        "buyers": 8_119,
        "customers": 3_227.2,
        "figures": [
            {"ranking": name, "first": "100", "n": products, "hits": _around(mean), "recall": _around(mean / 28)}
            for name, mean in hits.items()
        ],
        "gains": [{"over": "order days", "first": "100", "n": products, "hits": _around(gain)}],
    }


def _around(mean: float) -> dict[str, float]:
    return {"mean": mean, "low": mean - 0.5, "high": mean + 0.5}


def _chances(usual_error: float, new_error: float, **more: int) -> dict[str, Any]:
    bins = [_bin(0.0, 0.1, 800, 0.05, 0.04), _bin(0.1, 0.5, 150, 0.25, 0.3), _bin(0.5, 1.0, 50, 0.7, 0.66)]
    new = {"n": 600, "ece": new_error, "bins": [_bin(0.0, 0.2, 600, 0.1, 0.125)], **more}
    return {"n": 1000, "ece": usual_error, "bins": bins, "new": new, **more}


def _spread(mean: float) -> dict[str, float]:
    return {"mean": mean, "sd": 0.001, "lowest": mean - 0.001, "highest": mean + 0.001}


def _lists(lists: int, rows: int, own_share: float, overlap: float) -> dict[str, float]:
    breadth = {"products": 426, "coverage": 0.355, "largest_share": 0.0797, "overlap": overlap, "novelty": 0.2}
    return {"lists": lists, "rows": rows, "own_share": own_share, **breadth}


def _part(height: float, n: int) -> dict[str, float]:
    return {**{metric: height for metric in _METRICS}, "coverage@10": 0.25, "n": n}


def _intervals(height: float) -> dict[str, list[float]]:
    return {metric: [height - 0.01, height + 0.01] for metric in _METRICS}


def _gains(gain: float, n: int) -> dict[str, dict[str, float]]:
    one = {"difference": gain, "low": gain - 0.02, "high": gain + 0.02, "n": n}
    return {metric: dict(one) for metric in _METRICS}


def _bin(low: float, high: float, n: int, predicted: float, bought: float) -> dict[str, float]:
    return {"low": low, "high": high, "n": n, "predicted": predicted, "bought": bought}


def ranked_recommendations() -> list[dict[str, Any]]:
    """Return the small version's recommendations with a calibrated ranker's scores, and the reasons that need one.

    CAFE1's new list: P4 by similar customers (chance 1 in 8, of 8.00 that is 1.00 expected), P5 like P3 (no quantity,
    for want of a purchase). CAFE2's: P3, rising. CAFE1's seasonal list: P3, bought once, on 5 October. NEW1 keeps
    its best sellers.
    """
    new = {"model": "ranker", "quantity": 2.0, "quantity_from": "similar", "price_from": "list"}
    rows = []
    for row in small_rows()["recommendations"]:
        key = row["customer_id"], row["list"], row["product_id"]
        if row["customer_id"] == "NEW1":
            rows.append(row)
        elif key == ("CAFE1", "usual", "P3"):
            season = {"reason_kind": "same_season", "reason_n": 1, "reason_on": date(2026, 10, 5), "rank": 1}
            rows.append(
                _scored(row | season | {"list": "seasonal", "reason_since_days": None}, 0.25, own=0.2, season=0.8)
            )
        elif key == ("CAFE2", "new", "P3"):
            rising = {"reason_kind": "rising", "reason_n": 2, "reason_of": 1, "reason_segment": None}
            worth = {"price": 10.0, "value": 20.0}
            rows.append(_scored(row | rising | new | worth, 0.05, rising=0.6, popular=0.4))
        else:
            shares = {"own": 0.9, "popular": 0.1} if row["list"] == "usual" else {"similar": 0.58, "together": 0.42}
            rows.append(_scored(row, 0.8 if row["list"] == "usual" else 0.125, **shares))
    alike = {"reason_kind": "alike", "reason_n": 1, "reason_product_id": "P3", "reason_attribute": "Food"}
    fifth = {"customer_id": "CAFE1", "list": "new", "rank": 2, "product_id": "P5", "model": "ranker", "score": 0.4}
    rows.append(_scored(fifth | alike, 0.004, attributes=1.0))
    return sorted(rows, key=lambda row: (row["customer_id"], row["list"], row["rank"]))


def ranked_prospects() -> list[dict[str, Any]]:
    """Return the prospects of the new lists of `ranked_recommendations`: the highest expected value first."""
    taken = ("product_id", "customer_id", "list", "chance", "expected")
    rows = [
        {name: row.get(name) for name in taken} | {"list_rank": row["rank"]}
        for row in ranked_recommendations()
        if row["list"] == "new"
    ]
    rows.sort(key=lambda row: (row["product_id"], -(row["expected"] or 0), row["customer_id"] == "NEW1"))
    return [
        row | {"rank": 1 + sum(one["product_id"] == row["product_id"] for one in rows[:at])}
        for at, row in enumerate(rows)
    ]


def _scored(row: dict[str, Any], chance: float, **shares: float) -> dict[str, Any]:
    value = row.get("value")
    columns = {f"share_{family}": shares.get(family, 0.0) for family in SCORE_FAMILIES}
    return row | columns | {"model": "ranker", "chance": chance, "expected": None if value is None else chance * value}
