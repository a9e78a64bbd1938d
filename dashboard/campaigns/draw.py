"""The draw: who of those found is left out and why, how many are drawn, and who of them is held out by lot."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import islice
from operator import attrgetter

from dashboard.activity.campaign_records import HELD, SENT
from dashboard.activity.database import campaign_events, campaigns
from dashboard.campaigns.candidates import Candidate, Found, find, has_own
from dashboard.campaigns.errors import CampaignError
from dashboard.campaigns.lots import Balance, Drawn, balance, held_by_lot
from dashboard.campaigns.sources import Source
from dashboard.display.page_context import PageContext
from dashboard.records.customers import Customer

# Why somebody is left out, in the order in which it is asked: each customer counts once, under the first that holds.
NO_CONTACT, BLOCKED, LEFT, NO_EMAIL, RESTING, NO_OFFER = (
    "no_contact", "blocked", "unsubscribed", "no_email", "in_campaign", "no_offer"
)  # fmt: skip
REASONS = (NO_CONTACT, BLOCKED, LEFT, NO_EMAIL, RESTING, NO_OFFER)
MOST_DAYS = 366
N_FIRST = 8  # rows of a list before it is saved
MOST_SEED = 2**31 - 1


@dataclass(frozen=True)
class DrawOptions:
    """How a campaign is drawn; see NewCampaign. Raises CampaignError for what is out of bounds."""

    seed: int
    size: int | None = None
    held_share: float = 0.2
    window_days: int = 28
    rest_days: int = 28

    def __post_init__(self) -> None:
        if not 0 <= self.held_share <= 0.5:
            raise CampaignError(f"The share held out is {self.held_share}; it must be between 0 and 0.5.")
        if self.size is not None and self.size < 1:
            raise CampaignError(f"The size is {self.size}; it must be at least 1.")
        if not 1 <= self.window_days <= MOST_DAYS or not 0 <= self.rest_days <= MOST_DAYS:
            raise CampaignError(f"A campaign counts orders for 1 to {MOST_DAYS} days, and rests for 0 to {MOST_DAYS}.")
        if not 0 <= self.seed <= MOST_SEED:
            raise CampaignError(f"The seed is {self.seed}; it must be between 0 and {MOST_SEED}.")


@dataclass(frozen=True)
class Draw:
    """A campaign before it is saved.

    left_out    customers by reason, in the order of REASONS, those of nobody too
    resting_until   the last day on which one of those who are in another campaign is free again; None without any
    drawn       who takes part, by number; `held` are held out
    first       the first N_FIRST of those who get the mail, of whom most is expected first
    n_not_drawn who could take part, were the size larger
    has_addresses   the data have email addresses; where they have none, nobody is left out for it
    """

    source: Source
    options: DrawOptions
    found: Found
    left_out: tuple[tuple[str, int], ...]
    resting_until: date | None
    drawn: tuple[Candidate, ...]
    first: tuple[Candidate, ...]
    held: frozenset[str]
    balance: Balance
    n_not_drawn: int
    has_addresses: bool

    @property
    def n_sent(self) -> int:
        return len(self.drawn) - len(self.held)

    @property
    def n_left_out(self) -> int:
        return sum(n for _, n in self.left_out)

    @cached_property
    def expected(self) -> float | None:
        """Return what is expected of those who get the mail; None where nothing has a chance."""
        held = self.held
        known = [
            one.expected for one in self.drawn if one.expected is not None and one.customer.customer_id not in held
        ]
        return sum(known) if known else None

    def arm(self, candidate: Candidate) -> str:
        """Return which group one of the drawn is in."""
        return HELD if candidate.customer.customer_id in self.held else SENT


def draw(context: PageContext, source: Source, options: DrawOptions) -> Draw:
    """Return who takes part in a campaign: of those who may, the ones of whom most is expected, and who is held out.

    Equal arguments, data and campaigns before give an equal draw.
    Raises CampaignError for a source that is not there, ActivityUnavailable without the database: who must not get
    mail is not known then.
    """
    since = context.desk.today - timedelta(options.rest_days - 1)
    with context.desk.database.read() as at:
        unsubscribed, recent = campaign_events.unsubscribed(at), campaigns.recent(at, since)
    pool = _kept_pool(context, source, unsubscribed, recent)
    in_order = pool.free[: options.size]
    taken = sorted(in_order, key=attrgetter("customer_id"))
    held = held_by_lot(taken, options.held_share, options.seed)
    shows_revenue = context.snapshot.groups.has_revenue
    return Draw(
        source=source,
        options=options,
        found=pool.found,
        left_out=pool.left_out,
        resting_until=pool.rests_until + timedelta(options.rest_days) if pool.rests_until else None,
        drawn=tuple(pool.candidates[one.customer_id] for one in taken),
        first=tuple(
            islice((pool.candidates[one.customer_id] for one in in_order if one.customer_id not in held), N_FIRST)
        ),
        held=held,
        balance=balance(taken, held, shows_revenue=shows_revenue),
        n_not_drawn=len(pool.free) - len(taken),
        has_addresses=pool.has_addresses,
    )


@dataclass(frozen=True)
class Pool:
    """Whom a source finds, before size and lot.

    left_out    see Draw
    free        who may take part, as the lot sees them, of whom most is expected first
    candidates  the same by id
    rests_until  the last day of another campaign of somebody left out for that; None without any
    has_addresses   see Draw
    """

    found: Found
    left_out: tuple[tuple[str, int], ...]
    free: tuple[Drawn, ...]
    candidates: Mapping[str, Candidate]
    rests_until: date | None
    has_addresses: bool


def _kept_pool(
    context: PageContext, source: Source, unsubscribed: frozenset[str], recent: tuple[campaigns.Recent, ...]
) -> Pool:
    """Return the pool: kept of a source of groups, which people draw from again and again with other numbers.

    What is offered of a bundle or a product depends on outcomes, too, and is found each time.
    """

    def make() -> Pool:
        return _pool(context, source, unsubscribed, _resting(context, recent))

    if source.kind in ("bundle", "product") or source.products:
        return make()
    snapshot = context.snapshot
    return snapshot.cache.kept(snapshot.version, ("pool", snapshot.scope, source, unsubscribed, recent), make)


def _resting(context: PageContext, recent: tuple[campaigns.Recent, ...]) -> Mapping[str, date]:
    """Return who rests because of some campaigns, and from when: kept, as who is in a campaign does not change."""

    def make() -> Mapping[str, date]:
        with context.desk.database.read() as at:
            return campaigns.resting(at, recent)

    return context.snapshot.cache.kept(context.snapshot.version, ("resting", recent), make)


def _pool(context: PageContext, source: Source, unsubscribed: Collection[str], resting: Mapping[str, date]) -> Pool:
    found, facts = find(context, source), context.snapshot.cache.names(context.version.id).customers
    counts = dict.fromkeys(REASONS, 0)
    free: list[Candidate] = []
    addressed = has_addresses(facts)
    for one in found.candidates:
        fact = facts[one.customer.customer_id]
        reason = _reason(one, fact, source, may_be_mailed(fact, addressed), unsubscribed, resting)
        if reason:
            counts[reason] += 1
        else:
            free.append(one)
    free.sort(key=lambda one: one.place)
    until = [resting[each] for one in found.candidates if (each := one.customer.customer_id) in resting]
    return Pool(
        found=found,
        left_out=tuple(counts.items()),
        free=tuple(lot_of(facts[one.customer.customer_id]) for one in free),
        candidates={one.customer.customer_id: one for one in free},
        rests_until=max(until) if counts[RESTING] else None,
        has_addresses=addressed,
    )


def lot_of(customer: Customer) -> Drawn:
    """Return a customer as the lot sees them, of a record that nothing is taken out of."""
    stratum = customer.rfm_segment or customer.segment or ""
    return Drawn(customer.customer_id, stratum, customer.revenue_12m or 0.0)


def has_addresses(facts: Mapping[str, Customer]) -> bool:
    """Return whether the data have email addresses at all; where they have none, the mailing tool has them."""
    return any(one.email and one.email.strip() for one in facts.values())


def may_be_mailed(customer: Customer, has_addresses: bool) -> str:
    """Return why a customer, of a record that nothing is taken out of, must not get mail; empty where they may.

    has_addresses   the data have some: who has none cannot get it
    """
    if customer.may_contact is False:
        return NO_CONTACT
    if not customer.is_pitched_to:
        return BLOCKED
    return NO_EMAIL if has_addresses and not (customer.email and customer.email.strip()) else ""


def _reason(
    one: Candidate,
    fact: Customer,
    source: Source,
    why: str,
    unsubscribed: Collection[str],
    resting: Mapping[str, date],
) -> str:
    """Return why one is left out, empty if they are not; `why` is what may_be_mailed says of them."""
    if why in (NO_CONTACT, BLOCKED):
        return why
    if fact.customer_id in unsubscribed:
        return LEFT
    if why:
        return why
    if fact.customer_id in resting:
        return RESTING
    has_offer = has_own(fact, source) if one.products is None else bool(one.products)
    return "" if has_offer else NO_OFFER
