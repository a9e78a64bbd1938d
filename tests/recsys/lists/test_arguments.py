from types import SimpleNamespace
from typing import Any, cast

import numpy as np

from recsys.lists import arguments
from recsys.lists.selection import LIST_MODELS, ListRows
from recsys.models.ranker.attribution import missing_shares


def test_what_is_left_where_nothing_holds_is_how_much_is_known_of_the_customer() -> None:
    ranker = np.full(2, LIST_MODELS.index("ranker"), dtype=np.int8)
    rows = ListRows(np.array([0, 2]), np.array([1, 1]), np.array([5, 6]), np.zeros(2), ranker, missing_shares(2))
    found = arguments.empty_columns(2)
    inputs = cast(Any, SimpleNamespace(order_days=np.array([14, 3, 1])))
    arguments.pattern(found, inputs, rows, np.array([0, 1]))
    assert (found["reason_kind"].tolist(), found["reason_n"].tolist()) == (["pattern", "pattern"], [14, 1])
    assert np.isnan(found["reason_of"]).all()
