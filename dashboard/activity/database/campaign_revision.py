"""What changes with anything that the answers about a campaign are made from, the other campaigns' part of it too."""

from sqlalchemy import func, select

from dashboard.activity.database.campaigns import revision
from dashboard.activity.database.connect import Reading
from dashboard.activity.database.tables import CAMPAIGNS, EVENT_BATCHES


def revision_among_all(at: Reading, campaign_id: int) -> tuple[str, ...]:
    """Return texts of which one changes once anything changes that is counted of a campaign.

    Its own members, offers, events, calls and day of sending; of the others, whose mails may have been the first touch
    of an order, the days of sending and windows, and how far the imports of events are.
    """
    columns = (CAMPAIGNS.c.id, CAMPAIGNS.c.sent_on, CAMPAIGNS.c.window_days)
    others = [tuple(row) for row in at.execute(select(*columns).order_by(CAMPAIGNS.c.id))]
    sums = [func.coalesce(func.sum(EVENT_BATCHES.c[name]), 0) for name in ("n_lines", "n_new")]
    imported = tuple(at.execute(select(func.count(), *sums).select_from(EVENT_BATCHES)).one())
    return revision(at, campaign_id), repr(others), repr(tuple(map(int, imported)))
