"""A customer who went to another rep is gone for the first, whichever version is asked: the newest decides."""

from pathlib import Path
from typing import Any

import pytest
from dash import Dash

from dashboard.services import EXTENSION, Services
from tests.support.artifacts import nothing_of_customers, publish_small, small_rows
from tests.support.screens import Caller, make_app, said
from tests.support.viewers import identity

ANN = identity("rep", reps=("Ann Example",))
BOB = identity("rep", reps=("Bob Sample",), number=8)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> tuple[Dash, str]:
    """Return an app, and the id of the version before CAFE1 went from Ann to Bob."""
    folder = tmp_path_factory.mktemp("moved")
    before = publish_small(folder / "artifacts")
    app = make_app(folder, folder / "artifacts")
    # What was kept while it was Ann's must not outlive the move.
    assert "Café Müller" in said(Caller(app, who=ANN).page("/customers"))
    assert "Café Müller" in said(all_customers(Caller(app, who=ANN), before))
    rows = [row | ({"rep": "Bob Sample"} if row["customer_id"] == "CAFE1" else {}) for row in small_rows()["customers"]]
    after = publish_small(folder / "artifacts", changed={"customers": rows})
    services: Services = app.server.extensions[EXTENSION]
    services.reader.poll()
    assert services.repository.newest() == after
    return app, before


def all_customers(caller: Caller, version: str) -> Any:
    values = {"data": {"keys": ["CAFE1", "CAFE2"]}, "page-version.data": version}
    return caller.call('"customers","type":"table-file"', values)


def of_cafe1(caller: Caller, version: str) -> list[Any]:
    """Return what a page that was drawn from a version asks of CAFE1."""
    of = {"page-version.data": version, "page-customer.data": "CAFE1"}
    line = {"list": "usual", "rank": 1}
    listed = {"n_clicks": 1, "id": {"list": "usual", "type": "csv"}}
    return [
        caller.call('"buys","type":"table-file"', {**of, "data": {"keys": ["P1"]}}),
        caller.call('"proof"', {**of, "n_clicks": 1, "id": {**line, "type": "reason"}}, line),
        caller.call("csv-file", {**of, **listed}, {"list": "usual"}),
        all_customers(caller, version),
        caller.call("recent.children", {**of, "recent-asked.data": ["customer:CAFE1"]}),
        caller.call(
            "search-answers",
            {**of, "data": {"text": "müller"}, "id": {"place": "top", "type": "search-asked"}},
            {"place": "top"},
        ),
    ]


def test_the_rep_before_reads_nothing_through_the_older_version(served: tuple[Dash, str]) -> None:
    app, before = served
    for answer in of_cafe1(Caller(app, who=ANN), before):
        assert "Café Müller" not in said(answer)
        assert "Espresso" not in said(answer)


def test_the_rep_after_reads_it_in_both_versions(served: tuple[Dash, str]) -> None:
    app, before = served
    buys, _, _, _, _, found = of_cafe1(Caller(app, who=BOB), before)
    assert "Espresso beans" in said(buys)
    assert "CAFE1" in said(found)


def test_a_customer_whom_the_newest_version_lacks_is_no_reps(tmp_path: Path) -> None:
    before = publish_small(tmp_path / "artifacts")
    left = [row for row in small_rows()["customers"] if row["customer_id"] != "SCHOOL1"]
    publish_small(tmp_path / "artifacts", changed={**nothing_of_customers(), "customers": left})
    app = make_app(tmp_path, tmp_path / "artifacts")
    values = {"data": {"keys": ["SCHOOL1"]}, "page-version.data": before}
    assert "Hill School" not in said(Caller(app, who=BOB).call('"customers","type":"table-file"', values))
    assert "Hill School" in said(Caller(app).call('"customers","type":"table-file"', values))
