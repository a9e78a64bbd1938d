"""Every planted truth is found in the orders, measured without the code that planted it."""

import json
from datetime import timedelta
from itertools import combinations
from pathlib import Path

import pandas as pd

from recsys.models.segments import CustomerFigures, fit_bounds, score
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


def named_segments(order_days: pd.DataFrame) -> dict[str, str]:
    """Return the named segment by customer; what they spent does not matter to it."""
    year = order_days[order_days["ordered_on"] > END - pd.DateOffset(years=1)].groupby("customer_id")["ordered_on"]
    recency, n = (END - year.max()).dt.days.to_numpy(float), year.size().to_numpy(float)
    figures = CustomerFigures(recency, n, n)
    return dict(zip(year.groups, score(figures, fit_bounds(figures)).segments.tolist(), strict=True))


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


def test_newcomers_have_their_first_order_in_the_last_twelve_weeks_and_few_since(
    truths: Truths, order_days: pd.DataFrame
) -> None:
    assert len(truths.newcomers) >= 10
    for new in truths.newcomers:
        days = order_days.loc[order_days["customer_id"] == new.customer_id, "ordered_on"]
        assert days.min() == pd.Timestamp(new.since), new
        assert 0 < len(days) <= 4, new
        assert (END - days.min()).days < 7 * 13, new


def test_who_stopped_ordered_weekly_until_then_and_is_no_closed_account(
    truths: Truths, order_days: pd.DataFrame, customers: pd.DataFrame
) -> None:
    status = customers.set_index("customer_id")["status"]
    assert len(truths.stopped) >= 2
    for gone in truths.stopped:
        days = order_days.loc[order_days["customer_id"] == gone.customer_id, "ordered_on"].sort_values()
        assert days.diff().median() <= timedelta(days=7), gone
        assert days.max() < pd.Timestamp(gone.since) <= END - timedelta(weeks=4), gone
        assert status[gone.customer_id] == "active"


def test_newcomers_and_who_stopped_are_in_the_segments_that_mean_it(truths: Truths, order_days: pd.DataFrame) -> None:
    found = named_segments(order_days)
    assert {found[gone.customer_id] for gone in truths.stopped} == {"Cannot lose"}
    fresh = [found[new.customer_id] for new in truths.newcomers]
    assert set(fresh) <= {"New", "Promising", "Potential loyalist", "About to sleep", "Hibernating"}
    late = [found[new.customer_id] for new in truths.newcomers if (END.date() - new.since).days <= 3]
    assert set(late) == {"New"}


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


def test_new_products_are_taken_up_by_their_styles_alone_and_by_few_customers(
    truths: Truths, lines: pd.DataFrame
) -> None:
    style_of = {customer_id: style.name for style in truths.styles for customer_id in style.customer_ids}
    for new in truths.new_products:
        buyers = lines.loc[lines["product_id"] == new.product_id, "customer_id"].unique()
        assert {style_of[buyer] for buyer in buyers} <= set(new.styles), new
        assert len(buyers) <= 0.05 * len(style_of)
    assert {len(new.styles) for new in truths.new_products} == {2}


def test_a_style_buys_its_families_far_more_often_than_others(
    truths: Truths, lines: pd.DataFrame, products: pd.DataFrame
) -> None:
    family = lines.merge(products[["product_id", "category"]])["category"].str.split(" > ").str[2]
    assert len(truths.styles) == 20
    for style in truths.styles:
        own = lines["customer_id"].isin(style.customer_ids).to_numpy()
        liked = family.isin(style.families).to_numpy()
        assert liked[own].mean() > 2.5 * liked[~own].mean(), style.name


def test_every_customer_has_one_style(truths: Truths, customers: pd.DataFrame) -> None:
    ids = [customer_id for style in truths.styles for customer_id in style.customer_ids]
    assert sorted(ids) == customers["customer_id"].tolist()


def test_what_a_style_takes_up_follows_its_wave(truths: Truths, lines: pd.DataFrame) -> None:
    """First purchases of a style and product are nearer in time than those of the product in other styles."""
    style_of = {customer_id: style.name for style in truths.styles for customer_id in style.customer_ids}
    first = lines.groupby(["customer_id", "product_id"])["ordered_on"].min().reset_index()
    first = first[first["ordered_on"] > first["ordered_on"].min() + timedelta(days=90)]
    day = (first["ordered_on"] - first["ordered_on"].min()).dt.days
    style = first["customer_id"].map(style_of)
    groups = day.groupby([style, first["product_id"]]).agg(["std", "size"])
    within = groups.loc[groups["size"] >= 5, "std"].median()
    assert within < 0.8 * day.groupby(first["product_id"]).std().median()


