"""Every row of a small build, computed again from its order lines with plain pandas: no reason may be untrue."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from scipy.stats import binomtest

from recsys.build.pipeline import build
from recsys.options import BuildOptions
from recsys.runtime.progress import Silent
from recsys.schema.published import REASON_KINDS

AS_OF = date(2026, 6, 30)
YEAR_FROM = pd.Timestamp(2025, 6, 30)
OPTIONS = BuildOptions(
    as_of=AS_OF,
    list_length=8,
    knn_customers=12,
    similar_customers=5,
    min_support=0.02,
    min_baskets=3,
    min_segment_baskets=20,
    min_segment_customers=4,
    popular_length=30,
    pair_lift=1.2,
    pair_baskets=3,
    reason_pair_baskets=3,
    reason_pair_share=0.1,
    reason_pair_lift=1.0,
    block_customers=7,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty customers, thirty products, eighteen months up to a month after as_of; odd ones of every kind."""
    rng = np.random.default_rng(11)
    root = tmp_path_factory.mktemp("small")
    # Two tastes, so that similar customers differ from popular ones.
    customers = [
        {
            "customer_id": f"{n:03}",
            "segment": "rare" if n == 2 else (None if n % 5 == 0 else ["cafe", "hotel"][n % 2]),
            "status": {50: "blocked", 51: "closed", 52: "active"}.get(n),
        }
        for n in range(60)
    ]
    products = [
        {
            "product_id": f"p{n:02}",
            "unit_price": None if n % 3 else 5.0 + n,
            "available": n != 4 and (None if n % 2 else True),
            "replaced_by": "p01" if n == 7 else None,
        }
        for n in range(30)
    ]
    lines = [line for n in range(55) for line in _orders(n, rng)]
    write(root / "customers.parquet", [{"name": row["customer_id"], **row} for row in customers])
    write(root / "products.parquet", [{"name": row["product_id"], **row} for row in products])
    write(root / "order_lines.parquet", lines)
    pq.write_table(pq.read_table(root / "order_lines.parquet").slice(0, 0), root / "returns.parquet")
    build(root, root / "artifacts", OPTIONS, Silent())
    return root


def _orders(n: int, rng: np.random.Generator) -> Iterator[dict[str, Any]]:
    first = date(2025, 1, 10)
    taste = np.where((np.arange(30) % 2) == n % 2, 4.0, 1.0) / (1 + np.arange(30) % 11)
    for order in range(1 + n % 9):
        day = first + timedelta(int(rng.integers(0, 560)))
        for product in rng.choice(30, size=int(rng.integers(1, 5)), replace=False, p=taste / taste.sum()):
            quantity = float(rng.integers(1, 9)) + (0.5 if product % 5 == 0 else 0)
            price = round(float(rng.uniform(1, 20)), 2)
            yield {
                "order_id": f"{n}-{order}",
                "customer_id": f"{n:03}",
                "product_id": f"p{product:02}",
                "ordered_on": day,
                "quantity": quantity,
                "revenue": quantity * price,
            }


def write(path: Path, rows: list[dict[str, Any]]) -> None:
    frame = pd.DataFrame(rows)
    for name in ("segment", "status", "replaced_by"):
        if name in frame:
            frame[name] = frame[name].astype("string")
    if "available" in frame:
        frame["available"] = frame["available"].astype("boolean")
    frame.to_parquet(path, index=False)


@pytest.fixture(scope="module")
def published(folder: Path) -> Callable[[str], pd.DataFrame]:
    version = (folder / "artifacts" / "CURRENT").read_text().strip()
    return lambda name: pd.read_parquet(folder / "artifacts" / version / f"{name}.parquet")


@pytest.fixture(scope="module")
def rows(published: Callable[[str], pd.DataFrame]) -> pd.DataFrame:
    return published("recommendations")


