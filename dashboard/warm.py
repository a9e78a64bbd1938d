"""What the first person to ask a new version would wait for, made before anybody asks.

A version is made ready for those who asked the one before, and is served then; the first one of a process while it is
served already. Where people sign in, what is one viewer's is made for who asks: it takes as much memory as all names.
"""

import gc
import logging
import time

from dashboard.access.viewer import EVERYONE, Viewer
from dashboard.campaigns.draw import DrawOptions, draw
from dashboard.campaigns.figures import figures_of, result_of
from dashboard.campaigns.queries import CampaignQueries
from dashboard.campaigns.sources import Source as CampaignSource
from dashboard.data.snapshot import Snapshot
from dashboard.display.page_context import PageContext
from dashboard.pages.segments.data.filters import SegmentFilters
from dashboard.pages.segments.data.page import Source, segments_page
from dashboard.services import Services
from dashboard.settings import OPEN
from recsys.artifacts.open_version import Version
from recsys.schema.segments import RFM_NAMES

MOST_VIEWERS = 4
MOST_CAMPAIGNS = 40  # the newest: older ones are final, and looked at once in a while
FORM_SECONDS = 600.0  # a look-up form that is not there by then is not waited for
_LOOKS_SECONDS = 1.0
_SORTED_BY = {"revenue", "last", "customer", "change", "since"}
_log = logging.getLogger(__name__)


def make_ready(at: Services, version: str) -> None:
    """Make what is kept of a version, for those who see all customers; it need not be served yet.

    What goes wrong is logged: a page that needs it says so itself.
    """
    try:
        at.repository.prepare_search(version)
        for viewer in _viewers(at):
            context = _context(at, viewer, version)
            _customers(at, context)
            _segments(at, context)
        for members in at.repository.cache.bundles(version).by_members:
            at.bundle_tables.packed(members, version)
    except Exception as error:  # noqa: BLE001 - whatever it is, who asks makes it or is told
        _log.warning("a version is not ready before it is asked for", extra={"reason": repr(error)})
    _freeze()


def make_campaigns_ready(at: Services, version: Version) -> None:
    """Count the campaigns on a version, and find whom new ones of a named segment could be for.

    Once its look-up form is there: without it each customer takes milliseconds.
    """
    until = time.monotonic() + FORM_SECONDS
    while not version.has_form:
        if time.monotonic() > until or at.reader.served != version.id:
            return
        time.sleep(_LOOKS_SECONDS)
    version.read_ahead()
    try:
        for viewer in _viewers(at):
            context = _context(at, viewer, version.id)
            for line in CampaignQueries(context).everything()[:MOST_CAMPAIGNS]:
                result_of(context, at.answers, line)
                figures_of(context, at.answers, line.campaign.id)
            for name in RFM_NAMES:
                draw(context, CampaignSource("segment", rfm=name), DrawOptions(seed=0))
    except Exception as error:  # noqa: BLE001 - whatever it is, who asks makes it or is told
        _log.warning("campaigns are not counted before they are asked for", extra={"reason": repr(error)})
    _freeze()


# ---- inner ----


def _freeze() -> None:
    """Keep what was made out of garbage collection, as a worker does at its start: each scan of it took 100 ms."""
    if gc.get_freeze_count():
        gc.collect()
        gc.freeze()


def _viewers(at: Services) -> tuple[Viewer, ...]:
    """Return for whom: the last who asked; of a process that nobody asked yet everybody, where nobody signs in.

    Nobody while the database has not its tables yet: a read that fails would make the next ones wait.
    """
    schema, newest = at.database.schema()
    if schema != newest:
        return ()
    asked = at.repository.asked_by()[:MOST_VIEWERS]
    return asked or ((EVERYONE,) if at.settings.sign_in == OPEN else ())


def _context(at: Services, viewer: Viewer, version: str) -> PageContext:
    return PageContext(at.repository.snapshot_of(viewer, version), at.formats, at.links, at.desk())


def _customers(at: Services, context: PageContext) -> None:
    kept = at.kept_tables.customers(context)
    _ = context.snapshot.groups
    if kept.packed is None:
        for column in _SORTED_BY & kept.columns.table.cells.keys():  # a viewer may not see all of them
            kept.columns.order(column, "desc")
        kept.columns.finds("a")
    rule = at.rule_book.team_lost_rule()
    context.snapshot.cache.state_places(context.version.id, context.snapshot.scope, rule)


def _segments(at: Services, context: PageContext) -> None:
    viewer, newest = context.viewer, context.version.id

    def snapshot_of(version: str) -> Snapshot:
        return at.repository.snapshot_of(viewer, version, newest)

    source = Source(context, at.repository.kept_versions(), snapshot_of, at.answers)
    for filters in (SegmentFilters(by="rfm"), SegmentFilters(by="cluster")):
        segments_page(source, filters)