def test_on_holidays_a_segment_orders_nothing_and_others_do(
    truths: Truths, order_days: pd.DataFrame, customers: pd.DataFrame
) -> None:
    segment = order_days["customer_id"].map(customers.set_index("customer_id")["segment"])
    assert {(one.since.month, one.until.month) for one in truths.holidays} == {(7, 8), (12, 1)}
    for holiday in truths.holidays:
        within = order_days["ordered_on"].between(pd.Timestamp(holiday.since), pd.Timestamp(holiday.until))
        assert not (within & (segment == holiday.segment)).any()
        assert (within & (segment != holiday.segment)).any()


def test_at_feasts_their_category_sells_more(truths: Truths, lines: pd.DataFrame, products: pd.DataFrame) -> None:
    top = lines.merge(products[["product_id", "category"]])["category"].str.split(" > ").str[0]
    assert len(truths.feasts) == 6
    for category in {feast.category for feast in truths.feasts}:
        feasts = [feast for feast in truths.feasts if feast.category == category]
        within = sum(
            lines["ordered_on"].between(pd.Timestamp(one.since), pd.Timestamp(one.until)) for one in feasts
        ).astype(bool)
        share = (top[within] == category).mean() / (top[~within] == category).mean()
        assert 1 + 0.5 * (feasts[0].uplift - 1) < share < 1.5 * feasts[0].uplift, category


def test_promotions_sell_more_by_their_uplift(
    truths: Truths, lines: pd.DataFrame, order_days: pd.DataFrame, promotions: pd.DataFrame
) -> None:
    """Sales a basket within the promotion, over those of the six weeks around it, all promotions together."""
    baskets = order_days["ordered_on"].value_counts().sort_index()
    sold = lines.groupby(["product_id", "ordered_on"]).size()
    found = expected = 0.0
    for _, one in promotions[promotions["to"] < END].iterrows():
        days = sold[one["product_id"]]
        around = (one["from"] - timedelta(days=21), one["to"] + timedelta(days=21))
        inside, rate = (days.index >= one["from"]) & (days.index <= one["to"]), baskets[one["from"] : one["to"]].sum()
        nearby = (days.index >= around[0]) & (days.index <= around[1]) & ~inside
        share = rate / (baskets[around[0] : around[1]].sum() - rate)
        found += days[inside].sum()
        expected += days[nearby].sum() * share * (1 + truths.promotions.uplift * one["discount"])
    assert abs(found / expected - 1) < 0.15


def test_in_a_stock_out_nothing_is_counted_or_sold_and_before_it_was(
    truths: Truths, lines: pd.DataFrame, folder: Path
) -> None:
    stock = pd.read_parquet(folder / "stock.parquet")
    counted = pd.to_datetime(stock["on"])
    assert len(truths.stock_outs) >= 3
    for out in truths.stock_outs:
        span = (pd.Timestamp(out.since), pd.Timestamp(out.until))
        days = lines.loc[lines["product_id"] == out.product_id, "ordered_on"]
        assert not days.between(*span).any(), out
        assert (days < span[0]).any(), out
        own = stock["product_id"] == out.product_id
        assert (stock.loc[own & counted.between(*span), "quantity"] == 0).all()
        assert (stock.loc[own & ~counted.between(*span), "quantity"] > 0).all()


def test_campaigns_are_followed_by_more_purchases_of_those_who_got_the_mail(
    truths: Truths, lines: pd.DataFrame, events: pd.DataFrame
) -> None:
    first = lines.groupby(["customer_id", "product_id"])["ordered_on"].min()
    bought: dict[str, list[bool]] = {"mailed": [], "control": []}
    for campaign in truths.campaigns:
        group = events[(events["list"] == campaign.name) & (events["kind"] == "assigned")]
        sent = pd.Timestamp(campaign.sent_on)
        for customer_id, arm in zip(group["customer_id"], group["arm"], strict=True):
            day = first.get((customer_id, campaign.product_id), pd.NaT)
            assert pd.isna(day) or sent < day <= sent + timedelta(days=campaign.days)
            bought[arm].append(pd.notna(day))
        mailed = events[(events["list"] == campaign.name) & (events["kind"] == "mailed")]
        assert set(mailed["customer_id"]) == set(group.loc[group["arm"] == "mailed", "customer_id"])
    for arm, chance in (("mailed", campaign.mailed), ("control", campaign.control)):
        n, share = len(bought[arm]), sum(bought[arm]) / len(bought[arm])
        assert abs(share - chance) < 3 * (chance * (1 - chance) / n) ** 0.5, arm


