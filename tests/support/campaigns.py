"""Campaigns for tests: as they are drawn, with a few customers."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from dashboard.activity.campaign_records import HELD, SENT, Member, NewCampaign, Offer
from dashboard.activity.database import campaigns
from dashboard.activity.database.connect import Database
from tests.support.activity import NOW

CAMPAIGN = NewCampaign(
    key="k1",
    name="Oat, November",
    version="v1",
    as_of=date(2026, 11, 15),
    source="from=bundle&bundle=%2F1",
    source_words="Espresso beans + Oat drink",
    product_ids=("P1", "P2"),
    size=None,
    held_share=0.2,
    seed=7,
    window_days=28,
    rest_days=28,
    n_found=3,
    left_out=(("no_contact", 1),),
    sent_on=date(2026, 11, 3),
)


def member(customer_id: str, arm: str = SENT, stratum: str = "cafe", revenue: float = 100.0) -> Member:
    """Return a customer of a campaign."""
    return Member(customer_id, arm, stratum, None, revenue)


def offer(customer_id: str, product_id: str = "P2", reference: str | None = "", rank: int = 1) -> Offer:
    """Return an offer; without a reference of its own one that is made of what it is of."""
    given = f"ref-{customer_id}-{product_id}" if reference == "" else reference
    return Offer(customer_id, rank, product_id, given, 0.2, 30.0, 6.0, "Buys espresso beans.")


def make_campaign(
    database: Database,
    sent: Iterable[str] = ("CAFE1", "CAFE2"),
    held: Iterable[str] = ("HOTEL1",),
    *,
    offered: Iterable[Offer] | None = None,
    **changed: object,
) -> int:
    """Save a campaign of some customers, who are all offered P2, and return its number."""
    sent, held = tuple(sent), tuple(held)
    new = replace(CAMPAIGN, **changed)  # type: ignore[arg-type]
    members = [*map(member, sent), *(member(one, HELD) for one in held)]
    if offered is None:
        offered = [
            *(offer(one, reference=f"{new.key}-{one}") for one in sent),
            *(offer(one, reference=None) for one in held),
        ]
    with database.write() as at:
        return campaigns.make(at, new, members, offered, person_id=1, now=NOW)[0]
