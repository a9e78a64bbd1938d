from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_matrix, vstack

from recsys.dataset.interactions import Interactions, interactions
from recsys.dataset.product_terms import word_matrix
from recsys.errors import TableError
from recsys.evaluation.baselines import REFERENCES, compared_models
from recsys.evaluation.breadth import BREADTH_MEASURES, coverage
from recsys.evaluation.evaluate import Evaluation, evaluate, everyone, lists
from recsys.evaluation.metrics import METRICS
from recsys.evaluation.order_history import read_orders
from recsys.evaluation.report import evaluation_report, paired
from recsys.evaluation.split import Split, basket_before, calendar, last_basket, window_before
from recsys.ingest.clean import clean
from recsys.ingest.sources import OnlineRetail
from recsys.runtime.progress import Silent
from recsys.schema.build_report import PARTS

Make = Callable[..., Interactions]
Tastes = Callable[[], Interactions]
CUT = date(2026, 4, 10)


@pytest.fixture
def evaluation(tastes: Tastes) -> Evaluation:
    split = calendar(tastes(), CUT, 28)
    return evaluate(split, compared_models(split), Silent())


def test_only_customers_with_two_baskets_before_and_a_known_product_after_are_tested(orders_of: Make) -> None:
    rows = [("A", 0, "ab"), ("A", 5, "c"), ("A", 30, "a"), ("B", 0, "a"), ("B", 30, "a"), ("C", 0, "a"), ("C", 4, "b")]
    split = calendar(orders_of([*rows, ("D", 0, "a"), ("D", 3, "b"), ("D", 30, "z")]), date(2026, 1, 20), 28)
    names = split.held_out.history.customer_ids
    assert [names[row] for row in split.tested] == ["A"]


def test_the_default_cut_holds_out_the_last_days(orders_of: Make) -> None:
    split = calendar(orders_of([("A", 0, "a"), ("A", 1, "a"), ("A", 2, "a"), ("A", 29, "a")]))
    assert (split.cut, split.days) == (date(2026, 1, 3), 28)
    assert split.held_out.history.as_of == date(2026, 1, 2)


def test_a_split_without_a_customer_to_test_is_refused(orders_of: Make) -> None:
    few = orders_of([("A", 0, "a"), ("A", 1, "a")])
    with pytest.raises(TableError, match="no customer has 2 order days before 2026-01-02 .* name another cut"):
        calendar(few, date(2026, 1, 2))
    with pytest.raises(TableError, match="no customer has 3 order days"):
        last_basket(few)


def test_what_is_learned_from_is_the_window_or_the_basket_before(orders_of: Make) -> None:
    rows = [("A", day, letter) for day, letter in ((0, "a"), (30, "b"), (58, "a"), (80, "b"))]
    split = calendar(orders_of(rows), date(2026, 3, 2), 28)  # day 60
    before = split.learn(split.held_out.history)
    assert before.history.as_of == date(2026, 2, 1)  # day 31: the window is days 32 to 59
    assert before.truth.toarray().tolist() == [[1, 0]]
    last = last_basket(orders_of(rows))
    basket = last.learn(last.held_out.history)
    assert basket.history.counts.toarray().tolist() == [[1, 1]]
    assert basket.truth.toarray().tolist() == [[1, 0]]
    assert window_before(last.held_out.history, 1).history.as_of == date(2026, 2, 27)
    assert basket_before(orders_of(rows)).truth.nnz == 1


def with_revenue_and_words(orders: Interactions) -> Interactions:
    """Return the same orders with a revenue for each line and words for each product."""
    spent = orders.baskets.copy()
    spent.data = np.random.default_rng(8).integers(1, 99, spent.nnz).astype(float)
    words = word_matrix(
        [("red cup" if at % 2 else "blue cup", "ab"[at % 3 == 0], None) for at in range(orders.n_products)]
    )
    return replace(orders, spent=spent, words=words)


def altered_truth(orders: Interactions, rng: np.random.Generator) -> Interactions:
    """Return the same orders before the cut; after it other products, an unknown customer and an unknown product."""
    assert orders.spent is not None
    assert orders.words is not None
    owners = np.repeat(np.arange(len(orders.basket_days)), np.diff(orders.baskets.indptr))
    customers, products, days = orders.basket_customers[owners], orders.baskets.indices, orders.basket_days[owners]
    start = (CUT - date(1970, 1, 1)).days
    products = np.where(days >= start, rng.permutation(products), products)
    unknown = orders.n_customers, orders.n_products
    lines = (
        np.append(customers, [unknown[0], unknown[0], 0]).astype(np.int32),
        np.append(products, [unknown[1], 0, unknown[1]]).astype(np.int32),
        np.append(days, [start, start + 3, start]).astype(np.int32),
    )
    ids = [*orders.customer_ids, "d99"], [*orders.product_ids, "z"]
    later = np.append(days >= start, [True] * 3)
    revenue = np.where(later, rng.integers(1, 99, len(later)), np.append(orders.spent.data, [1.0] * 3))
    words = csr_matrix(vstack([orders.words, orders.words[0]]))
    return interactions(lines, *ids, [*orders.segments, "cafe"], orders.as_of, revenue=revenue, words=words)


