from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from recsys.dataset.interactions import Interactions
from recsys.models.customer_knn import CustomerKnn
from recsys.models.ease import Ease
from recsys.models.item_cosine import ItemCosine
from recsys.models.ranker.attribution import scores_with_shares, sum_by_family
from recsys.models.ranker.engagement import ENGAGEMENT_SIGNALS
from recsys.models.ranker.feature_set import ENGAGEMENT, FEATURES, Feature
from recsys.models.ranker.features import Candidates, candidates, features_of
from recsys.models.ranker.ranker import Ranker
from recsys.models.ranker.signals import Signals, learn_signals
from recsys.schema.published import SCORE_FAMILIES
from tests.recsys.dataset.test_events import Told, made
from tests.recsys.models.ranker.test_ranker import ROWS, rhythms

Make = Callable[..., Interactions]
KNN = CustomerKnn(k=50)


def signals_of(data: Interactions) -> Signals:
    return learn_signals(data, CustomerKnn(), ItemCosine(), Ease())


def found_for(data: Interactions, row: int) -> Candidates:
    return candidates(signals_of(data), np.array([row], dtype=np.int32))


def values(data: Interactions, row: int) -> dict[str, dict[str, float]]:
    """Return by signal of engagement and product what the candidates of a customer have."""
    found = found_for(data, row)
    names = [data.product_ids[item] for item in found.items]
    columns = found.values[:, len(FEATURES) :]
    return {name: dict(zip(names, columns[:, at].tolist(), strict=True)) for at, name in enumerate(ENGAGEMENT_SIGNALS)}


@pytest.fixture
def data(interactions_of: Make) -> Interactions:
    """A buys a and b on day 10, B buys c on day 38, which is as_of; nobody buys d, and N has no orders."""
    return interactions_of([("A", 0, "b"), ("A", 10, "ab"), ("B", 38, "c")], segments={"N": "cafe"}, also="d")


def test_what_a_customer_looked_at_worked_by_hand(data: Interactions) -> None:
    events: list[Told] = [
        (
            0,
            2,
            24,
            "click",
        ),  # A clicked c 14 days ago; on as_of A looked at it and put it into the cart
        (0, 2, 38, "view"),
        (0, 2, 38, "cart"),
        (0, 0, 10, "view"),  # of a the view is of the day of its order, of b one is before it and one after
        (0, 1, 5, "view"),
        (0, 1, 38 - 28, "view"),
        (0, 1, 38 - 27, "view"),
    ]
    known = values(replace(data, events=made(events)), 0)
    assert known["clicked"] == pytest.approx({"a": 0, "b": 0, "c": 0.5})
    assert known["viewed"] == pytest.approx({"a": 0, "b": 2 ** (-27 / 14), "c": 1})
    assert known["carted"] == pytest.approx({"a": 0, "b": 0, "c": 1})
    assert known["look_age"] == pytest.approx({"a": 0, "b": 1 / 28, "c": 1})


def test_what_is_in_the_cart_and_not_ordered_since_worked_by_hand(data: Interactions) -> None:
    events: list[Told] = [
        (0, 0, 10, "cart"),  # A put a and b into the cart and ordered them that day, b anew 14 days ago
        (0, 1, 10, "cart"),
        (0, 1, 24, "cart"),
        (0, 2, 24, "cart"),  # and c twice; it was taken out the first time
        (0, 2, 24, "uncart"),
        (0, 2, 38, "cart"),
        (1, 1, 38, "uncart"),  # another customer's
    ]
    known = values(replace(data, events=made(events)), 0)
    assert known["carted"] == pytest.approx({"a": 0, "b": 0.5, "c": 1})
    assert known["viewed"] == pytest.approx({"a": 0, "b": 0, "c": 0})


@pytest.mark.parametrize(("day", "left"), [(23, 0.5), (24, 0), (30, 0)])
def test_what_is_taken_out_that_day_or_later_is_in_the_cart_no_more_but_was_looked_at(
    data: Interactions, day: int, left: float
) -> None:
    known = values(replace(data, events=made([(0, 2, day, "uncart"), (0, 2, 24, "cart")])), 0)
    assert known["carted"]["c"] == pytest.approx(left)
    assert known["look_age"]["c"] == pytest.approx(1 / 15)


def test_mails_and_those_that_were_opened_worked_by_hand(data: Interactions) -> None:
    events = made([(0, 0, 8, "mailed"), (0, 2, 8, "mailed"), (0, 2, 38, "opened")])
    known = values(replace(data, events=events), 0)
    assert known["mailed"] == pytest.approx({"a": 0.5, "b": 0, "c": 0.5})
    assert known["opened"] == pytest.approx({"a": 0, "b": 0, "c": 1})


