"""The generated tables look like a wholesaler's and are the same every time."""

import errno
import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from recsys.dataset.clean_tables import REPORT, open_tables
from recsys.errors import RecsysError
from recsys.runtime.progress import Silent
from recsys.sample import SampleOptions, make_sample, make_wholesaler
from recsys.sample.names import firm_names
from recsys.schema.clean import CLEAN_TABLES, STATUSES

SMALL = SampleOptions(until=date(2025, 6, 30), seed=7, customers=40, products=120)


def fingerprint(tmp_path: Path, options: SampleOptions) -> str:
    return make_sample(tmp_path / f"{options.seed}-{options.until}", options, Silent()).fingerprint


def test_equal_options_make_equal_bytes(tmp_path: Path) -> None:
    first = make_sample(tmp_path / "first", SMALL, Silent())
    second = make_sample(tmp_path / "second", SMALL, Silent())
    assert first.fingerprint == second.fingerprint
    for name in ("truths.json", REPORT):
        assert (first.folder / name).read_bytes() == (second.folder / name).read_bytes()


def test_another_seed_makes_other_tables(tmp_path: Path) -> None:
    assert fingerprint(tmp_path, SMALL) != fingerprint(tmp_path, replace(SMALL, seed=8))


def test_another_last_day_makes_other_tables(tmp_path: Path) -> None:
    assert fingerprint(tmp_path, SMALL) != fingerprint(tmp_path, replace(SMALL, until=date(2025, 6, 27)))


def test_the_folder_is_replaced_by_a_second_run(tmp_path: Path) -> None:
    make_sample(tmp_path / "out", SMALL, Silent())
    tables = make_sample(tmp_path / "out", replace(SMALL, customers=50), Silent())
    assert tables.folder == tmp_path / "out"
    assert open_tables(tmp_path / "out").rows["customers"] == 50


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(RecsysError, match="holds other files"):
        make_sample(tmp_path, SMALL, Silent())
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_the_report_says_that_all_is_invented_and_from_what(folder: Path, options: SampleOptions) -> None:
    report = json.loads((folder / REPORT).read_text(encoding="utf-8"))
    assert report["source"] == "sample"
    assert "invented" in report["notes"][0]
    assert report["options"] == {"until": "2025-06-30", "seed": "7", "customers": "300", "products": "240"}
    assert report["rows_in"] == report["rows_out"] == open_tables(folder).rows
    assert report["rows_out"]["customers"] == options.customers
    assert report["rows_out"]["products"] == options.products


def test_the_report_sums_up_the_order_lines(folder: Path, lines: pd.DataFrame) -> None:
    report = json.loads((folder / REPORT).read_text(encoding="utf-8"))
    assert report["orders"] == lines["order_id"].nunique()
    assert report["revenue"] == pytest.approx(lines["revenue"].sum())
    assert report["first_order_on"] == str(lines["ordered_on"].min().date())
    assert report["last_order_on"] == "2025-06-30"


def test_a_full_disk_is_an_error_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("recsys.sample.pq.write_table", full)
    with pytest.raises(RecsysError, match=r"cannot be written \(No space left on device\); nothing was changed"):
        make_sample(tmp_path / "out", SMALL, Silent())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("seed", range(8))
def test_the_smallest_wholesaler_keeps_the_contract_with_any_seed(tmp_path: Path, seed: int) -> None:
    tables = make_sample(tmp_path / "out", SampleOptions(date(2024, 2, 29), seed, 20, 120), Silent())
    assert tables.rows["customers"] == 20
    assert tables.rows["order_lines"] > 500


def test_more_customers_than_a_block_holds_are_all_there_and_sorted() -> None:
    wholesaler = make_wholesaler(replace(SMALL, customers=1_100))
    blocks = list(wholesaler.blocks())
    customer_ids = [one for block in blocks for one in block.lines["customer_id"].to_pylist()]
    assert [block.n_customers for block in blocks] == [1_000, 100]
    assert customer_ids == sorted(customer_ids)
    assert set(customer_ids) == set(wholesaler.scenario.customer_ids) - set(wholesaler.truths.without_orders)
    event_ids = [one for block in blocks for one in block.events["event_id"].to_pylist()]
    assert event_ids == sorted(set(event_ids))