def test_half_of_the_first_purchases_of_the_shops_customers_were_viewed_before(
    truths: Truths, lines: pd.DataFrame, events: pd.DataFrame
) -> None:
    shop = truths.shop
    first = lines.groupby(["customer_id", "product_id"])["ordered_on"].min().reset_index()
    late = first["ordered_on"] >= pd.Timestamp(shop.since) + timedelta(days=shop.days)
    first = first[late & first["customer_id"].isin(shop.customer_ids)]
    views = events.loc[events["kind"] == "view", ["customer_id", "product_id", "on"]]
    both = first.reset_index().merge(views)
    gap = (both["ordered_on"] - both["on"]).dt.days
    viewed = both.loc[(gap > 0) & (gap <= shop.days), "index"].nunique() / len(first)
    assert abs(viewed - shop.viewed) < 0.06
    assert set(events.loc[events["session_id"].notna(), "customer_id"]) <= set(shop.customer_ids)


def test_what_is_left_in_a_cart_is_ordered_later_as_often_as_planted(
    truths: Truths, lines: pd.DataFrame, events: pd.DataFrame
) -> None:
    carts, pair = truths.shop.carts, ["customer_id", "product_id"]
    ordered = lines[[*pair, "ordered_on"]].drop_duplicates()
    put = events.loc[events["kind"] == "cart", [*pair, "on", "session_id"]]
    put = put.merge(ordered.rename(columns={"ordered_on": "on"}), how="left", indicator=True).query("_merge != 'both'")
    out = put["session_id"].isin(events.loc[events["kind"] == "uncart", "session_id"])
    left = put[~out].reset_index().merge(ordered, on=pair, how="left")
    gap = (left["ordered_on"] - left["on"]).dt.days
    n, n_ordered = left["index"].nunique(), left.loc[(gap > 0) & (gap <= carts.days), "index"].nunique()
    assert n > 200
    assert abs(n_ordered / n - carts.ordered) < 0.02
    assert left.loc[~(gap > 0), "ordered_on"].isna().all()  # the others are never ordered, nor those taken out again
    assert out.sum() > 50
    assert put[out].merge(ordered, on=pair).empty


def test_impressions_are_clicked_as_often_as_their_arm_says(truths: Truths, events: pd.DataFrame) -> None:
    for arm, chance in truths.shop.clicked.items():
        kinds = events.loc[events["arm"] == arm, "kind"].value_counts()
        deviation = (chance * (1 - chance) / kinds["impression"]) ** 0.5
        assert abs(kinds["click"] / kinds["impression"] - chance) < 3 * deviation, arm


def test_pitches_end_in_orders_as_often_as_the_shown_chance(folder: Path, truths: Truths) -> None:
    outcomes = pd.read_parquet(folder / "outcomes.parquet")
    kinds = pd.crosstab(outcomes["chance"], outcomes["kind"])
    assert len(kinds) == 4
    for chance, row in kinds.iterrows():
        share = row["ordered"] / row["pitched"]
        assert abs(share - chance) < 3 * (chance * (1 - chance) / row["pitched"]) ** 0.5
    assert outcomes["at"].min() >= pd.Timestamp(truths.pitches.since)


def test_what_was_not_relevant_is_never_bought(truths: Truths, lines: pd.DataFrame, folder: Path) -> None:
    outcomes = pd.read_parquet(folder / "outcomes.parquet").query("kind == 'not_relevant'")
    said = {(one.customer_id, one.product_id) for one in truths.pitches.not_relevant}
    assert said == set(zip(outcomes["customer_id"], outcomes["product_id"], strict=True))
    assert not said & set(zip(lines["customer_id"], lines["product_id"], strict=True))


def test_a_snoozed_product_is_not_bought_before_it_may_come_back(lines: pd.DataFrame, folder: Path) -> None:
    snoozed = pd.read_parquet(folder / "outcomes.parquet").query("kind == 'snoozed'")
    both = snoozed.merge(lines, on=["customer_id", "product_id"])
    assert len(both) > 0
    assert (both["ordered_on"] >= pd.to_datetime(both["until"])).all()


def test_products_of_low_priority_are_sold_like_others(
    truths: Truths, lines: pd.DataFrame, products: pd.DataFrame
) -> None:
    assert set(products.loc[products["priority"] == "low", "product_id"]) == set(truths.low_priority)
    assert len(truths.low_priority) == 3
    assert set(truths.low_priority) <= set(lines["product_id"])


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
