"""Every planted truth is found in the orders, measured without the code that planted it."""

import json
from datetime import timedelta
from itertools import combinations
from pathlib import Path

import pandas as pd

from recsys.sample import TRUTHS, Truths

END = pd.Timestamp("2025-06-30")


def baskets_with(lines: pd.DataFrame, product_id: str) -> set[tuple[str, pd.Timestamp]]:
    rows = lines[lines["product_id"] == product_id]
    return set(zip(rows["customer_id"], rows["ordered_on"], strict=True))


def lift(lines: pd.DataFrame, n_baskets: int, one: str, other: str) -> float:
    first, second = baskets_with(lines, one), baskets_with(lines, other)
    return len(first & second) * n_baskets / (len(first) * len(second))


def bought_on(lines: pd.DataFrame, customer_id: str, product_id: str) -> pd.Series:
    own = lines[(lines["customer_id"] == customer_id) & (lines["product_id"] == product_id)]
    return own["ordered_on"].drop_duplicates()


def test_every_segment_has_a_taste_and_buys_its_category_half_as_much_again_as_others(
    truths: Truths, lines: pd.DataFrame, customers: pd.DataFrame, products: pd.DataFrame
) -> None:
    described = lines.merge(customers[["customer_id", "segment"]]).merge(products[["product_id", "category"]])
    top = described["category"].str.split(" > ").str[0]
    assert {taste.segment for taste in truths.tastes} == set(customers["segment"])
    for taste in truths.tastes:
        own = described["segment"] == taste.segment
        share, elsewhere = (top[own] == taste.category).mean(), (top[~own] == taste.category).mean()
        assert share > 1.5 * elsewhere, taste


def test_cycles_come_round_in_their_days(truths: Truths, lines: pd.DataFrame) -> None:
    assert len(truths.cycles) >= 50
    for cycle in truths.cycles:
        gaps = bought_on(lines, cycle.customer_id, cycle.product_id).diff().dt.days.dropna()
        assert len(gaps) >= 5, cycle
        assert abs(gaps.mean() / cycle.gap_days - 1) < 0.15, cycle
        assert abs(gaps.median() / cycle.gap_days - 1) < 0.35, cycle


def test_the_typical_cycle_has_a_median_gap_close_to_its_days(truths: Truths, lines: pd.DataFrame) -> None:
    off = [
        bought_on(lines, one.customer_id, one.product_id).diff().dt.days.median() / one.gap_days
        for one in truths.cycles
    ]
    assert abs(pd.Series(off).median() - 1) < 0.05


def test_some_cycles_are_due_at_the_end_and_some_are_not(truths: Truths, lines: pd.DataFrame) -> None:
    since = [(END - bought_on(lines, one.customer_id, one.product_id).max()).days for one in truths.cycles]
    due = [days >= 0.8 * one.gap_days for days, one in zip(since, truths.cycles, strict=True)]
    assert 0.1 < sum(due) / len(due) < 0.9


def test_seasonal_goods_sell_in_their_months(truths: Truths, lines: pd.DataFrame) -> None:
    assert {6, 12} <= {month for season in truths.seasons for month in season.months}
    for season in truths.seasons:
        months = lines.loc[lines["product_id"] == season.product_id, "ordered_on"].dt.month
        assert len(months) >= 20, season
        assert months.isin(season.months).mean() > 0.8, season


def test_other_goods_sell_all_year(truths: Truths, lines: pd.DataFrame) -> None:
    seasonal = {season.product_id for season in truths.seasons}
    by_month = lines[~lines["product_id"].isin(seasonal)]["ordered_on"].dt.month.value_counts(normalize=True)
    assert by_month.min() > 0.06
    assert by_month.max() < 0.11


def test_bundles_have_the_lift_of_the_truths(truths: Truths, lines: pd.DataFrame, order_days: pd.DataFrame) -> None:
    assert {len(bundle.product_ids) for bundle in truths.bundles} == {2, 3, 4}
    for bundle in truths.bundles:
        lowest = min(lift(lines, len(order_days), *pair) for pair in combinations(bundle.product_ids, 2))
        assert bundle.lift > 3, bundle
        assert abs(lowest / bundle.lift - 1) < 0.3, (bundle, lowest)


def test_complete_bundles_are_in_many_baskets(truths: Truths, lines: pd.DataFrame, order_days: pd.DataFrame) -> None:
    for bundle in truths.bundles:
        complete = set.intersection(*(baskets_with(lines, product_id) for product_id in bundle.product_ids))
        assert len(complete) / len(order_days) > 0.015, bundle


def test_substitutes_share_a_category_and_hardly_a_basket(
    truths: Truths, lines: pd.DataFrame, products: pd.DataFrame, order_days: pd.DataFrame
) -> None:
    category = products.set_index("product_id")["category"]
    for substitutes in truths.substitutes:
        one, other = substitutes.product_ids
        assert category[one] == category[other]
        assert min(len(baskets_with(lines, one)), len(baskets_with(lines, other))) >= 50
        assert lift(lines, len(order_days), one, other) < 0.6, substitutes