def discount_of(lines: pd.DataFrame, promotions: pd.DataFrame) -> pd.Series:
    """Return for each line the discount of a promotion of its product and day, 0 without one."""
    rows = lines[["product_id", "ordered_on"]].reset_index().merge(promotions, on="product_id")
    on = rows[(rows["ordered_on"] >= rows["from"]) & (rows["ordered_on"] <= rows["to"])]
    assert on["index"].is_unique
    return on.set_index("index")["discount"].reindex(lines.index, fill_value=0.0)


@pytest.mark.parametrize("name", list(CLEAN_TABLES))
def test_every_column_of_the_schema_is_present_in_its_order(folder: Path, name: str) -> None:
    columns = tuple(pd.read_parquet(folder / f"{name}.parquet").columns)
    assert columns[: len(CLEAN_TABLES[name].columns)] == CLEAN_TABLES[name].column_names


def test_order_lines_are_sorted_and_name_a_product_once_an_order(lines: pd.DataFrame) -> None:
    key = ["customer_id", "ordered_on", "order_id", "product_id"]
    assert lines[key].equals(lines[key].sort_values(key))
    assert not lines.duplicated(["order_id", "product_id"]).any()


def test_a_basket_holds_a_product_once(lines: pd.DataFrame) -> None:
    assert not lines.duplicated(["customer_id", "ordered_on", "product_id"]).any()


def test_an_order_has_one_customer_and_day_and_some_days_have_two(lines: pd.DataFrame) -> None:
    assert lines.groupby("order_id")[["customer_id", "ordered_on"]].nunique().max().tolist() == [1, 1]
    assert lines.groupby(["customer_id", "ordered_on"])["order_id"].nunique().value_counts().index.tolist() == [1, 2]


def test_half_the_customers_order_12_to_20_times_and_the_top_tenth_weekly(order_days: pd.DataFrame) -> None:
    n = order_days["customer_id"].value_counts()
    assert 12 <= n.median() <= 20
    assert n.quantile(0.9) / 2 >= 45


def test_baskets_of_those_who_order_weekly_are_longer(lines: pd.DataFrame, order_days: pd.DataFrame) -> None:
    n = order_days["customer_id"].value_counts()
    length = lines.groupby("customer_id").size() / n
    assert length[n >= 90].mean() > 1.5 * length[n <= 10].mean()


def test_nothing_is_ordered_on_sundays_and_holidays_and_little_on_saturdays(order_days: pd.DataFrame) -> None:
    days = order_days["ordered_on"]
    shares = days.dt.day_of_week.value_counts(normalize=True)
    assert 6 not in shares
    assert 0 < shares[5] < 0.03
    assert not set(days.dt.strftime("%m-%d")) & {"12-25", "12-26", "01-01", "05-01", "10-03"}


def test_orders_go_over_two_years_up_to_the_last_day(order_days: pd.DataFrame) -> None:
    assert order_days["ordered_on"].max() == pd.Timestamp("2025-06-30")
    assert pd.Timestamp("2023-06-30") <= order_days["ordered_on"].min() <= pd.Timestamp("2023-07-07")


@pytest.mark.parametrize(
    ("until", "last"),
    [("2025-06-28", "2025-06-27"), ("2025-06-29", "2025-06-27"), ("2024-12-26", "2024-12-24")],
)
def test_the_last_day_is_the_last_workday_before_a_free_one(tmp_path: Path, until: str, last: str) -> None:
    options = SampleOptions(date.fromisoformat(until), customers=20, products=120)
    folder = make_sample(tmp_path / "out", options, Silent()).folder
    assert pd.read_parquet(folder / "order_lines.parquet")["ordered_on"].max() == date.fromisoformat(last)


