"""Campaigns and their events as the table `events` of the schema that a build reads."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq

from dashboard.activity.campaign_records import CLICKED, MAILED, OPENED, ORDERED, SENT, Campaign, CampaignEvent
from dashboard.activity.database import campaign_events, campaigns
from dashboard.activity.database.connect import Database
from dashboard.activity.errors import ActivityError
from dashboard.campaigns.event_columns import begin_of
from recsys.schema.clean import EVENTS

AT_ONCE = 10_000  # events in memory
KINDS = {MAILED: "mailed", OPENED: "opened", CLICKED: "click", ORDERED: "order"}
ARMS = {True: "mailed", False: "control"}
Row = dict[str, object]


def export_events(database: Database, file: Path, zone: ZoneInfo) -> int:
    """Write the campaigns that were sent, and what is known of them, into a Parquet file; return how many events.

    Each customer of a campaign is `assigned` to an arm, once for each product offered, with the begin of the day of
    the sending; then `mailed`, `opened`, `click` and `order` as they were imported. Who unsubscribed is not in it.
    The file is written beside its place and put there at the end: who reads it has the old one or the new one.
    Raises ActivityUnavailable without the database, ActivityError for a file that cannot be written.
    """
    database.prepare()
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    n_rows, schema = 0, EVENTS.arrow_schema()
    try:
        with pq.ParquetWriter(part, schema, compression="zstd") as writer:
            for rows in _all(database, zone):
                writer.write_table(pa.Table.from_pylist(rows, schema=schema))
                n_rows += len(rows)
        part.chmod(0o600)  # it says who read which mail
        part.replace(file)
    except OSError as error:
        raise ActivityError(f"{file} cannot be written ({error.strerror or error}); name another place") from error
    finally:
        part.unlink(missing_ok=True)
    return n_rows


def list_name(campaign: Campaign) -> str:
    """Return how a campaign is called in the table: its number makes it the only one of its name."""
    return f"{campaign.id} {campaign.name}"


def _all(database: Database, zone: ZoneInfo) -> Iterator[list[Row]]:
    with database.read() as at:
        sent = {one.id: one for one, _ in campaigns.everything(at) if one.sent_on is not None}
    arms: dict[tuple[int, str], str] = {}
    for campaign_id, campaign in sorted(sent.items()):
        with database.read() as at:
            members, offers = campaigns.members(at, campaign_id), campaigns.offers(at, campaign_id)
        arms |= {(campaign_id, one.customer_id): ARMS[one.arm == SENT] for one in members}
        when = begin_of(campaign.sent_on, zone) if campaign.sent_on else campaign.at
        yield [
            _row(campaign, one.customer_id, arms[campaign_id, one.customer_id])
            | {
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
    return _row(campaign, one.customer_id, arm) | {
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
