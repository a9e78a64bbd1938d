"""The calls of a day: plain frozen records."""

from dataclasses import dataclass
from datetime import date, datetime

from dashboard.activity.campaign_records import CampaignCall
from dashboard.activity.records import NextStep
from dashboard.records.customers import Customer, Recommendation
from dashboard.records.raised import Raised

ORDER, STEP, LOST_PRODUCT, CAMPAIGN = "order", "step", "lost", "campaign"  # why a call is due
REASONS = (ORDER, STEP, LOST_PRODUCT, CAMPAIGN)


@dataclass(frozen=True)
class CallFilters:
    """Which calls are wanted; empty is all. `value` is the least expected value, in the currency."""

    region: str = ""
    segment: str = ""
    reason: str = ""
    value: float = 0.0

    @property
    def is_set(self) -> bool:
        return self != CallFilters()


@dataclass(frozen=True)
class Call:
    """A customer to call today, and why.

    why      ORDER: their next order is due; STEP: a next step is; LOST_PRODUCT: they stopped buying something;
             CAMPAIGN: they clicked in the mail of a campaign and have not ordered
    state    of the first thing to say: DUE, LOST or NEW; empty where a next step is all there is to say
    first    the line of the lists that it is; of a campaign that of the product offered, if a list has it
    campaign    whose mail it is that they clicked in, with the product that was offered
    """

    customer: Customer
    raised: Raised
    why: str
    state: str
    first: Recommendation | None
    step: NextStep | None = None
    last_contact: datetime | None = None
    campaign: CampaignCall | None = None

    @property
    def expected(self) -> float | None:
        return self.raised.expected


@dataclass(frozen=True)
class Done:
    """A customer whom the person called today, and what came of it: kinds of outcomes, the first one first."""

    customer: Customer
    kinds: tuple[str, ...]
    until: date | None


@dataclass(frozen=True)
class CallList:
    """The calls of a day: those that are open, the most worth first, and those that are done.

    planned     how many calls the day has, those that are done included
    offered, ordered   value of what was pitched and of what was ordered today, if ordered
    late        next steps that are over their day
    next_on, next_n    the next day on which calls fall due, and how many; None where none is known
    unread      why outcomes cannot be read; empty where they can
    """

    open: tuple[Call, ...] = ()
    done: tuple[Done, ...] = ()
    planned: int = 0
    offered: float = 0.0
    ordered: float = 0.0
    late: int = 0
    next_on: date | None = None
    next_n: int = 0
    unread: str = ""

    @property
    def expected(self) -> float | None:
        known = [call.expected for call in self.open if call.expected is not None]
        return sum(known) if known else None