def test_nothing_after_the_cut_reaches_a_list(tastes: Tastes) -> None:
    orders = with_revenue_and_words(tastes())
    split, other = calendar(orders, CUT, 28), calendar(altered_truth(orders, np.random.default_rng(1)), CUT, 28)
    assert split.held_out.history.spending.nnz > 0
    assert (split.held_out.truth != other.held_out.truth).nnz > 0
    everyone = np.arange(split.held_out.history.n_customers, dtype=np.int32)
    for name, model in compared_models(split).items():
        pair = [
            lists(Split(each.protocol, each.held_out, everyone, each.learn, each.cut, each.days), fitted)
            for each, fitted in ((split, model.fit(split.held_out.history)), (other, model.fit(other.held_out.history)))
        ]
        for part in PARTS:
            np.testing.assert_array_equal(pair[0][part], pair[1][part], err_msg=f"{name}, {part}")


def test_a_list_of_new_items_holds_nothing_bought_and_no_item_twice(tastes: Tastes) -> None:
    split = calendar(tastes(), CUT, 28)
    history = split.held_out.history
    for model in compared_models(split).values():
        found = lists(split, model.fit(history))
        for part in PARTS:
            for row, items in zip(split.tested, found[part], strict=True):
                listed = items[items >= 0]
                assert len(set(listed)) == len(listed)
                assert part == "all" or not history.bought[row].toarray()[0, listed].any()


def test_neighbours_beat_popularity_where_there_are_tastes(evaluation: Evaluation) -> None:
    assert evaluation.paired("customer_knn", "popular", "all")[0].low > 0
    assert evaluation.paired("popular", "popular", "all")[0].mean == 0


def test_a_paired_difference_is_that_of_the_means(evaluation: Evaluation) -> None:
    means = evaluation.overall("all")
    for at in range(len(METRICS)):
        gap = means["ease"][at].mean - means["tifu_knn"][at].mean
        assert evaluation.paired("ease", "tifu_knn", "all")[at].mean == pytest.approx(gap)


def test_each_tested_customer_is_in_one_band_and_at_most_one_segment(evaluation: Evaluation) -> None:
    n = len(evaluation.rows["all"])
    assert sum(evaluation.subgroup("all", keep)["ease"][0].n for keep in evaluation.bands().values()) == n
    assert set(evaluation.segments()) == {"cafe", "hotel"}
    n_known = sum(evaluation.subgroup("all", keep)["ease"][0].n for keep in evaluation.segments().values())
    known = evaluation.split.held_out.history.segments
    assert n_known == sum(known[row] is not None for row in evaluation.rows["all"]) < n


def test_the_report_has_every_model_with_the_promised_keys(evaluation: Evaluation, tastes: Tastes) -> None:
    report = evaluation_report(evaluation, tastes(), None).as_json()
    assert report["protocol"] == "calendar"
    assert report["data"]["cut"] == "2026-04-10"
    assert list(report["models"]) == list(compared_models(evaluation.split))
    for model in report["models"].values():
        assert set(model) == {"all", "new", "fit_s", "score_s"}
        for part in PARTS:
            breadth = {f"{name}@10" for name in BREADTH_MEASURES}
            assert set(model[part]) == {*METRICS, *breadth, "n", "lists"}
    assert report["paired"]["customer_knn"]["tifu_knn"]["new"]["recall@10"]["n"] == len(evaluation.rows["new"])
    assert report["bands"]["all"]["3-9"]["popular"]["n"] > 0
    low, high = report["intervals"]["popular"]["all"]["recall@10"]
    assert low < report["models"]["popular"]["all"]["recall@10"] < high


def test_breadth_is_that_of_the_lists_of_all_who_are_listed_whether_tested_or_not(orders_of: Make) -> None:
    rows = [("A", 0, "ab"), ("A", 5, "c"), ("A", 30, "a"), ("B", 0, "d"), ("C", 0, "e")]
    split = calendar(orders_of(rows), date(2026, 1, 20), 28)
    models = {"own_frequent_only": compared_models(split)["own_frequent_only"]}
    tested, all_listed = (evaluate(split, models, Silent(), listed) for listed in (None, everyone(split)))
    for evaluation, share, n in ((tested, 3 / 5, 1), (all_listed, 1, 3)):
        found = evaluation.results["own_frequent_only"].parts["all"]
        assert (found.breadth.coverage, found.breadth.lists, len(found.values)) == (share, n, 1)


def test_breadth_in_a_report_is_of_the_first_ten_places(evaluation: Evaluation, tastes: Tastes) -> None:
    split = evaluation.split
    ranked = lists(split, compared_models(split)["ease"].fit(split.held_out.history))["all"]
    report = evaluation_report(evaluation, tastes()).models["ease"].all
    assert report.means["coverage@10"] == coverage(ranked, split.held_out.history.n_products, 10)
    assert report.lists == len(split.tested)


