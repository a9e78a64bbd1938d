"""Every row of a build with the ranker, computed again from the order lines with plain Python: all reasons are true."""

import json
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from recsys.build.pipeline import build
from recsys.lists.rule_choice import DEFAULT_RULES, MIN_TESTED
from recsys.options import BuildOptions
from recsys.runtime.progress import Silent
from recsys.schema.published import REASON_KINDS, SCORE_FAMILIES
from tests.recsys.conftest import write_clean

pytestmark = pytest.mark.slow
AS_OF = date(2026, 6, 30)
YEAR_FROM = date(2025, 6, 30)
N_CUSTOMERS, N_PRODUCTS = 160, 60
OPTIONS = BuildOptions(
    list_length=10,
    knn_customers=30,
    similar_customers=4,
    min_support=0.02,
    min_segment_customers=8,
    pair_lift=1.2,
    max_share=0.4,
    usual_months=9,
    reason_pair_baskets=6,
    reason_pair_share=0.1,
    reason_pair_lift=1.1,
    rising_ratio=1.0,
    popular_share=0.25,
    popular_length=12,
    alike_baskets=20,
)
NEW_FAMILIES = ("similar", "together", "attributes", "rising", "popular")  # in the order without a ranker's shares


@cache
def low(n: int, of: int) -> float:
    """Return the lower end of the 95 % Wilson interval of n / of."""
    return float(binomtest(n, of).proportion_ci(method="wilson").low) if of else 0.0


def orders() -> list[dict[str, Any]]:
    """Twenty months of three tastes; p50 to p54 sell in the summer alone, p55 and p56 since a few weeks."""
    rng = np.random.default_rng(5)
    lines = []
    for n in range(N_CUSTOMERS - 20):
        gap = int(rng.choice([14, 30, 60]))
        own = rng.choice(np.arange(n % 3, 48, 3), size=4, replace=False)
        for ago in range(int(rng.integers(0, gap)), 600, gap):
            day = AS_OF - timedelta(ago)
            basket = {int(p) for p in own if rng.random() < 0.7} | {int(rng.integers(0, 48))}
            if day.month in (6, 7, 8) and rng.random() < 0.5 and (n % 2 or ago > 100):
                basket.add(int(rng.integers(50, 55)))
            if ago < 50 and rng.random() < (0.4 if ago < 28 else 0.1):
                basket.add(int(rng.integers(55, 57)))
            for product in sorted(basket):
                quantity = float(rng.integers(1, 9))
                lines.append(
                    {
                        "order_id": f"{n}-{ago}",
                        "customer_id": f"{n:03}",
                        "product_id": f"p{product:02}",
                        "ordered_on": day,
                        "quantity": quantity,
                        "revenue": quantity * (2.0 + product),
                    }
                )
    return lines


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> "BuiltVersion":
    root = tmp_path_factory.mktemp("ranked")
    segments, regions = ("cafe", "hotel", "school"), ("North", "South")
    customers = {
        f"{n:03}": {"segment": segments[n % 3], "region": regions[n % 2] if n % 5 else None} for n in range(N_CUSTOMERS)
    }
    products = {
        f"p{n:02}": {
            "category": f"Food > {'abcdef'[n % 6]}" if n % 7 else None,
            "supplier": f"Supplier {n % 4}",
            "unit_price": 2.0 + n,
            "available": n != 3,
            "introduced_on": date(2026, 7, 20) if n == 59 else None,
        }
        for n in range(N_PRODUCTS)
    }
    write_clean(root / "clean", orders(), customers, products)
    version = build(root / "clean", root / "artifacts", OPTIONS, Silent()).manifest.version
    return BuiltVersion(root, root / "artifacts" / version, customers, products)