def test_another_customers_events_say_nothing_of_this_one(data: Interactions) -> None:
    known = values(replace(data, events=made([(1, 0, 30, "click"), (1, 2, 30, "mailed")])), 0)
    assert all(value == 0 for of in known.values() for value in of.values())


@pytest.mark.parametrize("kind", ["click", "view", "cart"])
def test_what_was_looked_at_is_a_candidate(interactions_of: Make, kind: str) -> None:
    # 95 products of others, so that best sellers and what sells now do not name the last ones.
    letters = "".join(chr(ord("A") + n) for n in range(95))
    rows = [("c0", 0, "a")] + [(f"c{n}", 1, letters[max(0, n - 5) : n]) for n in range(1, 90)]
    plain = interactions_of(rows)
    column = min(set(range(plain.n_products)) - set(found_for(plain, 0).items.tolist()))
    events = made([(0, column, 1, kind)])
    assert column in found_for(replace(plain, events=events), 0).items


def test_what_nobody_bought_and_who_never_ordered_have_no_candidates(data: Interactions) -> None:
    events = made([(0, 3, 38, "view"), (2, 0, 38, "view")])
    looked = replace(data, events=events)
    assert 3 not in found_for(looked, 0).items
    assert len(found_for(looked, 2).items) == 0


def test_without_events_there_are_no_more_features(data: Interactions) -> None:
    assert features_of(signals_of(data)) == FEATURES
    assert features_of(signals_of(replace(data, events=made([(0, 0, 3, "view")])))) == (*FEATURES, *ENGAGEMENT)


def test_signals_without_events_are_those_of_orders_alone(data: Interactions) -> None:
    looked = signals_of(replace(data, events=made([(0, 2, 30, "view")]))).without_events()
    plain, rows = signals_of(data), np.arange(3, dtype=np.int32)
    assert np.array_equal(candidates(looked, rows).values, candidates(plain, rows).values)
    assert looked.interactions.events is None


# ---- time ----


def test_no_event_after_a_window_begins_is_known_to_what_is_learned_before_it(interactions_of: Make) -> None:
    plain = interactions_of(rhythms())
    cut = 139 - 27  # the first of the last 28 days
    early: list[Told] = [(n, n % 24, cut - 1 - n % 9, "click") for n in range(120)]
    late: list[Told] = [(n, (n + 1) % 24, cut + n % 20, kind) for n in range(120) for kind in ("click", "opened")]
    model = Ranker(KNN, max_customers=100)
    alone, planted = (model.training_data(replace(plain, events=made(rows))) for rows in (early, [*early, *late]))
    assert alone.examples is not None
    assert planted.examples is not None
    assert any((values[:, len(FEATURES) :] > 0).any() for values in alone.examples.values)
    for one, other in zip(alone.examples.values, planted.examples.values, strict=True):
        assert np.array_equal(one, other)


def test_events_of_the_window_itself_are_known_afterwards(interactions_of: Make) -> None:
    plain = interactions_of(rhythms())
    late: list[Told] = [(0, 3, 139 - 10, "click")]
    assert values(replace(plain, events=made(late)), 0)["clicked"]["d"] > 0


# ---- weights and shares ----


def test_training_data_without_events_are_those_of_orders_alone(interactions_of: Make) -> None:
    plain, model = interactions_of(rhythms()), Ranker(KNN, max_customers=100)
    looked = model.training_data(replace(plain, events=made([(0, 3, 20, "click")])))
    dropped, expected = model.without_events(looked), model.training_data(plain)
    scores = [model.applied_to(model.signals(plain), model.weights(each)).score(ROWS) for each in (dropped, expected)]
    assert (scores[0] != scores[1]).nnz == 0
    assert model.without_events(expected) is expected


def test_opens_and_clicks_are_in_no_share_of_the_score(interactions_of: Make) -> None:
    features = (*FEATURES[:2], Feature("clicked", None))
    added = sum_by_family(np.array([[1.0, 2.0, 40.0]]), features)
    assert added.tolist() == [[3.0 if family == "own" else 0.0 for family in SCORE_FAMILIES]]
    looked = replace(interactions_of(rhythms()), events=made([(n, n % 24, 139, "click") for n in range(120)]))
    found = scores_with_shares(Ranker(KNN, max_customers=100).fit(looked), ROWS)
    assert found.shares is not None
    assert found.shares.sum(axis=1) == pytest.approx(1)
