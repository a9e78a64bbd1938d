"""Every route, page, callback and download of the app for every role: what the table does not let in is refused.

What is walked is taken from the app's own maps, so that nothing new is left out.
"""

import json
from pathlib import Path
from typing import Any

import dash
import pytest
from dash import Dash
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from dashboard.access.identity import ROLES
from dashboard.access.permissions import (
    ACTIONS,
    ANYONE,
    DOWNLOADS,
    OF_PAGES,
    PAGES,
    ROUTES,
    action_name,
    allows,
)
from dashboard.access.roles import ADMIN, DATA, DIRECTOR, MARKETER, PROCUREMENT, REP, SUPPORT
from dashboard.components.page_guard import TITLE
from dashboard.web.guard import rule_below
from tests.support.artifacts import publish_small
from tests.support.figures import figures
from tests.support.screens import UPDATE, Caller, make_app, said, server_callbacks
from tests.support.viewers import identity

FILLED = {
    "path": "no/such/page",
    "filename": "table.js",
    "package_name": "dash",
    "fingerprinted_path": "dcc/dash_core_components.js",
    "customer_id": "CAFE1",
    "product_id": "P1",
    "campaign_id": 1,
    "name": "start.js",
}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Dash:
    folder: Path = tmp_path_factory.mktemp("walk")
    publish_small(folder / "artifacts", evaluation=figures())
    return make_app(folder, folder / "artifacts")


def caller(app: Dash, *roles: str) -> Caller:
    return Caller(app, who=identity(*roles, reps=("Ann Example",)))


def routes(app: Dash) -> list[Rule]:
    """Return all but the API's resources: no role opens them, see tests/dashboard/web/test_api_guard.py."""
    every = app.server.url_map.iter_rules()
    return [one for one in every if not one.endpoint.startswith("api.") or one.endpoint in OF_PAGES]


def downloads(app: Dash) -> list[str]:
    return [output for output in server_callbacks(app) if "-file" in output]


def refused(answer: TestResponse) -> bool:
    return answer.status_code == 403 and "This is not for your role." in answer.text


# ---- nothing is left out of the table, and it has no role that there is none of ----


def test_every_route_is_in_the_table(app: Dash) -> None:
    assert {rule_below(rule.rule, "/") for rule in routes(app)} <= ROUTES.keys()


def test_every_page_is_in_the_table(app: Dash) -> None:
    assert {page["module"] for page in dash.page_registry.values()} <= PAGES.keys()


def test_every_callback_is_in_the_table_files_as_downloads_all_others_as_actions(app: Dash) -> None:
    files = set(downloads(app))
    assert {action_name(output) for output in files} <= DOWNLOADS.keys()
    assert {action_name(output) for output in server_callbacks(app) if output not in files} <= ACTIONS.keys()
    assert not ACTIONS.keys() & DOWNLOADS.keys()


