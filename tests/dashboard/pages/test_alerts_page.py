"""The alerts as a browser has them: tabs, rule with preview, rows, filters, what is done with several, file, roles."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from dash import Dash

from dashboard.access.identity import Identity
from dashboard.access.roles import DIRECTOR, REP, SUPPORT
from dashboard.activity.database import alerts, audit, people
from dashboard.activity.database.connect import Database
from dashboard.pages.alerts.data.filters import AlertFilters, filters_of
from dashboard.services import EXTENSION, Services
from tests.support.alerts import alert_rows_changed
from tests.support.artifacts import publish_small
from tests.support.figures import figures
from tests.support.screens import Caller, make_app, plain_csv, said
from tests.support.viewers import identity

KEY = "0123456789abcdef"
ANN = identity(REP, reps=("Ann Example",), number=1)
LEAD = identity(DIRECTOR, number=2)
ALERT_TEST = {"cut": "2026-08-17", "days": 90, "pairs": {"rows": 6, "customers": 3, "of_customers": 3}}


@pytest.fixture
def app(tmp_path: Path) -> Dash:
    publish_small(tmp_path / "artifacts", changed=alert_rows_changed(), evaluation={**figures(), "alerts": ALERT_TEST})
    return make_app(tmp_path, tmp_path / "artifacts")


def services(app: Dash) -> Services:
    found: Services = app.server.extensions[EXTENSION]
    return found


def database(app: Dash) -> Database:
    return services(app).database


def version(app: Dash) -> str:
    return services(app).repository.newest() or ""


def change(app: Dash, who: Identity, output: str, asked: str, **sent: Any) -> Any:
    values = {f"{asked}.data": {"key": KEY, **sent}, "page-version.data": version(app), "alerts-filters.data": {}}
    return Caller(app, who=who).call(f"{output}.data", values)


def toast(answer: Any, output: str) -> str:
    return str(answer.json["response"][output]["data"]["text"])


def test_the_page_has_the_rule_its_preview_the_rows_and_the_back_test(app: Dash) -> None:
    page = said(Caller(app, who=ANN).page("/alerts"))
    assert "5 open for 3 customers" in page
    assert "Every 10 days (9 times) until 1 Aug." in page
    assert "Alerts for your customers" in page
    assert "Back-test of these values on 17 Aug 2026, all 3 customers." in page
    assert "too few to tell" in page
    assert "Hotel O'Brien" not in page


@pytest.mark.parametrize(
    ("query", "there", "gone"),
    [
        ("?tab=slowing", "Every 26 days lately, usual 14.", "until 1 Aug"),
        ("?tab=due", "25 days since the last.", "until 1 Aug"),
        ("?tab=season", "in these weeks of last year", "until 1 Aug"),
        ("?tab=stock", "1, counted 14 Nov", "until 1 Aug"),
        ("?tab=missed", "Nothing that this rule would raise.", "until 1 Aug"),
        ("?tab=nonsense", "until 1 Aug", "Every 26 days"),
        ("?worth=901", "No alert fits these filters.", "until 1 Aug"),
        ("?worth=900", "until 1 Aug", "No alert fits"),
        ("?customer=bean", "until 1 Aug", "No alert fits"),
        ("?customer=CAFE2", "until 1 Aug", "No alert fits"),
        ("?customer=hotel", "No alert fits these filters.", "until 1 Aug"),
        ("?category=Drinks", "until 1 Aug", "No alert fits"),
        ("?category=Food", "No alert fits these filters.", "until 1 Aug"),
        ("?state=pitched", "No alert fits these filters.", "until 1 Aug"),
        ("?state=snoozed", "Nothing is snoozed.", "until 1 Aug"),
    ],
)
def test_the_address_has_the_tab_and_the_filters(app: Dash, query: str, there: str, gone: str) -> None:
    page = said(Caller(app, who=ANN).page("/alerts", query))
    assert there in page
    assert gone not in page


@pytest.mark.parametrize(
    ("query", "filters"),
    [
        ({}, AlertFilters()),
        ({"tab": "due", "worth": "20", "state": "mine"}, AlertFilters("due", state="mine", worth=20)),
        ({"worth": "nan", "tab": ["due"], "state": "x"}, AlertFilters()),
        ({"worth": "-5", "customer": " bean "}, AlertFilters(customer="bean")),
        ({"all": "1"}, AlertFilters(most=300)),
    ],
)
def test_an_address_may_hold_anything(query: dict[str, Any], filters: AlertFilters) -> None:
    assert filters_of(query) == filters
    assert filters_of(filters.query) == filters


def test_typed_values_show_what_they_would_raise(app: Dash) -> None:
    def preview(**bounds: str) -> str:
        asked = {"kind": "lost", "bounds": bounds}
        values = {"alert-preview-asked.data": asked, "page-version.data": version(app)}
        return said(Caller(app, who=LEAD).call("alert-preview.children", values))

    would = preview(worth="500")
    assert '"1"' in would
    assert ", now 2" in would
    assert "€900" in would
    assert ", now €1,300" in would
    assert "x is no value from 0 to 1,000,000,000." in preview(worth="x")


def test_several_are_snoozed_at_once_and_undone_at_once(app: Dash) -> None:
    many = {"kind": "lost", "alerts": [["CAFE2", "P1"], ["HOTEL1", "P1"]], "on": "2027-01-04"}
    both = identity(REP, sees_all=True, number=1)
    answer = change(app, both, "alerts-done", "alerts-asked", do="snooze", **many)
    assert toast(answer, "alerts-done") == "Snoozed 2 alerts until 4 Jan 2027."
    assert "Snoozed 2" in said(answer)
    undo = answer.json["response"]["alerts-done"]["data"]["outcome"]
    undone = change(app, both, "alerts-done", "alerts-asked", do="undo", outcome=undo)
    assert toast(undone, "alerts-done") == "Undone: 2 alerts open again."
    assert "until 1 Aug" in said(undone)


def test_what_is_refused_leaves_the_page_as_it_is(app: Dash) -> None:
    sent = {"do": "snooze", "kind": "lost", "alerts": [["HOTEL1", "P1"]], "on": "2027-01-04"}
    answer = change(app, ANN, "alerts-done", "alerts-asked", **sent)
    assert list(answer.json["response"]) == ["alerts-done"]
    assert change(app, ANN, "alerts-done", "alerts-asked", do="dance").status_code == 204


def test_one_line_is_pitched_from_the_phone(app: Dash) -> None:
    sent = {"do": "record", "kind": "pitched", "customer": "CAFE2", "product": "P1"}
    answer = change(app, ANN, "alerts-done", "alerts-asked", **sent)
    assert toast(answer, "alerts-done") == "Pitched Espresso beans."
    assert "Pitched " in said(Caller(app, who=ANN).page("/alerts", "?state=pitched"))
    assert toast(change(app, ANN, "alerts-done", "alerts-asked", do="undo"), "alerts-done").startswith("Undone")


def test_a_lead_assigns_and_sets_the_teams_rule_which_all_pages_go_by(app: Dash) -> None:
    with database(app).write() as at:
        now = datetime.now(UTC)
        tom = people.add(at, email="tom@example.com", name="Tom", roles=["rep"], rep_names=["Ann Example"], now=now)
        people.add(at, email="lea@example.com", name="Lea", roles=["director"], now=now)
    sent = {"kind": "lost", "alerts": [["CAFE2", "P1"]], "to": str(tom.id)}
    assigned = change(app, LEAD, "alerts-assigned", "alerts-assign-asked", **sent)
    assert toast(assigned, "alerts-assigned") == "Assigned 1 alert to Tom."
    assert "Assigned to Tom" in said(assigned)
    team = {"do": "set", "kind": "lost", "bounds": {"worth": "901"}}
    answer = change(app, LEAD, "alert-rule", "alert-rule-asked", **team)
    assert toast(answer, "alert-rule") == "Saved for the team. All pages go by it."
    assert "Nothing that this rule would raise." in said(answer)
    assert "Team rule: 6, 1.5, 21, €901. Set by Lea on " in said(Caller(app, who=ANN).page("/alerts"))
    with database(app).read() as at:
        line = next(one for one in audit.entries(at, limit=9) if one.kind == "alert-rule-changed")
    assert (line.subject_ids, (line.filter or {})["worth"]) == (("lost",), 901)
    assert "Used to buy, stopped" not in said(Caller(app, who=ANN).page("/customers/CAFE2"))


def test_ones_own_rule_is_for_ones_own_alerts(app: Dash) -> None:
    sent = {"do": "set", "kind": "lost", "bounds": {"worth": "901"}}
    mine = change(app, ANN, "alert-own-rule", "alert-own-rule-asked", **sent)
    assert toast(mine, "alert-own-rule") == "Saved for your alerts."
    assert "Back to team rule" in said(mine)
    assert ", team rule 1" in said(mine)
    assert "until 1 Aug" in said(Caller(app, who=LEAD).page("/alerts"))
    back = change(app, ANN, "alert-own-rule", "alert-own-rule-asked", do="back", kind="lost")
    assert "until 1 Aug" in said(back)


@pytest.mark.parametrize(
    ("who", "output", "asked"),
    [
        (ANN, "alert-rule", "alert-rule-asked"),
        (LEAD, "alerts-done", "alerts-asked"),
        (identity(SUPPORT), "alert-own-rule", "alert-own-rule-asked"),
        (identity(SUPPORT), "alerts-assigned", "alerts-assign-asked"),
    ],
)
def test_a_role_does_what_the_table_says_and_no_more(app: Dash, who: Identity, output: str, asked: str) -> None:
    sent = {"do": "set", "kind": "lost", "bounds": {"worth": "901"}, "alerts": [["CAFE2", "P1"]], "to": "0"}
    assert change(app, who, output, asked, **sent).status_code == 403
    with database(app).read() as at:
        assert alerts.rules_of(at, alerts.TEAM) == {}


def test_who_may_not_do_it_sees_no_button_for_it(app: Dash) -> None:
    rep, lead = (said(Caller(app, who=who).page("/alerts")) for who in (ANN, LEAD))
    assert "Use for the team" not in rep
    assert "Use for my alerts" in rep
    assert "Snooze until" in rep
    assert "Use for the team" in lead
    assert "Snooze until" not in lead


def test_the_file_has_all_that_fit(app: Dash) -> None:
    values = {"n_clicks": 1, "page-version.data": version(app), "alerts-filters.data": {}}
    sent = Caller(app, who=ANN).call("alerts-file.data", values).json["response"]["alerts-file"]["data"]
    heads, row = plain_csv(sent["content"]).splitlines()
    assert heads == "\ufeffWhat,Number,Customer,Customer number,About,Overdue by,A year,Offer instead,State"
    assert row.startswith("Espresso beans,P1,Bean <& Gone>,CAFE2,")
    assert ",96,900,Oat drink," in row


def test_the_second_visit_knows_what_is_new(app: Dash) -> None:
    assert "new since your last visit" in said(Caller(app, who=ANN).page("/alerts"))
    bell = Caller(app, who=ANN).call("data-chip.children", {"page-version.data": "x", "chip-shown.data": None})
    assert "rp-bell" in bell.text
    assert "rp-bell-count" not in bell.text


def test_data_without_counts_of_stock_have_no_tab_for_it(tmp_path: Path) -> None:
    changed = alert_rows_changed()
    changed["products"] = [row | {"stock": None} for row in changed["products"]]
    publish_small(tmp_path / "artifacts", changed=changed)
    page = said(Caller(make_app(tmp_path, tmp_path / "artifacts"), who=ANN).page("/alerts", "?tab=stock"))
    assert "Stock short" not in page
    assert "until 1 Aug" in page