@pytest.fixture(scope="module")
def bought(folder: Path) -> pd.DataFrame:
    """One row a customer, product and day, up to as_of."""
    lines = pd.read_parquet(folder / "order_lines.parquet")
    lines["ordered_on"] = pd.to_datetime(lines["ordered_on"])
    lines = lines[lines["ordered_on"] <= pd.Timestamp(AS_OF)]
    return lines.groupby(["customer_id", "product_id", "ordered_on"], as_index=False)[["quantity", "revenue"]].sum()


@pytest.fixture(scope="module")
def neighbours(published: Callable[[str], pd.DataFrame]) -> dict[str, list[str]]:
    return published("similar_customers").groupby("customer_id")["neighbour_id"].agg(list).to_dict()


def purchases(bought: pd.DataFrame, customer: str, product: str) -> pd.DataFrame:
    return bought[(bought["customer_id"] == customer) & (bought["product_id"] == product)].sort_values("ordered_on")


def recent_buyers(bought: pd.DataFrame, neighbours: dict[str, list[str]], row: Any) -> list[str]:
    late = bought[(bought["ordered_on"] > YEAR_FROM) & (bought["product_id"] == row.product_id)]
    return [other for other in neighbours.get(row.customer_id, []) if other in set(late["customer_id"])]


def pairs(bought: pd.DataFrame, row: Any) -> list[tuple[float, int, int, float, str]]:
    """Least lift, baskets with both, baskets with the other, lift and id of what the customer buys."""
    baskets = bought.groupby(["customer_id", "ordered_on"])["product_id"].agg(set)
    own = bought[(bought["customer_id"] == row.customer_id) & (bought["ordered_on"] > YEAR_FROM)]["product_id"].unique()
    n_this = sum(row.product_id in basket for basket in baskets)
    found = []
    for other in own:
        n_other = sum(other in basket for basket in baskets)
        both = sum({other, row.product_id} <= basket for basket in baskets)
        lift = both * len(baskets) / (n_this * n_other)
        surely = low(both, n_other) * len(baskets) / n_this
        if both >= max(3, 0.1 * n_other) and lift >= OPTIONS.pair_lift and surely >= OPTIONS.reason_pair_lift:
            found.append((round(surely, 9), both, n_other, lift, other))
    return sorted(found, key=lambda pair: (-pair[0], -pair[1], pair[4]))


def low(n: int, of: int) -> float:
    """The lower end of the 95 % Wilson interval of n / of."""
    return float(binomtest(n, of).proportion_ci(method="wilson").low)


def test_the_small_build_has_reasons_of_every_kind(rows: pd.DataFrame) -> None:
    assert set(rows["reason_kind"]) == set(REASON_KINDS) - {"rising", "alike", "pattern"}
    assert set(rows["quantity_from"]) == {"own", "similar", "buyers"}
    assert set(rows["price_from"]) == {"own_last", "list", "last"}


def test_ranks_have_no_gaps_and_no_product_is_listed_twice(rows: pd.DataFrame) -> None:
    for (_, name), part in rows.groupby(["customer_id", "list"]):
        assert part["rank"].tolist() == list(range(1, len(part) + 1))
        assert name == "lost" or len(part) <= OPTIONS.list_length
    assert not rows[rows["list"] != "lost"].duplicated(["customer_id", "product_id"]).any()
    assert not rows.duplicated(["customer_id", "product_id", "list"]).any()


def test_what_is_lost_was_bought_again_and_again_and_is_silent(rows: pd.DataFrame, bought: pd.DataFrame) -> None:
    lost = rows[rows["list"] == "lost"]
    assert len(lost)
    usual = rows[rows["list"] == "usual"].set_index(["customer_id", "product_id"])
    for row in lost.itertuples():
        own = purchases(bought, row.customer_id, row.product_id)
        gaps = own["ordered_on"].sort_values().diff().dropna().map(lambda gap: gap.days)
        silent = (pd.Timestamp(AS_OF) - pd.Timestamp(own["ordered_on"].max())).days
        assert (row.reason_n, row.reason_since_days) == (len(own), silent)
        assert row.reason_gap_days == gaps.median() < silent
        assert gaps.quantile(0.95) < silent
        year = own[own["ordered_on"].map(pd.Timestamp) > pd.Timestamp(row.reason_on) - pd.Timedelta(days=365)]
        assert row.worth == pytest.approx(year["revenue"].sum())
        assert 0 <= row.at_stake <= row.worth + 1e-6
        key = (row.customer_id, row.product_id)
        assert not row.also_due or key in usual.index
        assert (pd.Timestamp(row.due_on) - pd.Timestamp(row.reason_on)).days == round(row.reason_gap_days)


