"""How many products there are to raise with each customer, for all customers at once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from dashboard.data.arrow_columns import coded, days, is_in, numbers
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
            inside = is_in(keys, among)
            yield state, both[inside, 0], self.expected[state][np.searchsorted(among, keys[inside])]

    def of_products(self, products: Iterable[str]) -> Iterator[tuple[str, NDArray[np.int64], NDArray[np.float32]]]:
        """Yield by state the places of the customers, and what is expected, of all pairs with some products."""
        places = np.array([place for one in products if (place := self.products.get(one)) is not None], dtype=np.int64)
        is_one = np.zeros(len(self.products), dtype=bool)
        is_one[places] = True
        for state in STATES:
            inside = is_one[self.pairs[state] % max(len(self.products), 1)]
            yield state, self.customers_of(state)[inside], self.expected[state][inside]


def state_index(rows: pa.Table, rule: LostRule, as_of: date) -> StateIndex:
    """Return the index of a version's recommendations, (n rows, COLUMNS); `raised.py` says the same of one customer."""
    customers, products = (coded(rows[name]) for name in ("customer_id", "product_id"))
    pair = customers[1] * len(products[0]) + products[1]
    names, places = coded(rows["list"])
    in_lost, in_new = (places == names.index(name) if name in names else places < 0 for name in ("lost", "new"))
    silent, gap = numbers(rows, "reason_since_days"), numbers(rows, "reason_gap_days")
    worth = numbers(rows, "worth", rule.worth)
    is_lost = in_lost & rule.holds(numbers(rows, "reason_n"), gap, gap, silent, worth)
    lost = np.sort(pair[is_lost])
    expected = numbers(rows, "expected", np.nan).astype(np.float32)
    is_due = days(rows, "due_on") <= (as_of + timedelta(DUE_AHEAD_DAYS) - _EPOCH).days
    is_other = ~in_lost & ~is_in(pair, lost)
    masks = {DUE: is_other & ~in_new & is_due, LOST: is_lost, NEW: is_other & in_new}
    pairs = {state: pair[mask] for state, mask in masks.items()}
    order = {state: np.argsort(of_state, kind="stable") for state, of_state in pairs.items()}
    return StateIndex(
        _numbered(customers[0]),
        _numbered(products[0]),
        {state: pairs[state][order[state]] for state in STATES},
        {state: expected[masks[state]][order[state]] for state in STATES},
    )


def _numbered(ids: list[str]) -> Mapping[str, int]:
    return {one: place for place, one in enumerate(ids)}
