"""The sheet of a campaign for the sales meeting: one page, whatever is on it."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pypdfium2
import pytest
from babel import Locale

from dashboard.access.roles import MARKETER
from dashboard.activity.database.connect import Database
from dashboard.campaigns.queries import CampaignQueries
from dashboard.data.desk import Desk
from dashboard.display.page_context import PageContext
from dashboard.paper.campaign_sheet import CampaignSheet, Chart, Fact, Step, TableLine, campaign_sheet
from dashboard.paper.pdf import PdfMaker
from recsys.schema.reorder_rules import LostRule
from tests.support.artifacts import publish_small
from tests.support.campaigns import make_campaign
from tests.support.contexts import TODAY, context_of
from tests.support.viewers import viewer

LINE = TableLine("Chai concentrate, 6 x 1 l", "17 of 128", "13 %", "1 of 32", "10 points (−3 to 18)", "€1,492")
TICKS = ((0.0, "0 %"), (1.0, "20 %"))
STEPS = ("Sent", "Opened", "Clicked", "Ordered")
POINTS = ((0.0, 0.0), (0.25, 0.4), (0.5, 0.8))
FULL = CampaignSheet(
    title="Chai & <oat> #cookies, " + "November " * 10,
    about="By Nora Weiss, made 2 Nov 2026, sent 3 Nov 2026. " + "Offered: many products. " * 10,
    state="Running, day 14 of 28. Final on 1 Dec.",
    facts=tuple(Fact(f"Fact {at}", "€3,203,000", "a note that is long enough for two lines") for at in range(6)),
    text="Dear all, " * 42,
    result="Of 192 sent, 31 ordered one of the three products (16 %). " * 4,
    revenue="A customer brought €16.15 if sent, €4.17 if held out. " * 3,
    method="The 48 were drawn by lot within each segment. " * 9,
    chart=Chart(POINTS, POINTS, 0.5, ("16 % sent", "4 % held out"), TICKS, ("3 Nov", "17 Nov", "1 Dec")),
    steps=tuple(
        Step(name, 0.5, "97 of 192", "51 %, by loaded pictures") for name in ("Sent", "Opened", "Clicked", "Ordered")
    ),
    products=(LINE,) * 6,
    products_note="297 offers, 12 more products left out",
    segments=(LINE,) * 12,
    calls="To call, as they clicked and did not order: " + "Jana Brandt 9, " * 12,
    source="Repertoire, orders up to 16 Nov",
)


@pytest.fixture(scope="module")
def artifacts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("artifacts")
    publish_small(folder)
    return folder


@pytest.fixture(scope="module")
def maker() -> PdfMaker:
    return PdfMaker()


def context(artifacts: Path, database: Database, *roles: str) -> PageContext:
    desk = Desk(database, LostRule(), TODAY, 1)
    return context_of(artifacts, viewer(*roles), desk=desk) if roles else context_of(artifacts, desk=desk)


def sheet_of(at: PageContext, number: int) -> CampaignSheet:
    state = CampaignQueries(at).state(number)
    assert state is not None
    return campaign_sheet(at, state)


def text_of(pdf: bytes) -> tuple[int, str]:
    document = pypdfium2.PdfDocument(pdf)
    text = "".join(page.get_textpage().get_text_bounded() for page in document)
    n = len(document)
    document.close()
    return n, " ".join(text.split())


@pytest.mark.parametrize("locale", ["en_GB", "en_US"])
def test_the_fullest_sheet_is_one_page(maker: PdfMaker, locale: str) -> None:
    n, text = text_of(maker.campaign(FULL, Locale.parse(locale)))
    assert n == 1
    assert "Chai & <oat> #cookies" in text
    assert "Jana Brandt 9" in text


def test_a_campaign_that_was_not_sent_is_one_page_too(maker: PdfMaker) -> None:
    empty = replace(FULL, result="", revenue="", chart=None, products=(), segments=(), calls="", text="")
    n, text = text_of(maker.campaign(empty, Locale.parse("en_GB")))
    assert n == 1
    assert "Against the hold-out group" not in text


def test_a_sheet_says_what_the_page_says(artifacts: Path, database: Database) -> None:
    number = make_campaign(database, ["CAFE1", "CAFE2"], ["HOTEL1"], sent_on=date(2026, 10, 19))
    found = sheet_of(context(artifacts, database), number)
    assert found.state == "Running, day 28 of 28." or found.state.startswith("Final since")
    assert found.result.startswith("Of 2 sent, 2 ordered one of the two products. Of 1 held out, none did so anyway.")
    assert [fact.value for fact in found.facts] == ["3", "1", "3", "2 of 2", "€60", "0"]
    assert [line.name for line in found.segments] == ["cafe", "All customers"]
    assert found.chart is None  # too few to tell


def test_the_chart_ends_where_the_data_do(artifacts: Path, database: Database) -> None:
    sent, held = [f"S{at}" for at in range(40)], [f"H{at}" for at in range(30)]
    number = make_campaign(database, [*sent, "CAFE1"], held, sent_on=date(2026, 10, 19), window_days=56)
    chart = sheet_of(context(artifacts, database), number).chart
    assert chart is not None
    assert chart.end == 28 / 56
    assert (chart.sent[0], chart.sent[-1][0]) == ((0.0, 0.0), 0.5)
    assert chart.labels == ("2\N{NO-BREAK SPACE}% sent", "0\N{NO-BREAK SPACE}% held out")


def test_an_unsent_campaign_has_no_result(artifacts: Path, database: Database) -> None:
    found = sheet_of(context(artifacts, database), make_campaign(database, sent_on=None))
    assert (found.result, found.chart, found.segments, found.state) == ("", None, (), "Not sent yet.")


def test_a_marketer_has_the_sheet(artifacts: Path, database: Database, maker: PdfMaker) -> None:
    found = sheet_of(context(artifacts, database, MARKETER), make_campaign(database, sent_on=date(2026, 10, 19)))
    assert text_of(maker.campaign(found, Locale.parse("en_GB")))[0] == 1