def test_two_callbacks_have_two_names(app: Dash) -> None:
    names = [action_name(output) for output in server_callbacks(app)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("table", [PAGES, ACTIONS, DOWNLOADS])
def test_each_row_names_roles_that_there_are(table: dict[str, frozenset[str]]) -> None:
    assert frozenset().union(*table.values()) == frozenset(ROLES) & frozenset().union(*table.values())
    assert all(table.values())


# ---- the walk ----


@pytest.mark.parametrize("role", ROLES)
def test_routes_answer_as_the_table_says(app: Dash, role: str) -> None:
    for rule in routes(app):
        _, path = rule.build({name: FILLED[name] for name in rule.arguments}, append_unknown=False) or ("", "")
        row = ROUTES[rule_below(rule.rule, "/")]
        if "GET" in (rule.methods or ()):
            assert refused(caller(app, role).get(path)) == (not allows(row, [role])), path


@pytest.mark.parametrize("role", ROLES)
def test_pages_are_drawn_as_the_table_says(app: Dash, role: str) -> None:
    for page in dash.page_registry.values():
        path = (page["path_template"] or page["path"]).replace("<customer_id>", "CAFE1").replace("<product_id>", "P1")
        answer = caller(app, role).page(path)
        is_open = page["module"] in PAGES and role in PAGES[page["module"]]
        assert answer.status_code == 200
        assert (TITLE in said(answer)) == (not is_open), path
        status = caller(app, role).get(path).status_code
        assert (status == 403) == (not is_open and path != "/"), path


@pytest.mark.parametrize("role", ROLES)
def test_callbacks_answer_as_the_table_says(app: Dash, role: str) -> None:
    asked = caller(app, role)
    for output in server_callbacks(app):
        name = action_name(output)
        row = DOWNLOADS.get(name, ACTIONS.get(name))
        assert refused(asked.call(output, {})) == (not allows(row, [role])), output


@pytest.mark.parametrize("output", ["", "no-such.data", "people-done.data", None, 7])
def test_a_forged_output_gets_nothing(app: Dash, output: Any) -> None:
    answer = caller(app, SUPPORT).client.post(UPDATE, json={"output": output})
    assert answer.status_code in (400, 403)


def test_nobody_gets_what_anyone_may_have_alone(app: Dash) -> None:
    nobody = Caller(app, who=None)
    for rule in routes(app):
        _, path = rule.build({name: FILLED[name] for name in rule.arguments}, append_unknown=False) or ("", "")
        if "GET" in (rule.methods or ()):
            is_open = ROUTES[rule_below(rule.rule, "/")] is ANYONE
            assert (nobody.get(path).status_code == 401) == (not is_open), path
    assert {nobody.call(one, {}).status_code for one in server_callbacks(app)} == {401}


def test_who_may_see_no_details_reads_the_status_of_health_alone(app: Dash) -> None:
    assert set(Caller(app, who=None).get("/readyz").json or {}) == {"status"}
    assert set(caller(app, REP).get("/readyz").json or {}) == {"status"}
    assert "version" in (caller(app, DATA).get("/readyz").json or {})


# ---- several roles, none, and the navigation ----


def test_who_has_two_roles_may_do_what_either_may(app: Dash) -> None:
    both = caller(app, SUPPORT, ADMIN)
    assert TITLE not in said(both.page("/people"))
    assert TITLE not in said(both.page("/customers"))
    assert TITLE in said(both.page("/model"))


def test_who_has_no_role_is_refused_everywhere(app: Dash) -> None:
    for path in ("/", "/customers", "/customers/CAFE1", "/_dash-layout"):
        assert refused(caller(app).get(path))


@pytest.mark.parametrize(
    ("role", "shown"),
    [
        (REP, ["Calls", "Customers", "Products", "Bundles"]),
        (SUPPORT, ["Customers", "Products", "Bundles"]),
        (MARKETER, ["Customers", "Products", "Bundles"]),
        (DIRECTOR, ["Calls", "Customers", "Products", "Bundles"]),
        (PROCUREMENT, ["Products", "Bundles"]),
        (DATA, ["Model"]),
        (ADMIN, ["People", "Audit trail"]),
    ],
)
def test_the_navigation_offers_what_the_table_allows(app: Dash, role: str, shown: list[str]) -> None:
    layout = json.dumps(caller(app, role).get("/_dash-layout").json)
    pages = ("Calls", "Customers", "Products", "Bundles", "Model", "People", "Audit trail")
    assert [name for name in pages if f'"children": "{name}", "className": "rp-side-word"' in layout] == shown


@pytest.mark.parametrize(
    ("role", "path"), [(SUPPORT, "/customers"), (PROCUREMENT, "/products"), (DATA, "/model"), (ADMIN, "/people")]
)
def test_who_has_no_home_is_led_to_the_first_page(app: Dash, role: str, path: str) -> None:
    answer = caller(app, role).get("/")
    assert (answer.status_code, answer.headers["Location"]) == (302, path)


@pytest.mark.parametrize(("role", "is_offered"), [(REP, True), (SUPPORT, False), (MARKETER, False)])
def test_who_may_not_download_sees_no_button(app: Dash, role: str, is_offered: bool) -> None:
    assert ("data-rp-table-csv" in said(caller(app, role).page("/customers"))) == is_offered
