"""Campaigns, their events and those of the web shop as the table `events` of the schema that a build reads."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from zoneinfo import ZoneInfo

from dashboard.activity.campaign_records import CLICKED, MAILED, OPENED, ORDERED, SENT, Campaign, CampaignEvent
from dashboard.activity.database import campaign_events, campaigns
from dashboard.activity.database.connect import Database
from dashboard.activity.parquet_file import write_parquet
from dashboard.campaigns.event_columns import begin_of
from dashboard.campaigns.known_ids import KnownRows
from dashboard.shop.export import shop_rows
from recsys.schema.clean import EVENTS

AT_ONCE = 10_000  # events in memory
KINDS = {MAILED: "mailed", OPENED: "opened", CLICKED: "click", ORDERED: "order"}
ARMS = {True: "mailed", False: "control"}
Row = Mapping[str, object]


def export_events(database: Database, file: Path, zone: ZoneInfo, known: KnownRows) -> int:
    """Write the campaigns that were sent, what is known of them, and the shop's events into a Parquet file.

    Returns how many events these are; `known` counts what is left out.

    Each customer of a campaign is `assigned` to an arm, once for each product offered, with the begin of the day of
    the sending; then `mailed`, `opened`, `click` and `order` as they were imported. Who unsubscribed is not in it.
    Then come the shop's. Numbers of assignments begin with A, of a campaign's events with E, of the shop's with S.
    Raises ActivityUnavailable without the database, ActivityError for a file that cannot be written.
    """
    database.prepare()
    parts = chain(_of_campaigns(database, zone), shop_rows(database))
    return write_parquet(file, EVENTS.arrow_schema(), known.of(parts))


def list_name(campaign: Campaign) -> str:
    """Return how a campaign is called in the table: its number makes it the only one of its name."""
    return f"{campaign.id} {campaign.name}"


def _of_campaigns(database: Database, zone: ZoneInfo) -> Iterator[list[Row]]:
    with database.read() as at:
        sent = {one.id: one for one, _ in campaigns.everything(at) if one.sent_on is not None}
    arms: dict[tuple[int, str], str] = {}
    for campaign_id, campaign in sorted(sent.items()):
        with database.read() as at:
            members, offers = campaigns.members(at, campaign_id), campaigns.offers(at, campaign_id)
        arms |= {(campaign_id, one.customer_id): ARMS[one.arm == SENT] for one in members}
        when = begin_of(campaign.sent_on, zone) if campaign.sent_on else campaign.at
        yield [
            {
                **_row(campaign, one.customer_id, arms[campaign_id, one.customer_id]),
                "event_id": f"A{campaign_id} {one.customer_id} {one.product_id}",
                "product_id": one.product_id,
                "kind": "assigned",
                "at": _naive(when),
            }
            for one in offers
            if (campaign_id, one.customer_id) in arms
        ]
    last = ""
    while True:
        with database.read() as at:
            found = campaign_events.after(at, last, limit=AT_ONCE)
        if not found:
            return
        known = [one for one in found if one.campaign_id in sent and one.kind in KINDS]
        yield [_event(sent[one.campaign_id], one, arms) for one in known]
        last = found[-1].event_id


def _event(campaign: Campaign, one: CampaignEvent, arms: dict[tuple[int, str], str]) -> Row:
    arm = arms.get((campaign.id, one.customer_id), ARMS[True])
    return {
        **_row(campaign, one.customer_id, arm),
        "event_id": f"E{one.event_id}",
        "product_id": one.product_id or None,
        "kind": KINDS[one.kind],
        "at": _naive(one.at),
    }


def _row(campaign: Campaign, customer_id: str, arm: str) -> Row:
    known = {"customer_id": customer_id, "list": list_name(campaign), "version": campaign.version, "arm": arm}
    return {"session_id": None, **known}


def _naive(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(tzinfo=None)
