from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from mlxtend.frequent_patterns import apriori, fpgrowth
from scipy.sparse import csr_matrix

from recsys.dataset.interactions import Interactions
from recsys.kernels.itemsets import count_threshold, mine, pair_counts
from recsys.models.bundles import Bundle, Bundles, covered, lift, pairs_beyond_chance, rules
from recsys.models.substitutes import Substitutes
from recsys.schema.bundle_groups import EVERYBODY
from recsys.schema.intervals import lift_interval

Make = Callable[..., Interactions]

# Ten baskets: a and b together in four of a's five and b's five; c, d, e always together in three.
TEN = ["abc", "ab", "abd", "ab", "a", "b", "cde", "cde", "cde", "e"]


def matrix(baskets: list[str], products: str = "abcde") -> csr_matrix:
    return csr_matrix(np.array([[float(product in basket) for product in products] for basket in baskets]))


def found(baskets: list[str], least: int, most: int = 1_000) -> dict[str, Bundle]:
    data = matrix(baskets)
    singles = np.bincount(data.indices, minlength=5)
    return {
        "".join("abcde"[item] for item in bundle.products): bundle
        for bundle in rules(mine(data, least, most), singles, len(baskets))
    }


def test_support_confidence_and_lift_of_a_pair() -> None:
    pair = found(TEN, least=4)["ab"]
    assert (pair.n_baskets, pair.of_baskets, pair.confidence) == (4, 10, 0.8)
    assert pair.lift == pytest.approx(0.8 / 0.5)


def test_leverage_conviction_and_zhangs_metric_of_a_pair() -> None:
    pair = found(TEN, least=4)["ab"]  # b -> a: a and b in 5 of 10 baskets each, both in 4
    assert pair.leverage == pytest.approx(0.4 - 0.5 * 0.5)
    assert pair.conviction == pytest.approx((1 - 0.5) / (1 - 0.8))
    assert pair.zhangs_metric == pytest.approx(0.15 / (0.4 * (1 - 0.5)))


def test_a_rule_that_never_fails_has_infinite_conviction() -> None:
    three = found(TEN, least=3)["cde"]  # d, e -> c: d and e in 3 of 10 baskets, c in 4, all in 3
    assert (three.consequent, three.confidence, three.conviction) == (2, 1, np.inf)
    assert three.lift == pytest.approx(1 / 0.4)
    assert three.leverage == pytest.approx(0.3 - 0.3 * 0.4)
    assert three.zhangs_metric == pytest.approx(0.18 / (0.3 * (1 - 0.3)))


def test_the_measures_of_independent_products() -> None:
    pair = found(["ab", "a", "b", "c"], least=1)["ab"]
    assert (pair.lift, pair.leverage, pair.conviction, pair.zhangs_metric) == (1, 0, 1, 0)


def test_products_that_are_in_every_basket_are_independent() -> None:
    pair = found(["ab", "ab"], least=1)["ab"]
    assert (pair.confidence, pair.lift, pair.leverage, pair.zhangs_metric) == (1, 1, 0, 0)


def test_products_that_are_together_less_than_by_chance_have_negative_measures() -> None:
    pair = found(["ab", "a", "a", "b", "b"], least=1)["ab"]  # 3 of 5 each, both in 1: confidence 1/3
    assert pair.leverage == pytest.approx(0.2 - 0.6 * 0.6)
    assert pair.conviction == pytest.approx((1 - 0.6) / (1 - 1 / 3))
    assert pair.zhangs_metric == pytest.approx(-0.16 / (0.6 * (0.6 - 0.2)))


def test_no_frequent_itemsets_have_no_rules() -> None:
    assert found(TEN, least=9) == {}


def test_of_two_rules_with_equal_confidence_the_consequent_is_first_by_id() -> None:
    assert found(TEN, least=4)["ab"].consequent == 0


def test_the_consequent_is_what_the_others_predict_best() -> None:
    # c is in four baskets, d in four, e in four; {c, d} and the other pairs in three: all predict equally, so c.
    # a predicts b in all of its baskets, b predicts a in half.
    assert found(["ab", "b"], least=1)["ab"].consequent == 1


def test_the_least_number_of_baskets_is_inclusive() -> None:
    assert "cde" in found(TEN, least=3)
    assert "cde" not in found(TEN, least=4)


@pytest.mark.parametrize(("n", "support", "least"), [(30, 0.1, 3), (10, 0.3, 3), (10, 0.31, 4), (1000, 0.003, 3)])
def test_the_least_support_is_inclusive(n: int, support: float, least: int) -> None:
    assert count_threshold(n, support, 1) == least


def test_the_least_number_of_baskets_may_be_stricter_than_the_support() -> None:
    assert count_threshold(100, 0.01, 20) == 20


