"""What people's own work adds to a version, and what the shop and the stock system say since."""

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from dashboard.activity.database import outcomes, shown_lists
from dashboard.activity.database.connect import Database
from dashboard.activity.errors import ActivityError
from dashboard.activity.records import HeldBack, Sighting
from dashboard.activity.shop_records import Reaction
from dashboard.data.snapshot import Snapshot
from dashboard.data.stock_now import StockNow
from dashboard.data.touched import Touched, TouchedCustomers
from dashboard.records.customers import Customer
from dashboard.shop import reaction
from dashboard.shop.availability import NOTHING_SAID, Availability
from recsys.schema.reorder_rules import LostRule

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Desk:
    """Lives as long as one request.

    rule        of the team, for lost products
    today       of the clock, in the company's time zone
    person_id   whose desk it is; 0 where nobody signs in
    calls       of a day
    again_days  days after a contact in which a customer is no call, unless a next step is due
    availability  what the stock system says; None where nobody asks it
    touched     for whom the database has to be asked, as of a second ago; None: it is asked for everybody
    """

    database: Database
    rule: LostRule
    today: date
    person_id: int = 0
    calls: int = 15
    again_days: int = 7
    availability: Availability | None = None
    touched: TouchedCustomers | None = None

    def stock_of(self, snapshot: Snapshot) -> StockNow:
        """Return which products are otherwise now than in a version, as the stock system says."""
        words = self.availability.words() if self.availability else NOTHING_SAID
        return snapshot.cache.stock_now(snapshot.version, words)

    def beside(self, customer_ids: Collection[str], as_of: date) -> "Beside":
        """Return what changes the lists of some customers since a version's last day.

        Nothing while the database does not answer, see `held_back`.
        """
        ids = list(customer_ids)
        asked = Touched(ids, ids) if self.touched is None else self.touched.of(ids, as_of)
        if not asked.held and not asked.shop:
            return Beside(shop=asked.known)
        try:
            with self.database.read() as at:
                held = outcomes.held_back(at, asked.held, self.today, as_of)
                shop = reaction.read(at, [*asked.shop, *asked.ahead], as_of, datetime.now(UTC))
        except ActivityError as error:
            _log.warning("lists without outcomes", extra={"reason": str(error)})
            return Beside()
        if self.touched is not None:
            self.touched.keep(shop, as_of, asked)
        return Beside(held, {**asked.known, **{one: shop[one] for one in asked.shop if one in shop}})

    def held_back(self, customer_ids: Collection[str], as_of: date) -> Mapping[str, Mapping[str, HeldBack]]:
        """Return by customer and product what is held back; nothing while the database does not answer.

        Lists are shown all the same then: they are worth more with too much in them than not at all.
        """
        try:
            with self.database.read() as at:
                return outcomes.held_back(at, customer_ids, self.today, as_of)
        except ActivityError as error:
            _log.warning("lists without outcomes", extra={"reason": str(error)})
            return {}


@dataclass(frozen=True)
class Beside:
    """What people and customers did since a version was built, by customer.

    held    by product what outcomes hold back
    shop    what the customer did in the web shop
    """

    held: Mapping[str, Mapping[str, HeldBack]] = field(default_factory=dict)
    shop: Mapping[str, Reaction] = field(default_factory=dict)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return when a day begins."""
    return datetime.combine(day, time(), zone)


def held_from(desk: Desk, product_id: str, as_of: date, customers: Mapping[str, Customer]) -> frozenset[str]:
    """Return from which of these customers' lists a product is kept out now, with it or the whole account."""
    try:
        with desk.database.read() as at:
            found = outcomes.held_back_of_product(at, product_id)
    except ActivityError as error:
        _log.warning("a product without outcomes", extra={"reason": str(error)})
        return frozenset()
    return frozenset(
        customer_id
        for customer_id, held in found.items()
        if customer_id in customers
        and any(one.holds(desk.today, as_of, customers[customer_id].last_order_on) for one in held)
    )


def remember_shown(desk: Desk, customer_id: str, version: str, lists: Mapping[str, Sequence[str]]) -> None:
    """Remember lists by name, with their products, as they were on the person's screen; once a day and version."""
    sighting = Sighting(desk.person_id, customer_id, version, desk.today)
    try:
        with desk.database.read() as reading:
            missing = set(lists) - shown_lists.recorded(reading, sighting)
        if missing:
            with desk.database.write() as writing:
                shown_lists.record(writing, sighting, {name: lists[name] for name in lists if name in missing})
    except ActivityError as error:
        _log.warning("a list was shown and could not be remembered", extra={"reason": str(error)})