def test_scores_of_one_model_never_rise_within_a_list(rows: pd.DataFrame) -> None:
    for _, part in rows.groupby(["customer_id", "list", "model"]):
        assert (part["score"].diff().dropna() <= 0).all()


def test_a_new_product_was_never_bought_and_a_usual_one_within_twelve_months(
    rows: pd.DataFrame, bought: pd.DataFrame
) -> None:
    for row in rows.itertuples():
        own = purchases(bought, row.customer_id, row.product_id)
        if row.list == "usual":
            assert own["ordered_on"].max() > YEAR_FROM
        else:
            assert own.empty == (row.list == "new")


def test_the_usual_list_is_full_while_there_are_such_products(rows: pd.DataFrame, bought: pd.DataFrame) -> None:
    late = bought[(bought["ordered_on"] > YEAR_FROM) & ~bought["product_id"].isin(["p04", "p07"])]
    seasonal = set(rows[rows["list"] == "seasonal"][["customer_id", "product_id"]].itertuples(index=False, name=None))
    late = late[[pair not in seasonal for pair in zip(late["customer_id"], late["product_id"], strict=True)]]
    expected = late.groupby("customer_id")["product_id"].nunique().clip(upper=OPTIONS.list_length)
    usual = rows[rows["list"] == "usual"].groupby("customer_id").size()
    assert usual.to_dict() == {customer: n for customer, n in expected.items() if customer not in ("050", "051")}


def test_only_active_customers_get_lists(rows: pd.DataFrame) -> None:
    assert set(rows["customer_id"]) == {f"{n:03}" for n in range(60) if n not in (50, 51)}


def test_products_that_cannot_be_sold_are_in_no_list(rows: pd.DataFrame, bought: pd.DataFrame) -> None:
    assert not rows["product_id"].isin(["p04", "p07"]).any()
    assert bought["product_id"].isin(["p04", "p07"]).any()


def test_a_customer_without_orders_gets_best_sellers_and_the_reason_says_so(
    rows: pd.DataFrame, published: Callable[[str], pd.DataFrame]
) -> None:
    popular = published("popular")
    for customer, segment in (("055", ""), ("056", "cafe"), ("057", "hotel")):
        own = rows[rows["customer_id"] == customer]
        assert set(own["list"]) == {"new"}
        assert set(own["model"]) == {"popular_in_segment" if segment else "popular"}
        best = popular[(popular["segment"] == segment) & ~popular["product_id"].isin(["p04", "p07"])]["product_id"]
        assert own["product_id"].tolist() == best.tolist()[: OPTIONS.list_length]
        assert set(own["reason_kind"]) == {"popular_in_segment" if segment else "popular"}


def test_due_again_and_bought_before_are_true(rows: pd.DataFrame, bought: pd.DataFrame) -> None:
    for row in rows[rows["list"] == "usual"].itertuples():
        own = purchases(bought, row.customer_id, row.product_id)["ordered_on"]
        since = (pd.Timestamp(AS_OF) - own.max()).days
        in_season = [day for day in own if 322 <= (pd.Timestamp(AS_OF) - day).days < 378]
        if len(own) == 1 and since > OPTIONS.single_days and in_season:
            assert (row.reason_kind, row.reason_n) == ("same_season", 1)
            continue
        gaps = own.diff().dropna().dt.days
        steady = gaps.between(gaps.median() / 2, gaps.median() * 2).mean() >= OPTIONS.rhythm_steady
        due = gaps.median() - since <= OPTIONS.rhythm_ahead_days and since <= OPTIONS.rhythm_overdue * gaps.median()
        has_rhythm = len(own) >= 3 and steady and due
        assert row.reason_kind == ("due_again" if has_rhythm else "bought_before")
        assert row.reason_n == len(own)
        assert pd.Timestamp(row.reason_on) == own.max()
        assert row.reason_since_days == since
        assert row.reason_gap_days == gaps.median() if has_rhythm else np.isnan(row.reason_gap_days)