class BuiltVersion:
    """A build, and the order lines it was made from, folded by hand."""

    def __init__(self, root: Path, folder: Path, customers: dict[str, Any], products: dict[str, Any]) -> None:
        self.root, self.customers, self.products = root, customers, products
        self.rows = pd.read_parquet(folder / "recommendations.parquet")
        self.evaluation = json.loads((folder / "manifest.json").read_text())["facts"]["evaluation"]
        near = pd.read_parquet(folder / "similar_customers.parquet")
        self.near = near.groupby("customer_id")["neighbour_id"].agg(list).to_dict()
        self.days: dict[tuple[str, str], list[date]] = {}
        self.baskets: dict[tuple[str, date], set[str]] = {}
        for line in orders():
            customer, product, day = line["customer_id"], line["product_id"], line["ordered_on"]
            self.baskets.setdefault((customer, day), set()).add(product)
            days = self.days.setdefault((customer, product), [])
            if day not in days:
                days.append(day)
        for days in self.days.values():
            days.sort()
        self.owned = {customer: [p for c, p in self.days if c == customer] for customer in customers}
        self.in_baskets = Counter(product for basket in self.baskets.values() for product in basket)
        self.ordering = {customer for customer, _ in self.days}

    def active(self, customer: str) -> list[str]:
        return [product for product in self.owned[customer] if self.days[customer, product][-1] > YEAR_FROM]

    def buyers(self, product: str, among: set[str] | None = None) -> set[str]:
        found = {customer for customer, bought in self.days if bought == product}
        return found if among is None else found & among

    # The reason of a row by each argument: the columns that it must have, None where it does not hold.

    def own(self, customer: str, product: str) -> dict[str, Any] | None:
        days = self.days.get((customer, product))
        if not days:
            return None
        since = (AS_OF - days[-1]).days
        reason = {"n": len(days), "on": days[-1], "since_days": since}
        gaps = [(late - early).days for early, late in zip(days, days[1:], strict=False)]
        if len(days) >= 3:
            usual = median(gaps)
            steady = sum(usual / 2 <= gap <= usual * 2 for gap in gaps) >= OPTIONS.rhythm_steady * len(gaps)
            if steady and usual - since <= OPTIONS.rhythm_ahead_days and since <= OPTIONS.rhythm_overdue * usual:
                return {"kind": "due_again", "gap_days": usual, **reason}
        if len(days) == 1 and since > OPTIONS.single_days and self.season(customer, product):
            return self.season(customer, product)
        return {"kind": "bought_before", **reason}

    def similar(self, customer: str, product: str) -> dict[str, Any] | None:
        reason = self.any_similar(customer, product)
        if reason is None or reason["n"] < OPTIONS.strong_similar:
            return None
        late = {c for (c, p), days in self.days.items() if p == product and days[-1] > YEAR_FROM}
        active = {c for (c, _), days in self.days.items() if days[-1] > YEAR_FROM}
        return reason if low(reason["n"], reason["of"]) > len(late) / len(active) else None

    def any_similar(self, customer: str, product: str) -> dict[str, Any] | None:
        near = self.near.get(customer, [])
        found = [other for other in near if self.days.get((other, product), [YEAR_FROM])[-1] > YEAR_FROM]
        if not found:
            return None
        last = self.days[found[0], product][-1]
        return {"kind": "similar_customers", "n": len(found), "of": len(near), "customer_id": found[0], "on": last}

    def together(self, customer: str, product: str) -> dict[str, Any] | None:
        found = []
        for other in self.active(customer):
            both = sum({other, product} <= basket for basket in self.baskets.values()) if other != product else 0
            of, own = self.in_baskets[other], self.in_baskets[product]
            if both < max(OPTIONS.reason_pair_baskets, OPTIONS.reason_pair_share * of):
                continue
            lift = both * len(self.baskets) / (own * of)
            surely = low(both, of) * len(self.baskets) / own
            if lift >= OPTIONS.pair_lift and surely >= OPTIONS.reason_pair_lift:
                found.append((-round(surely * own, 9), -both, other, lift))
        if not found:
            return None
        _, both, other, lift = min(found)
        of = self.in_baskets[other]
        return {"kind": "bought_together", "n": -both, "of": of, "lift": pytest.approx(lift), "product_id": other}

    def rising(self, customer: str, product: str) -> dict[str, Any] | None:
        def buyers(first: int, last: int) -> int:
            return sum(
                any(first <= (AS_OF - day).days <= last for day in days)
                for (_, bought), days in self.days.items()
                if bought == product
            )

        now, before = buyers(0, 27), buyers(28, 55)
        share = low(now, now + before)
        holds = now >= OPTIONS.least_rising and share >= OPTIONS.rising_ratio * (1 - share)
        return {"kind": "rising", "n": now, "of": before} if holds else None

    def season(self, customer: str, product: str) -> dict[str, Any] | None:
        days = [day for day in self.days.get((customer, product), []) if 322 <= (AS_OF - day).days < 378]
        return {"kind": "same_season", "n": len(days), "on": days[-1]} if days else None

    def attributes(self, customer: str, product: str) -> dict[str, Any] | None:
        reason = self.any_alike(customer, product)
        is_category = reason is not None and reason["attribute"] == self.products[product]["category"]
        return reason if reason is not None and is_category and reason["n"] >= OPTIONS.alike_baskets else None

    def any_alike(self, customer: str, product: str) -> dict[str, Any] | None:
        for name in ("category", "supplier"):
            wanted = self.products[product][name]
            found = [
                (-len(self.days[customer, other]), other)
                for other in self.active(customer)
                if other != product and wanted is not None and self.products[other][name] == wanted
            ]
            if found:
                times, other = min(found)
                return {"kind": "alike", "n": -times, "product_id": other, "attribute": wanted}
        return None

    def group(self, customer: str, product: str, model: str) -> tuple[dict[str, Any], set[str]]:
        """Whose purchases are counted: of the segment and region, the segment, or everyone; and what names them."""
        own = self.customers[customer]
        segment = {c for c in self.ordering if self.customers[c]["segment"] == own["segment"]}
        if model == "popular_in_segment_and_region":
            local = {c for c in segment if self.customers[c]["region"] == own["region"]}
            return {"segment": own["segment"], "region": own["region"]}, local
        if self.buyers(product, segment):
            return {"segment": own["segment"]}, segment
        return {}, self.ordering

    def popular(self, customer: str, product: str, model: str) -> dict[str, Any] | None:
        names, among = self.group(customer, product, model)
        n = len(self.buyers(product, among))
        kind = "popular_in_segment" if names else "popular"
        holds = low(n, len(among)) >= OPTIONS.popular_share
        return {"kind": kind, **names, "n": n, "of": len(among)} if holds else None

    def best_seller(self, customer: str, product: str, model: str) -> dict[str, Any] | None:
        for names, among in (self.group(customer, product, model), ({}, self.ordering)):
            sold = {bought for c, bought in self.days if c in among}
            ranked = sorted(sold, key=lambda one: (-len(self.buyers(one, among)), -self.baskets_of(one, among), one))
            if product in ranked[: OPTIONS.popular_length]:
                return {"kind": "best_seller", **names, "n": ranked.index(product) + 1}
        return None

    def baskets_of(self, product: str, among: set[str]) -> int:
        return sum(product in basket for (customer, _), basket in self.baskets.items() if customer in among)

    def reason(self, family: str, row: Any) -> dict[str, Any] | None:
        if family == "popular":
            return self.popular(row.customer_id, row.product_id, row.model)
        reason: dict[str, Any] | None = getattr(self, family)(row.customer_id, row.product_id)
        return reason

    def families(self, row: Any) -> list[str]:
        """The families that are tried for a row that the customer never bought, in their order."""
        if row.model == "alike":
            return ["attributes", *(family for family in NEW_FAMILIES if family != "attributes")]
        if row.model != "ranker":
            return list(NEW_FAMILIES)
        shares = {family: getattr(row, f"share_{family}") for family in SCORE_FAMILIES if family in NEW_FAMILIES}
        return sorted(shares, key=lambda family: 1 if family == "popular" else -shares[family])

    def last(self, row: Any) -> dict[str, Any]:
        """What is left where no argument holds."""
        customer, product = row.customer_id, row.product_id
        return (
            self.any_similar(customer, product)
            or self.best_seller(customer, product, row.model)
            or self.any_alike(customer, product)
            or {"kind": "pattern", "n": sum(c == customer for c, _ in self.baskets)}
        )

    def expected(self, row: Any) -> dict[str, Any]:
        """The whole rule."""
        if row.model == "same_weeks":
            return self.season(row.customer_id, row.product_id) or {}
        own = self.own(row.customer_id, row.product_id)
        if row.list == "lost":
            days = self.days[row.customer_id, row.product_id]
            gap = median((late - early).days for early, late in zip(days, days[1:], strict=False))
            return {**(own or {}), "kind": "stopped", "gap_days": gap}
        tried = (self.reason(family, row) for family in self.families(row))
        return own or next((reason for reason in tried if reason), None) or self.last(row)


