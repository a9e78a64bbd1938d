"""My results as a browser has them: figures with denominators, only one's own, a file."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from dash import Dash

from dashboard.pages.results.data.page import span_of
from dashboard.services import EXTENSION, Services
from tests.support.artifacts import publish_small
from tests.support.figures import figures, ranked_recommendations
from tests.support.screens import Caller, make_app, plain_csv, said
from tests.support.viewers import identity

FRIDAY = date(2026, 11, 27)


@pytest.fixture
def app(tmp_path: Path) -> Dash:
    publish_small(tmp_path / "artifacts", changed={"recommendations": ranked_recommendations()}, evaluation=figures())
    return make_app(tmp_path, tmp_path / "artifacts")


def record(caller: Caller, app: Dash, key: str, **sent: Any) -> None:
    services: Services = app.server.extensions[EXTENSION]
    values = {
        "call-outcome-asked.data": {"key": key * 16, "do": "record", "customer": "CAFE1", "product": "P1", **sent},
        "page-version.data": services.repository.newest() or "",
        "calls-filters.data": {},
    }
    assert caller.call("call-outcome.data", values).json["response"]["call-outcome"]["data"]["done"]


def test_a_week_without_a_pitch_says_so(app: Dash) -> None:
    page = said(Caller(app).page("/results"))
    assert "This week: nothing pitched yet. No pitch of the last 12 weeks is decided yet." in page
    assert "Nothing was recorded in these days." in page
    assert "None was due in these days." in page


def test_pitches_have_denominators_and_are_ones_own(app: Dash) -> None:
    ann, bob = (Caller(app, who=identity("rep", reps=("Ann Example",), number=one)) for one in (7, 8))
    record(ann, app, "a", kind="pitched")
    record(ann, app, "b", kind="ordered", product="P2")
    page = said(ann.page("/results"))
    assert "This week: pitched to 1 customer, 1 ordered, worth" in page
    assert "1 recorded, 0 found in orders" in page
    assert "Over 12 weeks 1 of 1 ordered: too few to tell a share." in page
    assert "nothing pitched yet" in said(bob.page("/results"))


def test_the_reasons_of_what_was_not_wanted_are_counted(app: Dash) -> None:
    caller = Caller(app)
    record(caller, app, "a", kind="not_relevant", why="Too expensive")
    assert "Too expensive" in said(caller.page("/results"))


def test_the_file_has_each_outcome_of_the_period(app: Dash) -> None:
    caller = Caller(app)
    record(caller, app, "a", kind="pitched")
    values = {"n_clicks": 1, "results-period.data": "week"}
    content = caller.call("results-file.data", values).json["response"]["results-file"]["data"]["content"]
    heads, row = plain_csv(content).splitlines()
    assert heads.startswith("\ufeffDate,Customer,Customer number,Product,Product number,List,Outcome,Value,")
    assert ",Café Müller,CAFE1,Espresso beans,P1," in row
    assert ",Pitched," in row
    last = caller.call("results-file.data", {**values, "results-period.data": "last"})
    assert len(plain_csv(last.json["response"]["results-file"]["data"]["content"]).splitlines()) == 1


def test_an_unknown_period_is_this_week(app: Dash) -> None:
    assert "This week: nothing pitched yet." in said(Caller(app).page("/results", "?period=<b>"))


@pytest.mark.parametrize(
    ("period", "span"),
    [
        ("week", (date(2026, 11, 23), FRIDAY)),
        ("last", (date(2026, 11, 16), date(2026, 11, 22))),
        ("month", (date(2026, 10, 31), FRIDAY)),
        ("quarter", (date(2026, 9, 5), FRIDAY)),
    ],
)
def test_periods_end_today_or_on_a_sunday(period: str, span: tuple[date, date]) -> None:
    assert span_of(period, FRIDAY) == span