def test_a_subset_in_as_many_baskets_as_a_larger_bundle_is_redundant() -> None:
    bundles = found(TEN, least=3)
    assert bundles["cd"].redundant
    assert bundles["ce"].redundant
    assert not bundles["cde"].redundant
    assert not bundles["ab"].redundant


def test_a_pair_is_redundant_because_of_four_products_too() -> None:
    bundles = found(["abcd", "abcd", "a"], least=2)
    assert [name for name, bundle in sorted(bundles.items()) if not bundle.redundant] == ["abcd"]


def test_bundles_come_by_lift_then_baskets_then_products() -> None:
    lifts = [bundle.lift for bundle in found(TEN, least=1).values()]
    assert lifts == sorted(lifts, reverse=True)
    assert list(found(["ab", "cd", "cd", "ab"], least=1)) == ["ab", "cd"]


def test_equal_lifts_are_ties_whatever_their_last_digit() -> None:
    # Of 8 baskets: a in 5, b in 2, both in 1; c in 6, d in 5, both in 3. Either lift is .8, in floats .8 and .7999...
    bundles = found(["ac", "ac", "ac", "acd", "abcd", "bcd", "d", "d"], least=1)
    assert bundles["ab"].lift == pytest.approx(bundles["cd"].lift)
    assert list(bundles).index("cd") < list(bundles).index("ab")


def test_too_many_itemsets_raise_the_threshold_until_they_fit() -> None:
    data = matrix(TEN)
    mined = mine(data, 1, max_itemsets=5)
    assert mined.min_count == 2  # ab in 4, cd ce de cde in 3, the others in 1
    assert mined.n == 5
    assert mine(data, 1, max_itemsets=4).min_count == 4
    assert mine(data, 3, max_itemsets=5).min_count == 3


def test_lift_of_independent_products_is_one() -> None:
    assert lift(np.array([1]), np.array([2]), np.array([2]), 4).tolist() == [1.0]


def test_pairs_beyond_chance_reach_both_bounds_inclusively() -> None:
    data = matrix(["ab", "ab", "c", "d"])  # a and b: 2 of 4 baskets each, both in 2, lift 2
    assert pairs_beyond_chance(data, 2, 2.0).toarray()[0, 1] == 2
    assert pairs_beyond_chance(data, 3, 2.0).nnz == 0
    assert pairs_beyond_chance(data, 2, 2.01).nnz == 0


def test_no_baskets_hold_no_pairs() -> None:
    assert pairs_beyond_chance(csr_matrix((0, 3)), 1, 1.0).nnz == 0


def test_pair_counts_are_the_shared_columns() -> None:
    data = matrix(TEN).T.tocsr()
    assert pair_counts(np.array([0, 0, 2]), np.array([1, 4, 3]), data).tolist() == [4, 0, 3]


def test_pair_counts_are_those_of_the_product_of_the_rows_whatever_the_order_of_the_pairs() -> None:
    rng = np.random.default_rng(3)
    sets = csr_matrix((rng.random((40, 30)) < 0.3).astype(float))
    left, right = rng.integers(0, 40, 500), rng.integers(0, 40, 500)
    both = (sets @ sets.T).toarray()
    assert pair_counts(left, right, sets).tolist() == both[left, right].tolist()
    order = np.argsort(left, kind="stable")
    assert pair_counts(left[order], right[order], sets).tolist() == both[left[order], right[order]].tolist()


def test_no_pairs_have_no_counts() -> None:
    none = np.zeros(0, dtype=np.int64)
    assert pair_counts(none, none, csr_matrix((2, 3))).tolist() == []


def test_segments_are_mined_apart_and_small_ones_not_at_all(interactions_of: Make) -> None:
    rows = [("A", day, "ab") for day in range(3)] + [("B", day, "cd") for day in range(2)] + [("C", 0, "ef")]
    data = interactions_of(rows, segments={"A": "cafe", "B": "hotel"})
    fitted = Bundles(min_support=0.1, min_baskets=1, min_segment_baskets=2).fit(data)
    assert {segment: [bundle.products for bundle in found] for segment, found in fitted.bundles.items()} == {
        EVERYBODY: [(4, 5), (2, 3), (0, 1)],
        ("segment", "cafe"): [(0, 1)],
        ("segment", "hotel"): [(2, 3)],
    }
    assert fitted.bundles["segment", "cafe"][0].of_baskets == 3
    assert fitted.min_baskets == {EVERYBODY: 1, ("segment", "cafe"): 1, ("segment", "hotel"): 1}


def test_a_group_with_too_few_baskets_is_counted_and_not_mined(interactions_of: Make) -> None:
    data = interactions_of([("A", day, "ab") for day in range(3)] + [("B", 0, "ab")])
    fitted = Bundles(min_support=0.1, min_baskets=1, min_segment_baskets=2).fit(data, {"rfm": ["Loyal", "Lost"]})
    assert fitted.group_baskets == {EVERYBODY: 4, ("rfm", "Loyal"): 3, ("rfm", "Lost"): 1}
    assert set(fitted.bundles) == {EVERYBODY, ("rfm", "Loyal")}


