"""The calls of a day on paper: an overview in the order of the call list, then a sheet each."""

from pathlib import Path
from typing import Any

import pytest
from babel import Locale

from dashboard.data.call_queries import CallQueries
from dashboard.paper.day_sheet import DaySheet, day_sheet
from dashboard.paper.pdf import PdfMaker
from dashboard.records.calls import CallFilters
from tests.support.artifacts import publish_small, small_rows
from tests.support.contexts import context_of
from tests.support.figures import figures, ranked_recommendations
from tests.support.paper import pages_of


@pytest.fixture(scope="module")
def two_calls(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a version in which CAFE1 and CAFE2 are calls; of CAFE1 most is expected."""
    folder = tmp_path_factory.mktemp("two_calls")
    facts = {
        "CAFE1": {"usual_gap_days": 13.0, "due_expected": 48.2, "due_products": 3},
        "CAFE2": {"usual_gap_days": 10.0, "due_expected": 19.2, "due_products": 1, "region": "East"},
    }
    customers = [row | facts.get(row["customer_id"], {}) for row in small_rows()["customers"]]
    publish_small(
        folder, changed={"customers": customers, "recommendations": ranked_recommendations()}, evaluation=figures()
    )
    return folder


def day_of(artifacts: Path, **filters: Any) -> DaySheet:
    context = context_of(artifacts)
    queries = CallQueries(context.snapshot, context.desk, context.formats.time_zone)
    return day_sheet(context, queries, CallFilters(**filters), "Jana B.")


def test_calls_are_in_the_order_of_the_list_with_their_sheets(two_calls: Path) -> None:
    day = day_of(two_calls)
    assert [call.name for call in day.overview.calls] == ["Café Müller", "Bean <& Gone>"]
    assert [sheet.name for sheet in day.sheets] == ["Café Müller", "Bean <& Gone>"]
    assert day.overview.title == "Calls for Tue 17 Nov 2026"


def test_a_call_says_why_what_first_and_what_is_expected(two_calls: Path) -> None:
    call = day_of(two_calls).overview.calls[0]
    assert (call.number, call.phone, call.why, call.state) == ("CAFE1", "01632 960001", "Order due", "due")
    assert (call.first, call.expected) == ("Oat drink: bought twice, last on 19 Oct.", "€49")


def test_filters_are_those_of_the_list_and_are_named(two_calls: Path) -> None:
    day = day_of(two_calls, region="East", value=1.0)
    assert [call.name for call in day.overview.calls] == ["Bean <& Gone>"]
    assert day.overview.facts == "1 open call, expected €20 in the next 4 weeks. Region East, Value from €1."


def test_a_day_without_calls_is_a_page_that_says_why(two_calls: Path, maker: PdfMaker) -> None:
    day = day_of(two_calls, region="Nowhere")
    [page] = pages_of(maker.day(day, Locale("en", "GB")))
    assert "0 open calls. Region Nowhere." in page
    assert "No call fits these filters." in page


def test_the_pdf_has_the_overview_and_a_page_for_each_call(two_calls: Path, maker: PdfMaker) -> None:
    overview, first, second = pages_of(maker.day(day_of(two_calls), Locale("en", "GB")))
    assert "Calls for Tue 17 Nov 2026 Jana B." in overview
    assert "1 Café Müller CAFE1 Order due 01632 960001 €49" in overview
    assert "page 1 of 3" in overview
    assert "Call sheet of Jana B." in first
    assert "page 2 of 3" in first
    assert "Bean <& Gone> CAFE2" in second