def test_revenue_is_quantity_times_a_price_near_the_list_price_but_in_promotions(
    lines: pd.DataFrame, products: pd.DataFrame, promotions: pd.DataFrame
) -> None:
    priced = lines[discount_of(lines, promotions) == 0].merge(products[["product_id", "unit_price", "cost"]])
    paid = priced["revenue"] / priced["quantity"] / priced["unit_price"]
    assert 0.84 < paid.min() < paid.max() <= 1.01
    assert 0.93 < paid.mean() < 0.97
    assert (priced["quantity"] % 1 == 0).all()


def test_promotions_take_their_discount_off_the_price(
    lines: pd.DataFrame, products: pd.DataFrame, promotions: pd.DataFrame
) -> None:
    priced = lines.merge(products[["product_id", "unit_price"]])
    paid = priced["revenue"] / priced["quantity"] / priced["unit_price"]
    discount = discount_of(priced, promotions)
    usual = paid[discount == 0].mean()
    assert (discount > 0).sum() > 500
    for share, prices in paid[discount > 0].groupby(discount):
        assert prices.mean() / usual == pytest.approx(1 - share, abs=0.02)


def test_prices_rose_a_little_over_the_two_years(
    lines: pd.DataFrame, products: pd.DataFrame, promotions: pd.DataFrame
) -> None:
    priced = lines[discount_of(lines, promotions) == 0].merge(products[["product_id", "unit_price"]])
    paid = priced["revenue"] / priced["quantity"] / priced["unit_price"]
    by_year = paid.groupby(priced["ordered_on"] < "2024-06-30").mean()
    assert 1.02 < by_year[False] / by_year[True] < 1.05


def test_promotions_begin_each_week_are_known_two_weeks_ahead_and_never_overlap_for_a_product(
    promotions: pd.DataFrame,
) -> None:
    starts = promotions["from"].drop_duplicates().sort_values()
    assert set(starts.dt.day_of_week) == {0}
    assert set(starts.diff().dt.days.dropna()) == {7}
    assert pd.Timestamp("2025-07-01") < starts.max() <= pd.Timestamp("2025-07-14")
    before = promotions.groupby("product_id")["to"].shift()
    assert not (promotions["from"] <= before).any()


def test_stock_is_counted_each_monday_and_on_the_last_day(folder: Path) -> None:
    stock = pd.read_parquet(folder / "stock.parquet")
    days = pd.to_datetime(stock["on"])
    assert set(days[days < "2025-06-30"].dt.day_of_week) == {0}
    assert days.max() == pd.Timestamp("2025-06-30")
    assert 0 < (stock["quantity"] == 0).mean() < 0.05


def test_events_and_outcomes_are_told_in_the_order_of_their_ids_and_none_is_after_the_last_day(folder: Path) -> None:
    for name in ("events", "outcomes"):
        frame = pd.read_parquet(folder / f"{name}.parquet")
        assert frame[f"{name[:-1]}_id"].is_monotonic_increasing
        assert frame["at"].max() < pd.Timestamp("2025-07-01")
        assert set(frame["kind"]) == set(CLEAN_TABLES[name].column("kind").choices)


def test_an_order_in_the_shop_or_of_a_pitch_has_its_order_line(folder: Path, lines: pd.DataFrame) -> None:
    bought = set(zip(lines["customer_id"], lines["product_id"], lines["ordered_on"], strict=True))
    for name, kind in (("events", "order"), ("outcomes", "ordered")):
        frame = pd.read_parquet(folder / f"{name}.parquet")
        frame = frame[frame["kind"] == kind]
        assert len(frame) > 50
        assert set(zip(frame["customer_id"], frame["product_id"], frame["at"].dt.normalize(), strict=True)) <= bought


def test_a_session_is_one_customers_visit_on_one_day(folder: Path) -> None:
    events = pd.read_parquet(folder / "events.parquet").dropna(subset="session_id")
    visits = events.groupby("session_id").agg(
        customers=("customer_id", "nunique"), days=("at", lambda at: at.dt.date.nunique())
    )
    assert (visits == 1).all(axis=None)


def test_a_pitch_is_said_by_the_customers_rep(folder: Path, customers: pd.DataFrame) -> None:
    outcomes = pd.read_parquet(folder / "outcomes.parquet").merge(customers[["customer_id", "rep"]])
    assert outcomes.groupby("rep")["user_id"].nunique().eq(1).all()
    assert dict(outcomes[["rep", "user_id"]].to_numpy())["Björn Lindqvist"] == "bjoern.lindqvist"


