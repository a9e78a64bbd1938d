"""The frozen records of campaigns that the database's questions are answered with. All times are UTC and aware."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

SENT, HELD = "sent", "held"  # the arms of a campaign: who gets the mail, and who was held out by lot
MAILED, OPENED, CLICKED, ORDERED, UNSUBSCRIBED = "sent", "opened", "clicked", "ordered", "unsubscribed"
EVENT_KINDS = (MAILED, OPENED, CLICKED, ORDERED, UNSUBSCRIBED)


@dataclass(frozen=True, kw_only=True)
class CampaignFields:
    """What is said of a campaign, before it is saved and after.

    version, as_of  of the data that it was drawn from
    source        who it is for, as the query string of an address; `source_words` the same in words
    product_ids   what is offered; empty where each customer is offered their own
    size          how many customers were asked for; None: all
    held_share    share of the drawn that is held out by lot, 0-1; `seed` is the lot's
    window_days   days from the sending on in which orders count
    rest_days     days in which nobody is in two campaigns
    n_found       customers whom the source found; `left_out` how many of them by reason, in the order of the reasons
    resting_until   the day on which the last of those who are in another campaign is free again; None without any
    price         of the set, if one was set; `discount` the share of the price that is taken off, 0-1
    sent_on       the day of the sending; None: not sent yet
    """

    name: str
    version: str
    as_of: date
    source: str
    source_words: str
    product_ids: tuple[str, ...]
    size: int | None
    held_share: float
    seed: int
    window_days: int
    rest_days: int
    n_found: int
    left_out: tuple[tuple[str, int], ...]
    resting_until: date | None = None
    price: float | None = None
    discount: float | None = None
    text: str = ""
    sent_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class NewCampaign(CampaignFields):
    """A campaign as it is drawn; `key` is made by the browser: the same one twice makes one campaign."""

    key: str


@dataclass(frozen=True, kw_only=True)
class Campaign(CampaignFields):
    """A campaign as it was saved, by whom and when."""

    id: int
    person_id: int
    at: datetime

    @property
    def n_left_out(self) -> int:
        return sum(n for _, n in self.left_out)


class Member(NamedTuple):
    """A customer of a campaign as drawn.

    stratum      within which the lot was drawn: the RFM segment, else the given one
    revenue      of the 12 months before the draw
    """

    customer_id: str
    arm: str
    stratum: str
    rfm_segment: str | None
    revenue: float


class Offer(NamedTuple):
    """A product that a customer is offered; who is held out would have been.

    rank        1 is the customer's best offer
    reference   what the mail names it by, unguessable and without any number in it; None where nothing is sent
    value       quantity x price; `expected` chance x value
    reason      why it is offered, without the name of any other customer
    """

    customer_id: str
    rank: int
    product_id: str
    reference: str | None
    chance: float | None
    value: float | None
    expected: float | None
    reason: str


class Referred(NamedTuple):
    """What a reference stands for."""

    campaign_id: int
    customer_id: str
    product_id: str


class CampaignEvent(NamedTuple):
    """What the mailing tool says happened; `product_id` is empty for the mail as a whole."""

    event_id: str
    campaign_id: int
    customer_id: str
    product_id: str
    kind: str
    at: datetime


@dataclass(frozen=True)
class EventBatch:
    """An import of events: lines read, of them new, known and refused; `ended_at` is None for one that broke off."""

    id: int
    file: str
    person_id: int
    at: datetime
    n_lines: int
    n_new: int
    n_known: int
    n_refused: int
    ended_at: datetime | None


@dataclass(frozen=True)
class CampaignCall:
    """A customer whom their rep is to call because of a campaign, with the product that was offered."""

    campaign_id: int
    campaign: str
    customer_id: str
    product_id: str
    at: datetime
    until: date
