"""The call list as a browser has it: rows, drawer, outcomes, views, file."""

import re
from pathlib import Path
from typing import Any

import pytest
from dash import Dash

from dashboard.display.call_words import filters_of
from dashboard.records.calls import CallFilters
from dashboard.services import EXTENSION, Services
from tests.support.artifacts import publish_small, small_rows
from tests.support.figures import figures, ranked_recommendations
from tests.support.screens import Caller, make_app, plain_csv, said
from tests.support.viewers import identity

KEY = "0123456789abcdef"


@pytest.fixture
def app(tmp_path: Path) -> Dash:
    facts = {"CAFE1": {"usual_gap_days": 13.0, "due_expected": 48.2, "new_expected": 1.0}}
    rows = {
        "recommendations": ranked_recommendations(),
        "customers": [row | facts.get(row["customer_id"], {}) for row in small_rows()["customers"]],
    }
    publish_small(tmp_path / "artifacts", changed=rows, evaluation=figures())
    return make_app(tmp_path, tmp_path / "artifacts")


def version(app: Dash) -> str:
    services: Services = app.server.extensions[EXTENSION]
    return services.repository.newest() or ""


def asked(app: Dash, **sent: Any) -> dict[str, Any]:
    return {
        "call-outcome-asked.data": {"key": KEY, **sent},
        "page-version.data": version(app),
        "calls-filters.data": {},
    }


def test_a_row_says_who_why_and_what(app: Dash) -> None:
    page = said(Caller(app).page("/"))
    assert "Oat drink: bought twice, last on 19 Oct." in page
    assert "13 days since the last order, usual 13" in page
    assert "Revenue by month, " in page


def test_paper_has_numbers_to_dial_for_who_sees_them(app: Dash) -> None:
    on_paper = re.compile(r'"children": "([^"]+)", "className": "num rp-on-paper"')
    assert "01632 960001" in on_paper.findall(said(Caller(app).page("/")))
    director = Caller(app, who=identity("director"))
    assert "CAFE1" in said(director.page("/"))
    assert on_paper.findall(said(director.page("/"))) == []


def test_the_drawer_has_what_to_say_and_the_lists_in_short(app: Dash) -> None:
    values = {"call-asked.data": {"customer": "CAFE1"}, "page-version.data": version(app)}
    drawer = said(Caller(app).call("drawer.children", values))
    assert "You have had Oat drink before, most recently 4 weeks ago. Would you like another 2?" in drawer
    assert '"Raised first: Oat drink"' in drawer
    assert "tel:01632960001" in drawer
    for unknown in ({"customer": "NOPE"}, {}, None, "CAFE1"):
        answer = Caller(app).call("drawer.children", {**values, "call-asked.data": unknown})
        assert answer.status_code == 204


def test_another_reps_customer_has_no_drawer(app: Dash) -> None:
    bob = Caller(app, who=identity("rep", reps=("Bob Sample",)))
    values = {"call-asked.data": {"customer": "CAFE1"}, "page-version.data": version(app)}
    assert bob.call("drawer.children", values).status_code == 204


def test_an_outcome_moves_the_call_to_those_that_are_done_and_undo_brings_it_back(app: Dash) -> None:
    caller = Caller(app)
    sent = asked(app, do="record", kind="pitched", customer="CAFE1", product="P1")
    answer = caller.call("call-outcome.data", sent).json["response"]
    assert answer["call-outcome"]["data"]["text"] == "Pitched Espresso beans."
    assert "Done today (1): 1 pitched" in said(caller.page("/"))
    again = caller.call("call-outcome.data", sent).json["response"]
    assert again["call-outcome"]["data"]["outcome"] == answer["call-outcome"]["data"]["outcome"]
    undone = caller.call("call-outcome.data", asked(app, do="undo")).json["response"]
    assert undone["call-outcome"]["data"]["text"] == "Undone: Pitched Espresso beans."
    assert "Done today (" not in said(caller.page("/"))


def test_what_cannot_be_recorded_leaves_the_list_as_it_is(app: Dash) -> None:
    sent = asked(app, do="record", kind="sold", customer="CAFE1", product="P1")
    answer = Caller(app).call("call-outcome.data", sent).json["response"]
    assert list(answer) == ["call-outcome"]
    assert answer["call-outcome"]["data"]["done"] is False
    assert Caller(app).call("call-outcome.data", asked(app, do="dance")).status_code == 204


def test_a_view_is_saved_under_a_name_and_only_ones_own(app: Dash) -> None:
    ann, bob = (Caller(app, who=identity("rep", reps=("Ann Example",), number=one)) for one in (7, 8))
    values = {"page-version.data": version(app), "calls-filters.data": {"reason": "lost"}}
    saved = ann.call("views.children", {**values, "view-asked.data": {"name": "Böse <b>", "query": "reason=lost"}})
    assert "Böse <b>" in said(saved)
    assert '"/?reason=lost"' in said(saved)
    assert "Böse <b>" in said(ann.page("/"))
    assert "Böse <b>" not in said(bob.page("/"))
    for refused in (
        {"name": "", "query": "x"},
        {"name": "n" * 61, "query": "x"},
        {"name": "n", "query": "x" * 1001},
        7,
    ):
        assert '"n"' not in said(bob.call("views.children", {**values, "view-asked.data": refused}))


def test_the_file_has_the_open_calls(app: Dash) -> None:
    values = {"n_clicks": 1, "page-version.data": version(app), "calls-filters.data": {}}
    sent = Caller(app).call("calls-file.data", values).json["response"]["calls-file"]["data"]
    heads, row = plain_csv(sent["content"]).splitlines()
    assert heads.startswith("\ufeffCustomer,Customer number,Segment,Region,Why,First to say,Due,Lost,New,")
    assert row.startswith("Café Müller,CAFE1,cafe,North,Order due,")


def test_no_call_says_why_and_how_to_see_all(app: Dash) -> None:
    page = said(Caller(app).page("/", "?region=Nowhere"))
    assert "No call fits these filters." in page
    assert "Show all calls" in page


@pytest.mark.parametrize(
    ("query", "filters"),
    [
        ({}, CallFilters()),
        ({"reason": "lost", "value": "100"}, CallFilters(reason="lost", value=100)),
        ({"reason": "nonsense", "value": "much"}, CallFilters()),
        ({"value": "nan", "region": ["North"]}, CallFilters()),
        ({"value": "-5", "segment": "cafe"}, CallFilters(segment="cafe")),
        ({"value": "inf"}, CallFilters()),
    ],
)
def test_an_address_may_hold_anything(query: dict[str, Any], filters: CallFilters) -> None:
    assert filters_of(query) == filters
