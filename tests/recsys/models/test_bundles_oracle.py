"""mlxtend counts the itemsets for itself and agrees with every measure of every bundle: a sample, real orders."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from mlxtend.frequent_patterns import association_rules, fpgrowth
from scipy.sparse import csr_matrix

from recsys.dataset.baskets import fold
from recsys.dataset.clean_tables import open_tables
from recsys.dataset.interactions import Interactions, read_interactions
from recsys.dataset.purchases import count_purchases
from recsys.dataset.services import mark_services
from recsys.ingest.clean import clean
from recsys.ingest.sources.online_retail import OnlineRetail
from recsys.models.bundles import Bundle, Bundles
from recsys.models.substitutes import Kinds, substitutes
from recsys.runtime.progress import Silent
from recsys.sample import SampleOptions, make_sample, planted_truths
from recsys.schema.bundle_groups import EVERYBODY, Members

pytestmark = pytest.mark.slow
MEASURES = ["support", "confidence", "lift", "leverage", "zhangs_metric"]


def read(folder: Path) -> Interactions:
    with fold(open_tables(folder), None) as baskets:
        count_purchases(baskets)
        mark_services(baskets)
        return read_interactions(baskets)


def mlxtends(baskets: csr_matrix, least: int) -> pd.DataFrame:
    """Return every rule with one consequent, by all products and the consequent, of itemsets that mlxtend found.

    Only frequent products are given to it, as all of them need more memory than there is: no itemset has another one.
    """
    frequent = np.flatnonzero(np.bincount(baskets.indices, minlength=baskets.shape[1]) >= least)
    frame = pd.DataFrame.sparse.from_spmatrix(baskets[:, frequent].astype(bool))  # type: ignore[attr-defined] # not in the stubs
    # Half a basket less: rounding of the share must not drop an itemset on the threshold.
    found = fpgrowth(frame, min_support=(least - 0.5) / baskets.shape[0], max_len=4)
    rules = association_rules(found, metric="support", min_threshold=0.0, return_metrics=MEASURES)
    rules = rules[rules["consequents"].map(len) == 1]
    every = [
        (tuple(sorted(frequent[list(left | right)].tolist())), int(frequent[next(iter(right))]))
        for left, right in zip(rules["antecedents"], rules["consequents"], strict=True)
    ]
    return rules[MEASURES].set_index(pd.MultiIndex.from_tuples(every))


def agree(interactions: Interactions, fitted: tuple[Bundle, ...], members: Members, least: int) -> int:
    """Check all bundles of some customers, but substitutes, against mlxtend's; return how many there are."""
    names = np.array([segment or "" for segment in interactions.segments], dtype=object)
    rows = names[interactions.basket_customers] == members[1]
    baskets = interactions.baskets if members == EVERYBODY else interactions.baskets[np.flatnonzero(rows)]
    theirs = mlxtends(baskets, least)
    assert {bundle.products for bundle in fitted} == {products for products, _ in theirs.index}
    ours = pd.DataFrame(
        [(b.n_baskets / b.of_baskets, b.confidence, b.lift, b.leverage, b.zhangs_metric) for b in fitted],
        columns=MEASURES,
    )
    wanted = theirs.loc[[(bundle.products, bundle.consequent) for bundle in fitted]]
    np.testing.assert_allclose(ours, wanted, rtol=1e-9, atol=1e-12)
    return len(fitted)


def all_agree(interactions: Interactions) -> int:
    fitted = Bundles().fit(interactions)
    return sum(
        agree(interactions, bundles, members, fitted.min_baskets[members])
        for members, bundles in fitted.bundles.items()
    )


def test_mlxtend_agrees_on_all_bundles_of_a_sample(tmp_path: Path) -> None:
    made = SampleOptions(until=date(2026, 10, 30), seed=2, customers=500, products=300)
    make_sample(tmp_path / "clean", made, Silent())
    assert all_agree(read(tmp_path / "clean")) > 500


@pytest.mark.realdata
def test_mlxtend_agrees_on_all_bundles_of_a_real_wholesaler(real_data: Path, tmp_path: Path) -> None:
    path = real_data / "online_retail" / "online_retail.parquet"
    clean(OnlineRetail((path,), cleaning="usual"), tmp_path / "clean", today=date(2026, 1, 1))
    assert all_agree(read(tmp_path / "clean")) > 1_500


def test_planted_substitutes_are_found_and_few_others(tmp_path: Path) -> None:
    made = SampleOptions(until=date(2026, 10, 30), seed=2, customers=500, products=300)
    make_sample(tmp_path / "clean", made, Silent())
    data = read(tmp_path / "clean")
    products = pd.read_parquet(tmp_path / "clean" / "products.parquet").sort_values("product_id")
    kinds = Kinds(pd.factorize(products["category"])[0].astype(np.int64), data.words)
    pairs = substitutes(data.baskets, data.basket_days, kinds, 10).pairs  # half of the default: a third of its orders
    found = {tuple(data.product_ids[item] for item in pair) for pair in pairs}
    planted = {tuple(sorted(one.product_ids)) for one in planted_truths(made).substitutes}
    assert planted <= found
    assert len(found) < 2 * len(planted)


Make = Callable[..., Interactions]


def test_the_order_of_the_lines_changes_no_bundle(interactions_of: Make) -> None:
    rows = [("A", day, "abc") for day in range(3)] + [("B", day, "ab") for day in range(4)] + [("C", 1, "cd")]
    model = Bundles(min_support=0.01, min_baskets=1, min_segment_baskets=1)
    segments = {"A": "cafe", "B": "hotel"}
    forth, back = (model.fit(interactions_of(lines, segments=segments)) for lines in (rows, rows[::-1]))
    assert forth.bundles == back.bundles
