from itertools import combinations

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from recsys.kernels import itemset_extension as kernel
from recsys.kernels.itemset_extension import extensions, transactions
from recsys.kernels.itemsets import co_occurrences, mine

COMPILED = [name for name, thing in vars(kernel).items() if hasattr(thing, "py_func")]

# Baskets of products 0 to 3: product 2 is in three of them, 0 and 1 in two, 3 in one.
FOUR = csr_matrix(np.array([[1.0, 1, 1, 0], [0, 1, 1, 0], [1, 0, 0, 0], [0, 0, 1, 1]]))


def many_baskets(n: int, n_products: int) -> csr_matrix:
    rng = np.random.default_rng(4)
    return csr_matrix((rng.random((n, n_products)) < 0.7 / np.arange(1, n_products + 1) ** 0.7).astype(float))


def counted(baskets: csr_matrix, size: int, min_count: int) -> dict[tuple[int, ...], int]:
    held = baskets.toarray().astype(bool)
    found = {one: int(held[:, one].all(axis=1).sum()) for one in combinations(range(baskets.shape[1]), size)}
    return {one: count for one, count in found.items() if count >= min_count}


def test_labels_go_by_falling_frequency_ties_by_column() -> None:
    found = transactions(FOUR, 2)
    assert found.products.tolist() == [2, 0, 1]
    assert found.frequencies().tolist() == [3, 2, 2]


def test_baskets_hold_only_frequent_products_in_the_order_of_labels() -> None:
    found = transactions(FOUR, 2)
    assert found.labels.tolist() == [0, 1, 2, 0, 2, 1, 0]
    assert found.baskets.tolist() == [0, 1, 3, 0, 2, 0, 1]
    assert found.positions.tolist() == [0, 3, 6, 1, 5, 2, 4]
    assert found.ends.tolist() == [3, 5, 7, 3, 6, 3, 5]


def test_a_set_is_extended_by_rarer_labels_only() -> None:
    members, counts = extensions(transactions(FOUR, 1), np.array([[0], [1]], dtype=np.int32), 1)
    # label 0 is product 2, which is with product 0 once, with 1 twice and with 3 once; label 1 is product 0
    assert sorted(zip(members.tolist(), counts.tolist(), strict=True)) == [
        ([0, 1], 1), ([0, 2], 2), ([0, 3], 1), ([1, 2], 1),
    ]  # fmt: skip


def test_no_sets_have_no_extensions() -> None:
    members, counts = extensions(transactions(FOUR, 9), np.zeros((0, 2), dtype=np.int32), 1)
    assert (members.shape, counts.shape) == ((0, 3), (0,))


@pytest.mark.parametrize("min_count", [1, 5, 40])
def test_all_sets_of_two_to_four_equal_brute_force_counts(min_count: int) -> None:
    baskets = many_baskets(300, 14)
    mined = mine(baskets, min_count, 1_000_000)
    for size, level in zip((2, 3, 4), mined.levels, strict=True):
        found = dict(zip(map(tuple, level.members.tolist()), level.counts.tolist(), strict=True))
        assert found == counted(baskets, size, min_count)
        assert list(found) == sorted(found)


def test_pairs_are_returned_in_both_directions() -> None:
    baskets = many_baskets(200, 30)
    left, right, counts = co_occurrences(baskets, 3)
    both = {(a, b): n for a, b, n in zip(left.tolist(), right.tolist(), counts.tolist(), strict=True)}
    expected = counted(baskets, 2, 3)
    assert both == {**expected, **{(b, a): n for (a, b), n in expected.items()}}


def test_results_grow_beyond_their_initial_rows() -> None:
    # 60 products in each of two baskets: 1,770 pairs, more than the initial rows.
    assert len(mine(csr_matrix(np.ones((2, 60))), 2, 1_770 + 34_220 + 487_635).levels[0].counts) == 1_770


def test_interpreted_and_compiled_kernels_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel, "_INITIAL_ROWS", 2)
    baskets = many_baskets(40, 250)  # the last products are in fewer baskets than a sixteenth of all products
    compiled = mine(baskets, 2, 500)
    for name in COMPILED:
        monkeypatch.setattr(kernel, name, getattr(kernel, name).py_func)
    interpreted = mine(baskets, 2, 500)
    for ours, theirs in zip(interpreted.levels, compiled.levels, strict=True):
        assert ours.members.tolist() == theirs.members.tolist()
        assert ours.counts.tolist() == theirs.counts.tolist()
