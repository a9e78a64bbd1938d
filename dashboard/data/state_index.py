"""How many products there are to raise with each customer, for all customers at once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from dashboard.records.raised import DUE, LOST, NEW, STATES
from recsys.schema.reorder_rules import DUE_AHEAD_DAYS, LostRule

COLUMNS = (
    "customer_id", "product_id", "list", "due_on", "reason_n", "reason_gap_days", "reason_since_days", "worth",
    "expected",
)  # fmt: skip
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class StateIndex:
    """Which customer has which product in which list, as numbers; each pair is in one list only.

    customers, products   the place of each id
    pairs                 by state, sorted: place of the customer x number of products + place of the product
    expected              by state, in the order of the pairs: what is expected of each; NaN where it has no chance
    """

    customers: Mapping[str, int]
    products: Mapping[str, int]
    pairs: Mapping[str, NDArray[np.int64]]
    expected: Mapping[str, NDArray[np.float32]]

    def customers_of(self, state: str) -> NDArray[np.int64]:
        """Return the place of the customer of each pair."""
        return self.pairs[state] // max(len(self.products), 1)

    def found(self, pairs: Sequence[tuple[int, int]]) -> Iterator[tuple[str, NDArray[np.int64], NDArray[np.float32]]]:
        """Yield by state the places of the customers, and what is expected, of those pairs that are in it."""
        both = np.array(pairs, dtype=np.int64).reshape(-1, 2)
        keys = both[:, 0] * len(self.products) + both[:, 1]
        for state in STATES:
            among = self.pairs[state]
            is_in = _is_in(keys, among)
            yield state, both[is_in, 0], self.expected[state][np.searchsorted(among, keys[is_in])]


def state_index(rows: pa.Table, rule: LostRule, as_of: date) -> StateIndex:
    """Return the index of a version's recommendations, (n rows, COLUMNS); `raised.py` says the same of one customer."""
    customers, products = (_places(rows[name]) for name in ("customer_id", "product_id"))
    pair = customers[1] * len(products[0]) + products[1]
    names, places = _places(rows["list"])
    in_lost, in_new = (places == names.index(name) if name in names else places < 0 for name in ("lost", "new"))
    silent, gap = _filled(rows, "reason_since_days"), _filled(rows, "reason_gap_days")
    worth = _filled(rows, "worth", rule.worth)
    is_lost = in_lost & rule.holds(_filled(rows, "reason_n"), gap, gap, silent, worth)
    lost = np.sort(pair[is_lost])
    expected = _filled(rows, "expected", np.nan).astype(np.float32)
    is_due = _days(rows, "due_on") <= (as_of + timedelta(DUE_AHEAD_DAYS) - _EPOCH).days
    is_other = ~in_lost & ~_is_in(pair, lost)
    masks = {DUE: is_other & ~in_new & is_due, LOST: is_lost, NEW: is_other & in_new}
    pairs = {state: pair[mask] for state, mask in masks.items()}
    order = {state: np.argsort(of_state, kind="stable") for state, of_state in pairs.items()}
    return StateIndex(
        _numbered(customers[0]),
        _numbered(products[0]),
        {state: pairs[state][order[state]] for state in STATES},
        {state: expected[masks[state]][order[state]] for state in STATES},
    )


def _places(texts: Any) -> tuple[list[str], NDArray[np.int64]]:
    """Return the distinct texts of a column, and each row's place among them."""
    coded = pc.dictionary_encode(pc.cast(texts, pa.string())).unify_dictionaries()
    if not coded.num_chunks:
        return [], np.empty(0, dtype=np.int64)
    indices = [_values(chunk.indices, np.int32)[0] for chunk in coded.chunks]
    return coded.chunk(0).dictionary.to_pylist(), np.concatenate(indices).astype(np.int64)


def _numbered(ids: list[str]) -> Mapping[str, int]:
    return {one: place for place, one in enumerate(ids)}


def _filled(rows: pa.Table, name: str, without: float = 0.0) -> NDArray[np.float64]:
    """Return a column of numbers, `without` where there is none."""
    return _whole_column(pc.cast(rows[name], pa.float64()), np.float64, without)


def _days(rows: pa.Table, name: str) -> NDArray[np.int32]:
    """Return a column of days as days since 1970; 1970 where there is none."""
    return _whole_column(pc.cast(rows[name], pa.date32()), np.int32, 0)


def _whole_column(column: Any, kind: Any, without: float) -> NDArray[Any]:
    parts = [np.where(known, values, without) for values, known in (_values(one, kind) for one in column.chunks)]
    return np.concatenate(parts) if parts else np.empty(0, dtype=kind)


def _values(array: Any, kind: Any) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """Return an Arrow array's values and which of them are known, from its buffers: its own way loads pandas."""
    end = array.offset + len(array)
    valid, data = array.buffers()
    values = np.frombuffer(data, dtype=kind, count=end)[array.offset :]
    if valid is None:
        return values, np.ones(len(array), dtype=bool)
    bits = np.unpackbits(np.frombuffer(valid, dtype=np.uint8), bitorder="little")
    return values, bits[array.offset : end].astype(bool)


def _is_in(keys: NDArray[np.int64], among: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which keys are among sorted ones."""
    if not len(among):
        return np.zeros(len(keys), dtype=bool)
    at = np.minimum(np.searchsorted(among, keys), len(among) - 1)
    found: NDArray[np.bool_] = among[at] == keys
    return found
