"""The contract of every model in the registry; a new model is tested without a new line here."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recsys.dataset.interactions import Interactions
from recsys.kernels.sparse import best
from recsys.models.base import Fitted, recommend
from recsys.models.registry import MODELS
from recsys.options import BuildOptions

Make = Callable[..., Interactions]

# Five customers buy a, b, c, d together and three buy p, q, r. Customer c5 is one of the five without d.
CHECKERBOARD = [
    *((f"c{n}", day, "abcd") for n in range(5) for day in (0, 7)),
    *(("c5", day, "abc") for day in (0, 7)),
    *((f"x{n}", day, "pqr") for n in range(3) for day in (0, 7)),
]
SMALL = BuildOptions(
    min_baskets=1, min_support=0.01, min_segment_baskets=1, min_segment_customers=1, pair_baskets=1, pair_lift=1
)


@pytest.fixture(params=sorted(MODELS))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def fitted(name: str, data: Interactions) -> Fitted:
    return MODELS[name](SMALL).fit(data)


def test_a_model_is_called_what_the_registry_calls_it(name: str) -> None:
    assert MODELS[name](SMALL).name == name


def test_the_withheld_product_of_a_checkerboard_comes_first(name: str, interactions_of: Make) -> None:
    data = interactions_of(CHECKERBOARD)
    assert recommend(fitted(name, data), data, "c5", 3).products[0][0] == "d"


def test_a_list_of_new_products_holds_nothing_bought_before(name: str, interactions_of: Make) -> None:
    data = interactions_of(CHECKERBOARD)
    assert not {"a", "b", "c"} & {product for product, _ in recommend(fitted(name, data), data, "c5", 9).products}


def test_a_list_of_all_products_may_hold_what_was_bought_before(interactions_of: Make) -> None:
    data = interactions_of(CHECKERBOARD)
    answer = recommend(fitted("customer_knn", data), data, "c5", 9, only_new=False)
    assert {"a", "b", "c", "d"} == {product for product, _ in answer.products}


def test_ranks_have_no_gaps_and_scores_never_rise(name: str, interactions_of: Make) -> None:
    data = interactions_of(CHECKERBOARD)
    ranked = best(fitted(name, data).score(np.arange(data.n_customers, dtype=np.int32)), 3)
    for row in np.unique(ranked.owners):
        own = ranked.owners == row
        assert ranked.ranks[own].tolist() == list(range(1, own.sum() + 1))
        assert (np.diff(ranked.scores[own]) <= 0).all()


def test_scores_are_finite_and_above_zero(name: str, interactions_of: Make) -> None:
    data = interactions_of(CHECKERBOARD, segments={"nobody": "cafe"})
    scores = fitted(name, data).score(np.arange(data.n_customers, dtype=np.int32)).data
    assert len(scores)
    assert np.isfinite(scores).all()
    assert (scores > 0).all()


def test_an_unknown_customer_gets_an_empty_answer_that_says_why(name: str, interactions_of: Make) -> None:
    data = interactions_of(CHECKERBOARD)
    for stranger in ("c55", "zzz"):
        answer = recommend(fitted(name, data), data, stranger, 3)
        assert answer.products == ()
        assert answer.note == f"customer '{stranger}' is not in the data"


def test_a_customer_without_orders_gets_best_sellers_or_an_explained_empty_answer(
    name: str, interactions_of: Make
) -> None:
    data = interactions_of(CHECKERBOARD, segments={"nobody": "cafe"})
    answer = recommend(fitted(name, data), data, "nobody", 3)
    assert bool(answer.products) is (name == "popular")
    assert (answer.note is None) is (name == "popular")


def test_ties_go_by_product_id(name: str, interactions_of: Make) -> None:
    twins = [(f"c{n}", 0, "azmk") for n in range(4)]
    data = interactions_of([*twins, ("c9", 0, "a"), ("d1", 0, "x")])
    assert [product for product, _ in recommend(fitted(name, data), data, "c9", 3).products] == ["k", "m", "z"]


def test_a_block_scores_as_its_rows_do_alone(name: str, interactions_of: Make) -> None:
    data = interactions_of(CHECKERBOARD)
    model = fitted(name, data)
    together = model.score(np.array([8, 0, 5], dtype=np.int32)).toarray()
    alone = [model.score(np.array([row], dtype=np.int32)).toarray()[0] for row in (8, 0, 5)]
    np.testing.assert_allclose(together, alone)


def test_data_without_a_line_leave_every_model_without_an_answer(name: str, interactions_of: Make) -> None:
    data = interactions_of([], segments={"nobody": "cafe"}, also="ab")
    assert recommend(fitted(name, data), data, "nobody", 3).products == ()


lines = st.lists(
    st.tuples(st.sampled_from("ABCDE"), st.integers(0, 5), st.text("pqrstu", min_size=1, max_size=3)),
    min_size=1,
    max_size=15,
)


@given(rows=lines, seed=st.integers(1, 99))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
def test_the_order_of_the_lines_is_irrelevant(
    name: str, interactions_of: Make, rows: list[tuple[str, int, str]], seed: int
) -> None:
    everyone = np.arange(len({customer for customer, _, _ in rows}), dtype=np.int32)
    in_order = fitted(name, interactions_of(rows)).score(everyone)
    shuffled = fitted(name, interactions_of(rows, shuffle=seed)).score(everyone)
    assert (in_order != shuffled).nnz == 0
