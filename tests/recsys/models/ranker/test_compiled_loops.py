"""The compiled functions return the same uncompiled."""

from collections.abc import Callable
from types import ModuleType

import numpy as np
import pytest

from recsys.dataset.interactions import Interactions
from recsys.kernels import sparse_lookup
from recsys.models import ease
from recsys.models.customer_knn import CustomerKnn
from recsys.models.ranker import features, training
from recsys.models.ranker.ranker import Ranker

MODULES = (ease, training, features, sparse_lookup)


def compiled_in(module: ModuleType) -> list[str]:
    return [name for name, thing in vars(module).items() if hasattr(thing, "py_func")]


def test_the_ranker_scores_the_same_uncompiled(
    interactions_of: Callable[..., Interactions], monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(1)
    rows = [
        (f"c{n:02}", day, "".join(sorted({*rng.choice(list("abcdefgh"), size=2)})))
        for n in range(20)
        for day in (n % 14, 40 + n % 5, 60)
    ]
    data = interactions_of(rows)
    model = Ranker(CustomerKnn(k=5), min_customers=5, min_bought=10)
    everyone = np.arange(20, dtype=np.int32)
    fast = model.fit(data)
    assert fast.weights is not None
    fast_scores = fast.score(everyone).toarray()
    for module in MODULES:
        assert compiled_in(module)
        for name in compiled_in(module):
            monkeypatch.setattr(module, name, getattr(module, name).py_func)
    np.testing.assert_allclose(model.fit(data).score(everyone).toarray(), fast_scores, rtol=1e-4)


def test_products_of_rows_are_the_same_uncompiled(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(2)
    left, right = (sparse_lookup.csr_matrix(rng.random((3, 5)) * (rng.random((3, 5)) < 0.6)) for _ in range(2))
    rows, others = np.array([0, 0, 1, 2, 2, 0]), np.array([2, 1, 0, 2, 1, 0])
    fast = sparse_lookup.dots(left, right, rows, others)
    monkeypatch.setattr(sparse_lookup, "_multiply", sparse_lookup._multiply.py_func)
    np.testing.assert_allclose(sparse_lookup.dots(left, right, rows, others), fast)
