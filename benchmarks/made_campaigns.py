"""Fills the database of an installation with made-up campaigns of the current version and events of their mails."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from dashboard.activity.campaign_records import (
    CLICKED,
    HELD,
    MAILED,
    OPENED,
    SENT,
    UNSUBSCRIBED,
    CampaignEvent,
    Member,
    NewCampaign,
    Offer,
)
from dashboard.activity.database import campaign_events, campaigns
from dashboard.activity.database.connect import open_database
from dashboard.settings import Settings
from recsys.artifacts.reader import Reader

N_OFFERS = 2  # to each customer
HELD_SHARE = 0.2
RECENT = 2  # campaigns that were sent last week, so that their customers rest; the others end with the orders
SHARES = ((MAILED, 1.0), (OPENED, 0.4), (CLICKED, 0.1), (UNSUBSCRIBED, 0.01))  # of who gets the mail


def fill_campaigns(state: Path, artifacts: Path, n: int, n_members: int) -> tuple[int, ...]:
    """Make n campaigns of so many random customers each, the same each time; return their numbers, the newest last."""
    reader = Reader(artifacts)
    version = reader.current()
    rng, as_of = np.random.default_rng(13), version.manifest.facts.as_of
    columns = ["customer_id", "rfm_segment", "revenue_12m"]
    known = pq.read_table(artifacts / version.id / "customers.parquet", columns=columns).to_pylist()
    products: list[Any] = pq.read_table(artifacts / version.id / "products.parquet", columns=["product_id"])[
        0
    ].to_pylist()
    database = open_database(Settings(artifacts=artifacts, state=state))
    database.prepare()
    made = []
    today = datetime.now(UTC).date()
    for at in range(n):
        members = [_member(known[place], rng) for place in rng.permutation(len(known))[:n_members].tolist()]
        offered = tuple(rng.choice(products[:2_000], 4, replace=False).tolist())
        sent_on = today - timedelta(7) if at >= n - RECENT else as_of - timedelta(5 + 3 * at % 50)
        new = _campaign(at, version.id, as_of, offered, sent_on, n_members)
        with database.write() as writing:
            offers = _offers(members, offered, rng)
            number, _ = campaigns.make(writing, new, members, offers, person_id=0, now=datetime.now(UTC))
            batch = campaign_events.begin(writing, file=f"mails-{at}.csv", person_id=0, now=datetime.now(UTC))
            events = list(_events(number, members, offered, sent_on, rng))
            n_new = len(campaign_events.add(writing, batch, events))
            campaign_events.count(writing, batch, lines=len(events), new=n_new, known=0, refused=0)
            campaign_events.end(writing, batch, datetime.now(UTC))
        made.append(number)
    database.close()
    reader.close()
    return tuple(made)


def _member(row: dict[str, Any], rng: np.random.Generator) -> Member:
    arm = HELD if rng.random() < HELD_SHARE else SENT
    return Member(row["customer_id"], arm, row["rfm_segment"] or "", row["rfm_segment"], row["revenue_12m"])


def _campaign(
    at: int, version: str, as_of: date, offered: tuple[str, ...], sent_on: date, n_members: int
) -> NewCampaign:
    return NewCampaign(
        key=f"made-up-{at}",
        name=f"Campaign {at}",
        version=version,
        as_of=as_of,
        source="from=segment&rfm=At+risk",
        source_words="customers in At risk",
        product_ids=offered,
        size=n_members,
        held_share=HELD_SHARE,
        seed=at,
        window_days=28,
        rest_days=28,
        n_found=2 * n_members,
        left_out=(("no_contact", 100), ("in_campaign", 200)),
        sent_on=sent_on,
    )


def _offers(members: list[Member], offered: tuple[str, ...], rng: np.random.Generator) -> Iterator[Offer]:
    for one in members:
        chosen = rng.choice(offered, N_OFFERS, replace=False).tolist()
        for rank, product in enumerate(chosen, 1):
            reference = f"{rng.integers(2**62):016x}" if one.arm == SENT else None
            yield Offer(one.customer_id, rank, product, reference, 0.2, 40.0, 8.0, "Never bought.")


def _events(
    number: int, members: list[Member], offered: tuple[str, ...], sent_on: date, rng: np.random.Generator
) -> Iterator[CampaignEvent]:
    begins = datetime.combine(sent_on, time(8), UTC)
    for one in members:
        lot = rng.random()
        for kind, share in SHARES if one.arm == SENT else ():
            if lot < share:
                at = begins + timedelta(hours=float(rng.random() * 48))
                product = offered[0] if kind == CLICKED else ""
                yield CampaignEvent(f"{number}-{one.customer_id}-{kind}", number, one.customer_id, product, kind, at)