def test_products_cost_less_than_they_sell_for(products: pd.DataFrame) -> None:
    margin = 1 - products["cost"] / products["unit_price"]
    assert margin.between(0.1, 0.45).all()


def test_about_one_line_in_a_hundred_comes_back_later_and_no_more_than_was_ordered(
    folder: Path, lines: pd.DataFrame
) -> None:
    returns = pd.read_parquet(folder / "returns.parquet")
    returns["ordered_on"] = pd.to_datetime(returns["ordered_on"])
    both = returns.merge(lines, on=["order_id", "customer_id", "product_id"], suffixes=("", "_sold"))
    assert len(both) == len(returns)
    assert 0.007 < len(returns) / len(lines) < 0.013
    assert (both["quantity"] <= both["quantity_sold"]).all()
    assert (both["revenue"] <= both["revenue_sold"]).all()
    assert (both["ordered_on"] >= both["ordered_on_sold"]).all()
    assert both["ordered_on"].max() <= pd.Timestamp("2025-06-30")


def test_ids_are_text_of_five_digits_with_leading_zeros(customers: pd.DataFrame, products: pd.DataFrame) -> None:
    for ids in (customers["customer_id"], products["product_id"]):
        assert ids.str.fullmatch(r"\d{5}").all()
        assert ids.str.startswith("0").any()
        assert ids.is_monotonic_increasing
        assert ids.is_unique


def test_a_product_id_begins_with_its_top_category(products: pd.DataFrame) -> None:
    top = products["category"].str.split(" > ").str[0]
    assert top.nunique() == 12
    assert products["product_id"].str[:2].groupby(top).nunique().eq(1).all()
    assert products["category"].str.count(" > ").eq(2).all()


@pytest.mark.parametrize("n", [1_200, 5_000, 6_000])
def test_product_names_are_unique(n: int) -> None:
    names = make_wholesaler(replace(SMALL, products=n)).tables()["products"]["name"].to_pylist()
    assert len(set(names)) == n


def test_products_read_like_a_catalogue(products: pd.DataFrame) -> None:
    names = make_wholesaler(replace(SMALL, products=1_200)).tables()["products"]["name"].to_pylist()
    assert {"Espresso beans Crema, 1 kg", "Oat drink Barista, 6 x 1 l", "Bratöl, 10 l"} <= set(names)
    assert {"Baker's yeast Fresh, 1 kg", "Crisps Salted, 10 x 175 g", "Mayonnaise 80 % fat, 10 kg"} <= set(names)
    assert all(re.fullmatch(r"[^,]+, \d[\d,.]* [^,]+", name) for name in names), names
    suppliers = "".join(products["supplier"])
    assert "ö" in suppliers
    assert "&" in suppliers


def test_suppliers_have_only_the_categories_they_make(products: pd.DataFrame) -> None:
    named = make_wholesaler(replace(SMALL, products=3_000)).tables()["products"].to_pandas()
    fish = named[named["supplier"] == "Müritzer Fischräucherei"]
    assert len(fish) > 0
    assert set(fish["category"].str.split(" > ").str[1]) == {"Fish"}


@pytest.mark.parametrize("n", [300, 5_000])
def test_customer_names_are_unique(n: int) -> None:
    names = make_wholesaler(replace(SMALL, customers=n)).tables()["customers"]["name"].to_pylist()
    assert len(set(names)) == n


def test_taken_names_get_quarters_and_then_numbers() -> None:
    names = firm_names(["Bar"] * 4_000, ["Havelland"] * 4_000, np.random.default_rng(1))
    assert len(set(names)) == 4_000
    assert sum(bool(re.search(r" (Falkensee|Nauen|Rathenow|Ketzin)( \d+)?$", name)) for name in names) > 2_000
    assert names[-1][-1].isdigit()