def published_reason(row: Any) -> dict[str, Any]:
    found = {}
    for name in row._fields:
        value = getattr(row, name)
        if name.startswith("reason_") and not (value is None or value != value):
            found[name.removeprefix("reason_")] = value
    return found


def test_the_build_has_a_ranker_and_nearly_every_kind_of_reason(made: BuiltVersion) -> None:
    assert {"ranker", "same_weeks", "alike", "popular_in_segment_and_region"} <= set(made.rows["model"])
    assert set(made.rows["reason_kind"]) == set(REASON_KINDS) - {"popular", "pattern"}
    assert set(made.rows["list"]) == {"usual", "new", "seasonal", "lost"}
    assert made.rows["reason_n"][made.rows["reason_kind"] == "similar_customers"].min() < OPTIONS.strong_similar


def test_every_reason_is_true_strong_enough_and_the_first_that_is_so(made: BuiltVersion) -> None:
    for row in made.rows.itertuples():
        assert published_reason(row) == made.expected(row), row


def test_what_a_customer_bought_is_argued_with_their_own_orders(made: BuiltVersion) -> None:
    usual = made.rows[made.rows["list"] == "usual"]
    assert set(usual["reason_kind"]) <= {"due_again", "bought_before", "same_season"}


def test_shares_add_up_to_one_where_the_ranker_scored_and_are_missing_elsewhere(made: BuiltVersion) -> None:
    shares = made.rows[[f"share_{family}" for family in SCORE_FAMILIES]]
    is_ranked = made.rows["model"] == "ranker"
    assert shares[is_ranked].sum(axis=1).to_numpy() == pytest.approx(np.ones(is_ranked.sum()))
    assert (shares[is_ranked] >= 0).all(axis=None)
    assert shares[~is_ranked].isna().all(axis=None)
    for name in ("usual", "new"):
        listed = shares[is_ranked & (made.rows["list"] == name)].mean()
        reported = made.evaluation["feature_shares"][name]
        assert [reported[family] for family in SCORE_FAMILIES] == pytest.approx(listed.to_list(), abs=1e-6)