def test_the_reason_of_a_new_product_is_the_first_that_is_strong_enough(
    rows: pd.DataFrame, bought: pd.DataFrame, neighbours: dict[str, list[str]], published: Callable[[str], pd.DataFrame]
) -> None:
    segment_of = published("customers").set_index("customer_id")["segment"]
    buying = {segment: set(part.index) & set(bought["customer_id"]) for segment, part in segment_of.groupby(segment_of)}
    late = bought[bought["ordered_on"] > YEAR_FROM]
    for row in rows[rows["list"] == "new"].itertuples():
        similar, together = recent_buyers(bought, neighbours, row), pairs(bought, row)
        near = neighbours.get(row.customer_id, [])
        segment = segment_of[row.customer_id]
        buyers = set(bought[bought["product_id"] == row.product_id]["customer_id"])
        in_segment = buyers & buying.get(segment, set())
        usual = late[late["product_id"] == row.product_id]["customer_id"].nunique() / late["customer_id"].nunique()
        strong = len(similar) >= OPTIONS.strong_similar and low(len(similar), len(near)) > usual
        by_segment = bool(in_segment) and len(buying[segment]) >= OPTIONS.min_segment_customers
        n, of = (
            (len(in_segment), len(buying[segment])) if by_segment else (len(buyers), bought["customer_id"].nunique())
        )
        popular = low(n, of) >= OPTIONS.popular_share
        if strong or (similar and not together and not popular):
            last = purchases(bought, similar[0], row.product_id)["ordered_on"].max()
            expected = ("similar_customers", len(similar), len(near), similar[0], last)
            reason_on = pd.Timestamp(row.reason_on)
            assert (row.reason_kind, row.reason_n, row.reason_of, row.reason_customer_id, reason_on) == expected
        elif together:
            _, both, n_other, lift, other = together[0]
            assert (row.reason_kind, row.reason_n, row.reason_of) == ("bought_together", both, n_other)
            assert row.reason_product_id == other
            assert row.reason_lift == pytest.approx(lift)
        elif popular:
            kind = "popular_in_segment" if by_segment else "popular"
            assert (row.reason_kind, row.reason_n, row.reason_of) == (kind, n, of)
            assert row.reason_segment == segment if by_segment else pd.isna(row.reason_segment)
        else:
            best = published("popular")
            best = best[best["segment"] == (segment if by_segment else "")].set_index("product_id")["rank"]
            assert (row.reason_kind, row.reason_n) == ("best_seller", best[row.product_id])


def test_a_reason_holds_the_numbers_of_its_kind_alone(rows: pd.DataFrame) -> None:
    of_kind = {
        "due_again": {"on", "gap_days", "since_days"},
        "bought_before": {"on", "since_days"},
        "stopped": {"on", "since_days", "gap_days"},
        "similar_customers": {"of", "on", "customer_id"},
        "bought_together": {"of", "lift", "product_id"},
        "popular_in_segment": {"of", "segment"},
        "popular": {"of"},
        "same_season": {"on"},
        "best_seller": {"segment"},
    }
    for kind, part in rows.groupby("reason_kind"):
        filled = {name for name in part.columns if name.startswith("reason_") and part[name].notna().any()}
        assert filled == {f"reason_{name}" for name in of_kind[kind]} | {"reason_kind", "reason_n"}


def half_up(quantity: float) -> float:
    return max(float(np.floor(quantity + 0.5)), 1.0)


