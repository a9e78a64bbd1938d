"""What the customer page shows, put together for one viewer; no Dash, no components but plain records."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from dashboard.display.csv import csv_text, rounded
from dashboard.display.customer_figures import Stopping, stopping_of, tiles, years_of
from dashboard.display.formats import Formats
from dashboard.display.page_context import PageContext
from dashboard.display.pitch_csv import pitch_cells, pitch_heads
from dashboard.display.pitch_lists import LeftOut, PitchList, about_chances, held_words, left_out, pitch_lists
from dashboard.display.tile import Tile
from dashboard.records.customers import Customer, Neighbours
from dashboard.records.model_report import Report
from dashboard.records.raised import DUE, LOST, NEW

N_SIMILAR = 5


@dataclass(frozen=True)
class CustomerPage:
    """All of the page but the evidence, which is asked for line by line.

    left            what outcomes keep out of the lists
    account         until when the whole account is off the lists; empty where it is not
    stopping        how likely they stop buying; None where that is not known
    about_chances   what chance and expected mean, or why there are none
    no_season       why there is no seasonal list; empty where there is one
    language        of what to say
    """

    version: str
    as_of: date
    customer: Customer
    tiles: tuple[Tile, ...]
    lists: tuple[PitchList, ...]
    similar: Neighbours
    left: tuple[LeftOut, ...] = ()
    account: str = ""
    stopping: Stopping | None = None
    about_chances: str = ""
    no_season: str = ""
    language: str = "en"


def customer_page(context: PageContext, customer_id: str) -> CustomerPage | None:
    """Return the page of a customer whom the viewer sees; else None."""
    customer = context.customers.get(customer_id)
    if customer is None:
        return None
    raised = context.raised(customer)
    lists = pitch_lists(context, customer, raised) if customer.is_pitched_to else ()
    report = context.version.report()
    return CustomerPage(
        version=context.version.id,
        as_of=context.as_of,
        customer=customer,
        tiles=tiles(customer, years_of(context, customer_id), context.as_of, context.formats),
        lists=lists,
        similar=context.customers.similar(customer_id, N_SIMILAR),
        left=left_out(context, raised),
        account=held_words(context, raised.account) if raised.account else "",
        stopping=stopping_of(customer, context.as_of, context.formats),
        about_chances=about_chances(lists, report, context.formats),
        no_season=no_season(lists, customer, report, context.formats),
        language=context.speech.language,
    )


def talking_points(page: CustomerPage) -> str:
    """Return what to say as text for an e-mail: of each list the first lines, each a sentence."""
    most = {DUE: 3, LOST: 1, NEW: 1}
    said = [line.say for pitches in page.lists for line in pitches.lines[: most[pitches.name]]]
    return "\n".join(said)


def no_season(lists: Sequence[PitchList], customer: Customer, report: Report, formats: Formats) -> str:
    """Return why there is no seasonal list; nothing where there is one, or for a customer without any list."""
    if not any(pitches.lines for pitches in lists) or not customer.n_orders:
        return ""
    if any(line.what.list == "seasonal" for pitches in lists for line in pitches.lines):
        return ""
    seasonal = report.build.seasonal
    if seasonal.why_not:
        return f"Nothing seasonal among the due: {formats.with_days(seasonal.why_not).rstrip('.')}."
    if seasonal.customers is not None:
        return "Nothing seasonal among the due: they miss nothing that they bought in these weeks of last year."
    return ""


def list_csv(pitches: PitchList) -> str:
    """Return a list as CSV: the rows, columns and order of the screen, raw values rounded to what a column means.

    Margins are there for who may see them.
    """
    has_chances, has_margins = pitches.has_chances, any(line.margin is not None for line in pitches.lines)
    rows = [
        (
            line.what.product_name,
            line.what.product_id,
            *pitch_cells(line.what, (line.say, line.sentence), has_chances=has_chances),
            *((rounded(line.margin, 4),) if has_margins else ()),
        )
        for line in pitches.lines
    ]
    heads = ("Product", "Product number", *pitch_heads(has_chances=has_chances), *(("Margin",) if has_margins else ()))
    return csv_text(heads, rows)
