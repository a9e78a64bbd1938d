"""Which alerts an address wants."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dashboard.alerts.found import Found
from dashboard.alerts.queries import AlertStates
from dashboard.alerts.rules import KINDS, LOST
from dashboard.display.alert_lines import is_new, pitched_on
from dashboard.display.page_context import PageContext
from dashboard.display.request_values import text_of
from dashboard.search.matching import fold

NEW, PITCHED, ASSIGNED, MINE, SNOOZED = "new", "pitched", "assigned", "mine", "snoozed"
STATES = {NEW: "New", PITCHED: "Pitched", ASSIGNED: "Assigned", MINE: "Assigned to me", SNOOZED: "Snoozed"}
FIRST_SHOWN, MOST_SHOWN = 25, 300
MOST_WORDS = 80  # letters of a filter that came by the address


@dataclass(frozen=True)
class AlertFilters:
    """Empty is all. `worth` is the least that an alert is worth, in the currency; `most` how many are shown."""

    kind: str = LOST
    customer: str = ""
    category: str = ""
    state: str = ""
    worth: float = 0.0
    most: int = FIRST_SHOWN

    @property
    def is_set(self) -> bool:
        """Return whether some alerts of the kind may be left out."""
        return bool(self.customer or self.category or self.state or self.worth)

    @property
    def query(self) -> dict[str, str]:
        """Return the filters as an address has them."""
        said = {
            "tab": "" if self.kind == LOST else self.kind,
            "customer": self.customer,
            "category": self.category,
            "state": self.state,
            "worth": f"{self.worth:g}" if self.worth else "",
            "all": "1" if self.most > FIRST_SHOWN else "",
        }
        return {name: value for name, value in said.items() if value}


def filters_of(query: Mapping[str, object]) -> AlertFilters:
    """Return the filters that an address names; what is not known counts as all."""
    kind, state = text_of(query.get("tab")), text_of(query.get("state"))
    try:
        worth = float(text_of(query.get("worth")) or 0)
    except ValueError:
        worth = 0.0
    return AlertFilters(
        kind if kind in KINDS else LOST,
        text_of(query.get("customer")).strip()[:MOST_WORDS],
        text_of(query.get("category"))[:MOST_WORDS],
        state if state in STATES else "",
        worth if 0 < worth < 1e9 else 0.0,
        MOST_SHOWN if query.get("all") else FIRST_SHOWN,
    )


def wanted(context: PageContext, found: Found, filters: AlertFilters, states: AlertStates) -> Found:
    """Return the alerts that fit; what their state is in `states`."""
    if filters.worth:
        found = found.where(np.nan_to_num(found.worth) >= filters.worth)
    if filters.customer:
        found = found.where(_of_customers(context, found, fold(filters.customer)))
    if filters.category:
        found = found.where(_of_category(context, found, filters.category))
    if filters.state and filters.state != SNOOZED:
        found = found.where(_in_state(context, found, filters.state, states))
    return found


def categories_of(context: PageContext, found: Found) -> tuple[str, ...]:
    """Return the top categories of some alerts' products, by name."""
    products = (context.products.get(found.product_ids[place]) for place in np.unique(found.products) if place >= 0)
    return tuple(sorted({one.category.partition(" > ")[0] for one in products if one and one.category}))


def _of_customers(context: PageContext, found: Found, text: str) -> NDArray[np.bool_]:
    fits = [place for place, one in enumerate(found.customer_ids) if _is_called(context, one, text)]
    return np.isin(found.customers, fits)


def _is_called(context: PageContext, customer_id: str, text: str) -> bool:
    return text == fold(customer_id) or text in fold(context.customers.name(customer_id) or "")


def _of_category(context: PageContext, found: Found, category: str) -> NDArray[np.bool_]:
    fits = [
        int(place)
        for place in np.unique(found.products)
        if place >= 0
        and (product := context.products.get(found.product_ids[place])) is not None
        and (product.category or "").partition(" > ")[0] == category
    ]
    return np.isin(found.products, fits)


def _in_state(context: PageContext, found: Found, state: str, states: AlertStates) -> NDArray[np.bool_]:
    def holds(place: int) -> bool:
        key = found.key_at(place)
        assigned = states.assigned.get(key)
        if state == ASSIGNED:
            return assigned is not None
        if state == MINE:
            return assigned is not None and assigned.assigned_to == context.desk.person_id
        alert = found.alert_at(place)
        if state == NEW:
            return is_new(context, key.kind, alert.opened_on, states)
        return assigned is None and pitched_on(context, alert, states) is not None

    return np.array([holds(place) for place in range(len(found))], dtype=bool)