def test_a_subset_is_redundant_from_the_given_share_of_its_baskets_on() -> None:
    counts = {(0, 1): 10, (0, 2): 9, (1, 2): 12, (0, 1, 2): 9}
    assert covered(counts, 1.0) == {(0, 2)}
    assert covered(counts, 0.9) == {(0, 1), (0, 2)}
    assert covered(counts, 0.75) == {(0, 1), (0, 2), (1, 2)}


def test_a_pair_is_covered_by_four_products_whatever_is_between_them() -> None:
    counts = {(0, 1): 10, (0, 1, 2): 9, (0, 1, 2, 3): 9}
    assert covered(counts, 0.9) == {(0, 1), (0, 1, 2)}


def test_the_interval_of_a_bundles_lift_is_that_of_its_rule() -> None:
    three = found(TEN, least=3)["cde"]  # d, e -> c: 3 of 10 baskets have d and e, 4 have c, 3 all
    assert (three.lift_low, three.lift_high) == lift_interval(3, 3, 4, 10)


def test_substitutes_come_with_their_measures_though_no_basket_has_both() -> None:
    data = matrix(["a"] * 3 + ["b"] * 2 + ["c"])
    apart = Substitutes(np.array([[0, 1]]), np.array([0]))
    [pair] = rules(mine(data, 2, 100), np.bincount(data.indices, minlength=5), 6, instead=apart)
    assert (pair.products, pair.substitutes, pair.n_baskets, pair.redundant) == ((0, 1), True, 0, False)
    assert (pair.confidence, pair.lift, pair.zhangs_metric) == (0, 0, -1)
    assert pair.leverage == pytest.approx(-3 / 6 * 2 / 6)


def test_the_score_is_the_sum_of_the_confidences(interactions_of: Make) -> None:
    rows = [("A", 0, "ax"), ("A", 1, "a"), ("B", 0, "bx"), ("C", 0, "ab"), *(("D", day, "z") for day in range(9))]
    scores = Bundles(pair_baskets=1, pair_lift=1.0).fit(interactions_of(rows)).score(np.array([2], dtype=np.int32))
    # x is in one of the three baskets with a and in one of the two with b
    assert scores.toarray()[0, 2] == pytest.approx(1 / 3 + 1 / 2)


baskets_of = st.lists(st.sets(st.sampled_from("abcde"), min_size=1).map("".join), min_size=2, max_size=25)


@given(baskets=baskets_of, least=st.integers(1, 4))
@settings(max_examples=40, deadline=None)
def test_itemsets_are_mlxtends(baskets: list[str], least: int) -> None:
    assume(least <= len(baskets))
    frame = pd.DataFrame(matrix(baskets).toarray().astype(bool), columns=list("abcde"))
    support = least / len(baskets)
    expected = fpgrowth(frame, min_support=support, use_colnames=True, max_len=4)
    larger = {tuple(sorted(items)): share for share, items in expected.itertuples(index=False) if len(items) > 1}
    by_apriori = apriori(frame, min_support=support, use_colnames=True, max_len=4)
    assert {tuple(sorted(items)) for items in by_apriori["itemsets"] if len(items) > 1} == set(larger)
    bundles = found(baskets, least).items()
    assert {tuple(name): bundle.n_baskets / len(baskets) for name, bundle in bundles} == pytest.approx(larger)


@given(baskets=baskets_of, least=st.integers(1, 4))
@settings(max_examples=40, deadline=None)
def test_the_best_rule_is_that_of_counting_baskets(baskets: list[str], least: int) -> None:
    def n_with(products: str) -> int:
        return sum(set(products) <= set(basket) for basket in baskets)

    for name, bundle in found(baskets, least).items():
        confidences = {product: n_with(name) / n_with(name.replace(product, "")) for product in name}
        consequent = "abcde"[bundle.consequent]
        assert consequent == max(name, key=lambda product: (confidences[product], -ord(product)))
        assert bundle.confidence == pytest.approx(confidences[consequent], rel=1e-12)
        lift_by_hand = confidences[consequent] * len(baskets) / n_with(consequent)
        assert bundle.lift == pytest.approx(lift_by_hand, rel=1e-12)


@given(baskets=baskets_of, least=st.integers(1, 3))
@settings(max_examples=40, deadline=None)
def test_redundant_means_that_a_larger_bundle_has_the_same_baskets(baskets: list[str], least: int) -> None:
    bundles = found(baskets, least)
    for name, bundle in bundles.items():
        larger = [set(name) < set(other) and bundles[other].n_baskets == bundle.n_baskets for other in bundles]
        assert bundle.redundant is any(larger)