def test_most_buyers_of_substitutes_keep_to_one_of_them(truths: Truths, lines: pd.DataFrame) -> None:
    for substitutes in truths.substitutes:
        one, other = (set(lines.loc[lines["product_id"] == each, "customer_id"]) for each in substitutes.product_ids)
        assert len(one & other) < 0.2 * min(len(one), len(other)), substitutes


def test_dropped_products_are_silent_while_the_customer_goes_on(
    truths: Truths, lines: pd.DataFrame, order_days: pd.DataFrame
) -> None:
    assert len(truths.drops) >= 5
    for drop in truths.drops:
        days, since = bought_on(lines, drop.customer_id, drop.product_id), pd.Timestamp(drop.since)
        own = order_days.loc[order_days["customer_id"] == drop.customer_id, "ordered_on"]
        assert days.max() < since
        assert len(days) > 0.4 * (own < since).sum(), drop
        assert (own >= since).sum() >= 3, drop


def test_slow_downs_have_at_least_twice_the_gap(truths: Truths, order_days: pd.DataFrame) -> None:
    assert len(truths.slow_downs) >= 3
    for slow in truths.slow_downs:
        days = order_days.loc[order_days["customer_id"] == slow.customer_id, "ordered_on"].sort_values()
        gaps = days.diff().dt.days
        before, after = gaps[days < pd.Timestamp(slow.since)], gaps[days >= pd.Timestamp(slow.since)]
        assert after.median() > 2 * before.median(), slow


def test_new_products_came_in_the_last_weeks_and_rise(truths: Truths, lines: pd.DataFrame) -> None:
    early = late = 0
    for new in truths.new_products:
        begun = pd.Timestamp(new.introduced_on)
        days = lines.loc[lines["product_id"] == new.product_id, "ordered_on"]
        assert (END - begun) < timedelta(weeks=12)
        assert days.min() >= begun
        early += (days < begun + (END - begun) / 2).sum()
        late += (days >= begun + (END - begun) / 2).sum()
    assert early > 0
    assert late > 1.5 * early


def test_products_out_of_stock_sold_before_and_not_since(
    truths: Truths, lines: pd.DataFrame, products: pd.DataFrame
) -> None:
    available = products.set_index("product_id")["available"]
    for gone in truths.out_of_stock:
        days = lines.loc[lines["product_id"] == gone.product_id, "ordered_on"]
        assert not available[gone.product_id]
        assert days.max() < pd.Timestamp(gone.since)
        assert len(days) >= 20, gone


def test_buyers_of_a_replaced_product_go_over_to_the_one_that_replaces_it(
    truths: Truths, lines: pd.DataFrame, products: pd.DataFrame
) -> None:
    by_id = products.set_index("product_id")
    for replacement in truths.replacements:
        old, new = (
            lines[lines["product_id"] == replacement.product_id],
            lines[lines["product_id"] == replacement.replaced_by],
        )
        assert by_id.loc[replacement.product_id, "replaced_by"] == replacement.replaced_by
        assert not by_id.loc[replacement.product_id, "available"]
        assert old["ordered_on"].max() < pd.Timestamp(replacement.since) <= new["ordered_on"].min()
        assert set(new["customer_id"]) & set(old["customer_id"])


def test_only_products_out_of_stock_or_replaced_are_not_available(truths: Truths, products: pd.DataFrame) -> None:
    gone = {one.product_id for one in (*truths.out_of_stock, *truths.replacements)}
    assert set(products.loc[~products["available"], "product_id"]) == gone


def test_a_handful_of_customers_never_ordered(
    truths: Truths, customers: pd.DataFrame, order_days: pd.DataFrame
) -> None:
    assert set(truths.without_orders) == set(customers["customer_id"]) - set(order_days["customer_id"])
    assert 3 <= len(truths.without_orders) <= 10


def test_some_customers_have_one_or_two_order_days(truths: Truths, order_days: pd.DataFrame) -> None:
    n = order_days["customer_id"].value_counts()
    assert set(truths.one_or_two_order_days) == set(n[n <= 2].index)
    assert len(truths.one_or_two_order_days) >= 6


def test_no_product_has_two_roles(truths: Truths) -> None:
    roles = [
        *(one.product_id for one in (*truths.seasons, *truths.new_products, *truths.out_of_stock)),
        *(one for replacement in truths.replacements for one in (replacement.product_id, replacement.replaced_by)),
        *(one for several in (*truths.bundles, *truths.substitutes) for one in several.product_ids),
    ]
    assert len(roles) == len(set(roles))


def test_the_truths_are_written_beside_the_tables(truths: Truths, folder: Path) -> None:
    written = (folder / TRUTHS).read_text(encoding="utf-8")
    assert written == truths.to_json()
    assert json.loads(written)["cycles"][0] == {
        "customer_id": truths.cycles[0].customer_id,
        "product_id": truths.cycles[0].product_id,
        "gap_days": truths.cycles[0].gap_days,
    }