def test_expected_is_the_chance_times_the_value_and_only_calibrated_rows_have_one(made: BuiltVersion) -> None:
    rows = made.rows
    known = rows["chance"].notna()
    assert known.any()
    assert set(rows[known]["model"]) == {"ranker"}
    calibrated = {name for name in ("usual", "new") if "why_not" not in _calibration(made, name)}
    assert set(rows[known]["list"]) == calibrated
    assert rows[known]["chance"].between(0, 1).all()
    assert (rows["expected"].isna() == (rows["chance"].isna() | rows["value"].isna())).all()
    valued = rows[rows["expected"].notna()]
    assert valued["expected"].to_numpy() == pytest.approx((valued["chance"] * valued["value"]).to_numpy())


def _calibration(made: BuiltVersion, name: str) -> dict[str, Any]:
    by_list: dict[str, Any] = made.evaluation["calibration"]
    return by_list["new"] if name == "new" else by_list


def test_a_chance_never_rises_down_a_list(made: BuiltVersion) -> None:
    for _, part in made.rows[made.rows["chance"].notna()].groupby(["customer_id", "list"]):
        assert (part["chance"].diff().dropna() <= 0).all()


def test_bought_products_are_never_in_the_new_list_and_no_product_is_listed_twice(made: BuiltVersion) -> None:
    assert any(days[-1] < AS_OF - timedelta(300) for days in made.days.values())
    for row in made.rows[made.rows["list"] == "new"].itertuples():
        assert (row.customer_id, row.product_id) not in made.days
    # What fell silent may be due as well: by the team's rule it is raised as the one or the other, see raised.py.
    for twice in (["usual", "new", "seasonal"], ["lost", "new"]):
        assert not made.rows[made.rows["list"].isin(twice)].duplicated(["customer_id", "product_id"]).any()