def test_the_report_counts_what_the_tested_bought(orders_of: Make) -> None:
    rows = [("A", 0, "ab"), ("A", 5, "c"), ("A", 30, "ad"), ("B", 0, "d"), ("B", 30, "d")]
    split = calendar(orders_of(rows), date(2026, 1, 20), 28)
    models = {"popular": compared_models(split)["popular"]}
    report = evaluation_report(evaluate(split, models, Silent()), orders_of(rows))
    assert report.data.bought == {"all": 2, "new": 1}


def test_references_are_paired_with_each_other_but_not_with_themselves(evaluation: Evaluation) -> None:
    assert {"popular", "own_frequent", "tifu_knn"} < set(REFERENCES)
    for reference in set(REFERENCES) & set(evaluation.results):
        others = set(paired(evaluation)[reference])
        assert others == set(REFERENCES) & set(evaluation.results) - {reference}


def test_last_basket_is_evaluated_too(tastes: Tastes) -> None:
    split = last_basket(tastes())
    report = evaluation_report(evaluate(split, compared_models(split), Silent()), tastes()).as_json()
    assert report["protocol"] == "last-basket"
    assert (report["data"]["cut"], report["data"]["days"]) == (None, None)
    assert report["models"]["own_frequent"]["all"]["n"] == 80


def test_a_group_without_customers_has_no_figure(orders_of: Make) -> None:
    rows = [("A", 0, "ab"), ("A", 5, "c"), ("A", 30, "a"), ("B", 0, "d")]
    split = calendar(orders_of(rows), date(2026, 1, 20), 28)
    report = evaluation_report(
        evaluate(split, {"popular": compared_models(split)["popular"]}, Silent()), orders_of(rows)
    ).as_json()
    assert report["models"]["popular"]["new"]["recall@10"] is None
    assert report["bands"]["all"]["10+"]["popular"] == {**dict.fromkeys(METRICS), "n": 0}
    assert report["intervals"]["popular"]["all"]["recall@10"] == [None, None]
    assert report["paired"] == {"popular": {}}


# recall@10 and NDCG@10: calendar all, calendar new, last basket all.
MEASURED = {
    "popular": ((0.032, 0.044), (0.015, 0.017), (0.038, 0.045)),
    "own_frequent_only": ((0.170, 0.204), (0, 0), (0.185, 0.200)),
    "own_frequent": ((0.186, 0.218), (0.015, 0.017), (0.205, 0.221)),
    "tifu_knn": ((0.195, 0.226), (0.032, 0.030), (0.209, 0.224)),
}


@pytest.mark.realdata
@pytest.mark.slow
def test_published_baselines_reach_their_figures_on_real_orders(real_data: Path, tmp_path: Path) -> None:
    clean(
        OnlineRetail((real_data / "online_retail" / "online_retail.parquet",), cleaning="usual"),
        tmp_path / "clean",
        today=date(2026, 1, 1),
    )
    orders = read_orders(tmp_path / "clean", "^[0-9]{5}")
    splits = calendar(orders, date(2011, 11, 11)), last_basket(orders)
    assert [len(split.tested) for split in splits] == [1_044, 1_907]
    models = {name: compared_models(splits[0])[name] for name in MEASURED}
    by_window, by_basket = (evaluate(split, models, Silent()) for split in splits)
    for name, (everything, new, last) in MEASURED.items():
        for evaluation, part, expected in (
            (by_window, "all", everything),
            (by_window, "new", new),
            (by_basket, "all", last),
        ):
            found = evaluation.overall(part)[name]
            assert (found[0].mean, found[1].mean) == pytest.approx(expected, abs=0.0011), (name, part)


@pytest.mark.realdata
@pytest.mark.slow
@pytest.mark.parametrize(
    ("protocol", "everything", "new"),
    [("calendar", (0.216, 0.259), (0.100, 0.109)), ("last-basket", (0.226, 0.246), (0.086, 0.087))],
)
def test_the_ranker_is_better_than_published_methods_on_real_orders(
    real_data: Path, tmp_path: Path, protocol: str, everything: tuple[float, float], new: tuple[float, float]
) -> None:
    source = OnlineRetail((real_data / "online_retail" / "online_retail.parquet",), cleaning="usual")
    clean(source, tmp_path / "clean", today=date(2026, 1, 1))
    orders = read_orders(tmp_path / "clean", "^[0-9]{5}")
    split = calendar(orders, date(2011, 11, 11)) if protocol == "calendar" else last_basket(orders)
    models = {name: compared_models(split)[name] for name in ("tifu_knn", "ease", "ranker")}
    evaluation = evaluate(split, models, Silent())
    for part, least in (("all", everything), ("new", new)):
        found = evaluation.overall(part)["ranker"]
        assert found[0].mean > least[0], part
        assert found[1].mean > least[1], part
    assert evaluation.paired("ranker", "tifu_knn", "all")[0].low > 0
    assert evaluation.paired("ranker", "ease", "new")[0].low > 0