def test_quantities_are_medians_of_own_else_similar_else_all_purchases(
    rows: pd.DataFrame, bought: pd.DataFrame, neighbours: dict[str, list[str]]
) -> None:
    medians = bought.groupby(["customer_id", "product_id"])["quantity"].median()
    for row in rows.itertuples():
        of_similar = [medians.get((other, row.product_id)) for other in neighbours.get(row.customer_id, [])]
        known = [median for median in of_similar if median is not None]
        if row.list != "new":
            expected, source = medians[row.customer_id, row.product_id], "own"
        elif len(known) >= OPTIONS.strong_similar:
            expected, source = float(np.median(known)), "similar"
        else:
            expected, source = float(medians[:, row.product_id].median()), "buyers"
        is_whole = int(row.product_id[1:]) % 5 != 0
        assert row.quantity == (half_up(expected) if is_whole else expected)
        assert row.quantity_from == source


def test_prices_are_the_own_last_else_listed_else_anyones_last(
    rows: pd.DataFrame, bought: pd.DataFrame, published: Callable[[str], pd.DataFrame]
) -> None:
    products = published("products").set_index("product_id")
    for row in rows.itertuples():
        listed = products.loc[row.product_id, "unit_price"]
        if row.list != "new":
            last = purchases(bought, row.customer_id, row.product_id).iloc[-1]
            expected, source = last["revenue"] / last["quantity"], "own_last"
        elif not np.isnan(listed):
            expected, source = listed, "list"
        else:
            sold = bought[bought["product_id"] == row.product_id]
            sold = sold[sold["ordered_on"] == sold["ordered_on"].max()]
            expected, source = (sold["revenue"] / sold["quantity"]).median(), "last"
        assert (row.price, row.price_from) == (pytest.approx(expected), source), row
        assert row.value == row.quantity * row.price


def test_similar_customers_and_products_share_the_published_counts(
    published: Callable[[str], pd.DataFrame], bought: pd.DataFrame
) -> None:
    baskets = bought.groupby(["customer_id", "ordered_on"])["product_id"].agg(set)
    products = bought.groupby("customer_id")["product_id"].agg(set)
    buyers = bought.groupby("product_id")["customer_id"].agg(set)
    for row in published("similar_customers").itertuples():
        assert row.n_shared == len(products[row.customer_id] & products[row.neighbour_id]) > 0
        assert row.n_products == len(products[row.neighbour_id])
    in_baskets = {product: {key for key, basket in baskets.items() if product in basket} for product in buyers.index}
    for row in published("similar_products").itertuples():
        both = len(in_baskets[row.product_id] & in_baskets[row.other_id])
        assert row.n_customers == len(buyers[row.product_id] & buyers[row.other_id]) > 0
        assert row.n_baskets == both
        by_chance = len(in_baskets[row.product_id]) * len(in_baskets[row.other_id]) / len(baskets)
        assert (np.isnan(row.lift) and not both) or row.lift == pytest.approx(both / by_chance)


def test_active_products_of_similar_customers_are_their_median(
    published: Callable[[str], pd.DataFrame], neighbours: dict[str, list[str]]
) -> None:
    customers = published("customers").set_index("customer_id")
    for customer, row in customers.iterrows():
        others = neighbours.get(str(customer), [])
        expected = customers.loc[others, "active_products"].median() if others else np.nan
        np.testing.assert_equal(row["similar_active_products"], expected)


def test_best_sellers_are_counted_right(published: Callable[[str], pd.DataFrame], bought: pd.DataFrame) -> None:
    segment_of = published("customers").set_index("customer_id")["segment"]
    popular = published("popular")
    assert set(popular["segment"]) == {"", "cafe", "hotel"}
    for row in popular.itertuples():
        members = segment_of[segment_of == row.segment].index if row.segment else segment_of.index
        own = bought[bought["customer_id"].isin(members)]
        sold = own[own["product_id"] == row.product_id]
        assert (row.n_customers, row.of_customers, row.n_baskets) == (
            sold["customer_id"].nunique(),
            own["customer_id"].nunique(),
            len(sold),
        )