def test_no_product_is_in_more_new_lists_than_the_exposure_cap(made: BuiltVersion) -> None:
    new = made.rows[made.rows["list"] == "new"]
    exposure = made.evaluation["breadth"]
    assert exposure["max_share"] == 0.4
    assert new["product_id"].value_counts().max() <= 0.4 * N_CUSTOMERS
    assert exposure["widest_share"] == new["product_id"].value_counts().max() / N_CUSTOMERS
    assert exposure["products"] == new["product_id"].nunique()
    assert 50 < exposure["n"] < MIN_TESTED
    assert exposure["popularity_discount"] == DEFAULT_RULES.popularity_discount
    assert not exposure.keys() & {"recall", "recall_cost", "trials"}


def test_products_that_nobody_bought_take_the_last_places_by_their_attributes(made: BuiltVersion) -> None:
    unsold = {f"p{n:02}" for n in (48, 49, 57, 58)}
    assert not unsold & {product for _, product in made.days}
    listed = made.rows[made.rows["model"] == "alike"]
    assert set(listed["product_id"]) <= unsold  # p59 comes in July
    assert set(listed["reason_kind"]) == {"alike"}  # nobody has bought them, so nothing else can hold
    assert listed.groupby("customer_id").size().max() == OPTIONS.unsold_places
    assert set(made.rows[made.rows["product_id"].isin(unsold)]["model"]) == {"alike"}
    for _, part in made.rows[made.rows["list"] == "new"].groupby("customer_id"):
        models = part.sort_values("rank")["model"].tolist()
        assert "alike" not in models[: len(models) - models.count("alike")]


def test_customers_without_orders_get_best_sellers_of_segment_and_region_first(made: BuiltVersion) -> None:
    for n in range(N_CUSTOMERS - 20, N_CUSTOMERS):
        own = made.rows[made.rows["customer_id"] == f"{n:03}"]
        first = "popular_in_segment_and_region" if n % 5 else "popular_in_segment"
        assert own.iloc[0]["model"] == first
        assert set(own["list"]) == {"new"}


def test_seasonal_products_were_bought_in_these_weeks_and_not_within_twelve(made: BuiltVersion) -> None:
    listed = made.rows[made.rows["list"] == "seasonal"]
    assert made.evaluation["seasonal"] == {"customers": listed["customer_id"].nunique()}
    summer = listed["product_id"].isin([f"p{n}" for n in range(50, 55)])
    assert summer.mean() > 0.5
    for row in listed.itertuples():
        assert made.season(row.customer_id, row.product_id)
        assert (AS_OF - made.days[row.customer_id, row.product_id][-1]).days >= 84


def test_the_manifest_has_the_reliability_of_the_chances(made: BuiltVersion) -> None:
    usual = made.evaluation["calibration"]
    assert usual["n"] == sum(each["n"] for each in usual["bins"])
    assert 0 <= usual["ece"] < 0.2
    assert made.evaluation["calibration"]["new"].keys() & {"bins", "why_not"}


def test_blocks_and_the_order_of_lines_change_nothing(made: BuiltVersion, tmp_path: Path) -> None:
    lines = orders()
    shuffled = [lines[place] for place in np.random.default_rng(1).permutation(len(lines))]
    write_clean(tmp_path / "clean", shuffled, made.customers, made.products)
    built = build(tmp_path / "clean", tmp_path / "artifacts", replace(OPTIONS, block_customers=17), Silent())
    again = pd.read_parquet(tmp_path / "artifacts" / built.manifest.version / "recommendations.parquet")
    pd.testing.assert_frame_equal(again, made.rows, check_exact=True)
    rebuilt = built.manifest.facts.evaluation
    assert {name: rebuilt[name] for name in rebuilt if name != "evaluation"} == {
        name: made.evaluation[name]
        for name in made.evaluation
        if name != "evaluation"  # it has seconds
    }


def test_the_manifest_holds_the_back_test_of_its_own_ranker(made: BuiltVersion) -> None:
    backtest = made.evaluation["evaluation"]
    assert backtest["models"]["ranker"]["all"]["n"] > 50
    assert set(backtest["models"]) >= {"popular", "own_frequent", "tifu_knn", "ranker"}
