"""A page's context: one viewer's questions to one version, and how answers are written."""

from datetime import date
from pathlib import Path

import pytest

from dashboard.display.page_context import PageContext
from tests.support.artifacts import AS_OF, publish_small
from tests.support.contexts import ANN, context_of


@pytest.fixture
def anns(tmp_path: Path) -> PageContext:
    publish_small(tmp_path)
    return context_of(tmp_path, ANN)


def test_all_questions_are_of_one_version_and_one_viewer(anns: PageContext) -> None:
    assert (anns.viewer, anns.version.id, anns.as_of) == (ANN, anns.snapshot.version, AS_OF)
    assert (anns.customers.get("CAFE1") is None, anns.customers.get("HOTEL1") is None) == (False, True)
    assert [one.customer.customer_id for one in anns.products.buyers("P1").shown] == ["CAFE1", "CAFE2"]
    assert [(one.name, one.n_bundles) for one in anns.bundles.members()] == [("", 2), ("cafe", 1)]


def test_queries_are_made_once_a_context(anns: PageContext) -> None:
    assert anns.customers is anns.customers
    assert anns.products is anns.products
    assert anns.bundles is anns.bundles
    assert anns.version is anns.version


def test_a_reason_is_written_with_the_names_that_the_viewer_may_see(anns: PageContext) -> None:
    written = anns.reason_formatter()
    assert (written.customer("CAFE2"), written.customer("HOTEL1"), written.product("P2")) == (
        "Bean <& Gone>",
        None,
        "Oat drink",
    )


def test_a_reasons_days_count_from_the_versions_day(anns: PageContext) -> None:
    days = (date(2026, 11, 2), date(2025, 1, 10))
    assert [anns.reason_formatter().day(day) for day in days] == ["2 Nov", "10 Jan 2025"]