def test_names_that_a_page_must_escape_and_a_search_must_find_are_there_with_orders(
    customers: pd.DataFrame, order_days: pd.DataFrame
) -> None:
    wanted = {"Café Lindenblatt", "O'Malley's Pub", "Deli <Nord>", "Fish & Chips Spreebogen", "Feinkost Yılmaz"}
    found = customers[customers["name"].isin(wanted)]
    assert set(found["name"]) == wanted
    assert found["customer_id"].isin(order_days["customer_id"]).all()
    assert found.set_index("name")["segment"]["O'Malley's Pub"] == "Bar"


def test_phone_numbers_are_reserved_for_fiction_and_mails_for_examples(customers: pd.DataFrame) -> None:
    assert customers["phone"].dropna().str.fullmatch(r"030 23125\d{3}|0171 39200\d{2}").all()
    assert customers["email"].dropna().str.fullmatch(r"[a-z0-9.]+@example\.(com|org)").all()
    assert 0 < customers["phone"].isna().mean() < 0.1
    assert 0 < customers["email"].isna().mean() < 0.15


def test_eight_reps_look_after_regions(customers: pd.DataFrame) -> None:
    assert customers["rep"].nunique() == 8
    assert customers["segment"].nunique() == 8
    assert customers["region"].nunique() == 10
    most = customers.groupby("region")["rep"].value_counts(normalize=True).groupby("region").max()
    assert most.drop("Berlin Mitte").min() > 0.7


def test_most_customers_are_active_and_may_be_written_to(customers: pd.DataFrame) -> None:
    shares = customers["status"].value_counts(normalize=True)
    assert set(shares.index) == set(STATUSES)
    assert shares["active"] > 0.9
    assert 0.8 < customers["may_contact"].mean() < 0.95


def test_closed_customers_order_no_more(customers: pd.DataFrame, order_days: pd.DataFrame) -> None:
    last = order_days.groupby("customer_id")["ordered_on"].max()
    closed = customers.loc[customers["status"] == "closed", "customer_id"]
    assert len(closed) > 0
    assert (last[closed] < pd.Timestamp("2025-05-10")).all()


def test_branches_name_a_parent_that_is_none_itself(customers: pd.DataFrame) -> None:
    by_id = customers.set_index("customer_id")
    branches = by_id[by_id["parent_id"].notna()]
    assert len(branches) > 0
    for name, parent_id in zip(branches["name"], branches["parent_id"], strict=True):
        assert name.startswith(f"{by_id.loc[parent_id, 'name']}, Filiale ")
        assert pd.isna(by_id.loc[parent_id, "parent_id"])


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"customers": 19}, "customers is 19; it must be 20 to 90,000"),
        ({"customers": 90_001}, "customers is 90,001"),
        ({"products": 119}, "products is 119; it must be 120 to 6,000"),
        ({"products": 6_001}, "products is 6,001"),
        ({"seed": -1}, "seed is -1; it must be 0 or more"),
        ({"until": date(1989, 12, 31)}, "until is 1989-12-31; it must be 1990-01-01 or later"),
    ],
)
def test_a_wrong_option_is_refused_with_its_bounds(changed: dict[str, int], message: str) -> None:
    with pytest.raises(RecsysError, match=message):
        replace(SMALL, **changed)


@pytest.mark.slow
def test_the_defaults_make_about_400_000_lines_and_an_eighth_of_the_last_ones_are_first_purchases(
    tmp_path: Path,
) -> None:
    tables = make_sample(tmp_path / "out", SampleOptions(until=date(2025, 6, 30)), Silent())
    assert (tables.rows["customers"], tables.rows["products"]) == (1_500, 1_200)
    assert 360_000 <= tables.rows["order_lines"] <= 440_000
    bought = pd.read_parquet(tables.path("order_lines"), columns=["customer_id", "product_id", "ordered_on"])
    first = bought.groupby(["customer_id", "product_id"])["ordered_on"].min()
    begun = first[first > date(2025, 6, 2)]
    assert 0.12 < len(begun) / (bought["ordered_on"] > date(2025, 6, 2)).sum() < 0.2
    assert begun.groupby("product_id").size().nlargest(12).sum() / len(begun) < 0.1
