"""What the list of campaigns shows: running first, then what is not sent yet, then final ones. No Dash."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from dashboard.activity.campaign_records import Campaign
from dashboard.campaigns.effects import Comparison
from dashboard.campaigns.figures import result_of
from dashboard.campaigns.queries import CampaignLine, CampaignQueries
from dashboard.campaigns.source_words import source_words
from dashboard.campaigns.words import difference_words
from dashboard.data.answer_cache import AnswerCache
from dashboard.display.formats import NONE, Formats
from dashboard.display.meanings import MEANINGS
from dashboard.display.page_context import PageContext
from dashboard.display.table import CellOf, TableColumn, TableRows, table_of
from dashboard.display.urls import Links

CAMPAIGNS = "campaigns"
RUNNING, UNSENT, FINAL = "Running", "Not sent", "Final"
STATES = (RUNNING, UNSENT, FINAL)

COLUMNS = (
    TableColumn("name", "Campaign", width=170, grow=3),
    TableColumn("from", "From", width=150, grow=3, on_phone="plain"),
    TableColumn("by", "By", width=96, grow=1, on_phone="plain"),
    TableColumn("made", "Made", "date", width=84, on_phone="hidden"),
    TableColumn("sent", "Sent", "date", width=84, meaning=MEANINGS["Sent on"]),
    TableColumn("drawn", "Drawn", "number", width=84, decimals=0, meaning=MEANINGS["Drawn"]),
    TableColumn("held", "Held out", "number", width=96, decimals=0, meaning=MEANINGS["Held out"]),
    TableColumn("ordered", "Ordered of sent", "number", width=136, decimals=0, meaning=MEANINGS["Ordered of sent"]),
    TableColumn("difference", "Difference", width=150, grow=1, meaning=MEANINGS["Difference to the hold-out"]),
    TableColumn("state", "State", width=90, on_phone="value"),
)


@dataclass(frozen=True)
class Line:
    """A campaign of the list: what it is from in words, and how many ordered; None: not sent yet."""

    of: CampaignLine
    source: str
    result: Comparison | None

    @property
    def campaign(self) -> Campaign:
        return self.of.campaign

    @property
    def state(self) -> str:
        window = self.of.window
        if window is None:
            return UNSENT
        return FINAL if window.is_final else RUNNING


@dataclass(frozen=True)
class CampaignsPage:
    """All of the page."""

    version: str
    as_of: date
    lines: tuple[Line, ...]


def campaigns_page(context: PageContext, answers: AnswerCache) -> CampaignsPage:
    """Return the page. Raises ActivityUnavailable without the database."""
    lines = []
    for one in CampaignQueries(context).everything():
        title = source_words(context, one.campaign.source).title
        lines.append(Line(one, title, result_of(context, answers, one)))
    lines.sort(key=lambda line: STATES.index(line.state))  # those of one state stay as they are: the newest first
    return CampaignsPage(context.version.id, context.as_of, tuple(lines))


def campaigns_table(page: CampaignsPage, formats: Formats, links: Links) -> TableRows:
    """Return the campaigns as a table; a button for each state."""

    def day(of: Callable[[Line], date | None]) -> CellOf[Line]:
        return CellOf(of, lambda line: formats.day(of(line), page.as_of) if of(line) else NONE)

    def number(of: Callable[[Line], int]) -> CellOf[Line]:
        return CellOf(of, lambda line: formats.number(of(line)))

    def made(line: Line) -> date:
        return line.campaign.at.astimezone(formats.time_zone).date()

    cells: dict[str, CellOf[Line]] = {
        "name": CellOf(
            lambda line: line.campaign.name,
            lambda line: line.campaign.name,
            lambda line: links.campaign(line.campaign.id),
        ),
        "from": CellOf(lambda line: line.source),
        "by": CellOf(lambda line: line.of.author),
        "made": day(made),
        "sent": day(lambda line: line.campaign.sent_on),
        "drawn": number(lambda line: line.of.n_sent + line.of.n_held),
        "held": number(lambda line: line.of.n_held),
        "ordered": CellOf(_ordered, lambda line: _ordered_words(line, formats)),
        "difference": CellOf(_difference, lambda line: _difference(line) or NONE),
        "state": CellOf(lambda line: line.state),
    }
    return table_of(
        (CAMPAIGNS, "All campaigns", ("campaign", "campaigns")),
        COLUMNS,
        page.lines,
        lambda line: str(line.campaign.id),
        cells,
        choice="state",
        is_main=True,
    )


def head_words(page: CampaignsPage, formats: Formats) -> str:
    """Return `3 campaigns: 1 running, 1 not sent, 1 final`."""
    n = len(page.lines)
    parts = [f"{formats.number(m)} {state.lower()}" for state in STATES if (m := _count(page, state))]
    return f"{formats.number(n)} campaign{'' if n == 1 else 's'}: {', '.join(parts)}" if n else ""


def _count(page: CampaignsPage, state: str) -> int:
    return sum(line.state == state for line in page.lines)


def _ordered(line: Line) -> int | None:
    return line.result.sent.ordered if line.result else None


def _ordered_words(line: Line, formats: Formats) -> str:
    if line.result is None:
        return NONE
    return f"{formats.number(line.result.sent.ordered)} of {formats.number(line.result.sent.n)}"


def _difference(line: Line) -> str:
    return difference_words(line.result) if line.result else ""
