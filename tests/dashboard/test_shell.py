"""The shell: bars, choice of rep, the look at the data, and that every callback finds its components."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import dash
import pytest
from dash import Dash
from dash.development.base_component import Component

from dashboard import pages, shell
from dashboard.access.viewer import EVERYONE, Viewer
from dashboard.activity.database import baskets, campaigns, people, role_requests, sessions, tokens
from dashboard.activity.records import BasketItem
from dashboard.display.table import TableState
from dashboard.pages.customer import callbacks as customer
from dashboard.pages.people.data import people_page
from dashboard.pages.people.view import people_view
from dashboard.pages.unknown.callbacks import MODULE as UNKNOWN
from dashboard.services import EXTENSION
from recsys.artifacts.reader import Reader
from tests.support.artifacts import FACTS, publish_small, small_rows
from tests.support.campaigns import CAMPAIGN, member, offer
from tests.support.contexts import context_of
from tests.support.screens import Caller, ids, make_app, of_type, plain_csv, prop, said, with_class, words
from tests.support.viewers import a_request


@pytest.fixture(scope="module")
def artifacts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("artifacts")
    publish_small(folder)
    return folder


@pytest.fixture(scope="module")
def app(artifacts: Path, tmp_path_factory: pytest.TempPathFactory) -> Dash:
    return make_app(tmp_path_factory.mktemp("state"), artifacts)


@pytest.fixture(scope="module")
def version(artifacts: Path) -> str:
    return Reader(artifacts).current().id


def drawn(app: Dash, rep: str | None = None) -> Component:
    with a_request(app.server):
        if rep:
            shell.choose(rep)
        return shell.layout()


def laid_out(name: str, **address: str) -> Component:
    """Return a page as Dash draws it: from its registered layout and the parameters of the address."""
    page: Component = dash.page_registry[name]["layout"](**address)
    return page


# ---- what is drawn ----


def test_landmarks_skip_link_and_navigation(app: Dash) -> None:
    tree = drawn(app)
    assert prop(with_class(tree, "rp-skip")[0], "href") == "#main"
    assert [main.id for main in of_type(tree, "Main")] == ["main"]
    assert len(of_type(tree, "Header")) == 1
    assert [prop(nav, "aria-label") for nav in of_type(tree, "Nav")] == ["Pages"]
    assert words(of_type(tree, "Nav")) == (
        "Calls|Customers|Products|Alerts|My results|Marketing|Segments|Bundles|Campaigns|Data|Model|"
        "Administration|People|API tokens|Audit trail"
    )


def test_every_button_has_a_name(app: Dash) -> None:
    assert all(words(button) for button in of_type(drawn(app), "Button"))


def test_openers_control_panels_that_are_there(app: Dash) -> None:
    tree = drawn(app)
    controlled = {prop(button, "aria-controls") for button in of_type(tree, "Button")} - {None}
    assert controlled <= {one for one in ids(tree) if isinstance(one, str)}
    assert "data-panel" in controlled


def test_the_choice_of_rep_counts_customers(app: Dash) -> None:
    select = of_type(drawn(app), "Select")[0]
    assert [option["label"] for option in select.options] == ["All reps (5)", "Ann Example (3)", "Bob Sample (2)"]
    assert select.value == "*"
    assert of_type(drawn(app, "Bob Sample"), "Select")[0].value == "Bob Sample"


def test_a_rep_who_has_no_customers_any_more_stays_chosen(app: Dash) -> None:
    select = of_type(drawn(app, "Gone Rep"), "Select")[0]
    assert (select.options[-1]["label"], select.value) == ("Gone Rep (0)", "Gone Rep")


def test_data_without_reps_offer_no_choice(tmp_path: Path) -> None:
    rows = [row | {"rep": None} for row in small_rows()["customers"]]
    publish_small(tmp_path / "artifacts", changed={"customers": rows})
    assert of_type(drawn(make_app(tmp_path, tmp_path / "artifacts")), "Select") == []


def test_the_theme_script_runs_before_the_stylesheets(app: Dash) -> None:
    index = app.server.test_client().get("/").text
    head = index[: index.index("</head>")]
    assert 0 < head.index("assets/theme.js?m=") < head.index('rel="stylesheet"')
    assert 'type="image/svg+xml" href="/assets/favicon.svg?m=' in head
    assert '<html lang="en">' in index


# ---- the look at the data ----


def look(app: Dash, version: Any, shown: Any = None) -> Any:
    return Caller(app).call("data-chip.children", {"page-version.data": version, "chip-shown.data": shown})


def test_the_chip_is_brought_up_to_date_once(app: Dash, version: str) -> None:
    first = look(app, version)
    answer = first.json["response"]
    assert "Fresh" in json.dumps(answer["data-chip"])
    assert answer["new-data"]["children"] is None
    again = look(app, version, answer["chip-shown"]["data"])
    assert (again.status_code, again.data) == (204, b"")


def test_a_newer_version_is_offered_to_a_page_of_an_older_one(app: Dash) -> None:
    answer = look(app, "2020-01-01-000000").json["response"]
    assert "New data, show them" in json.dumps(answer["new-data"])
    assert "data-rp-reload" in json.dumps(answer["new-data"])


def test_the_first_version_is_offered_to_a_page_that_was_drawn_without_any(app: Dash) -> None:
    assert "New data" in json.dumps(look(app, "").json["response"]["new-data"])


def test_before_a_page_is_drawn_nothing_is_offered(app: Dash) -> None:
    assert look(app, None).json["response"]["new-data"]["children"] is None


def test_the_line_of_paper_has_the_day_of_the_data(app: Dash) -> None:
    (line,) = with_class(drawn(app), "rp-paper-line")
    assert words(line) == "Repertoire|Orders up to 15 Nov 2026"
    assert (prop(line, "data-rp-paper"), prop(line, "data-rp-zone")) == ("en-GB", "Europe/Berlin")


def test_the_line_of_paper_is_of_the_version_that_the_page_was_drawn_from(tmp_path: Path) -> None:
    older, newer = (
        publish_small(tmp_path / "artifacts", facts=replace(FACTS, as_of=date(2026, 11, day))) for day in (15, 16)
    )
    app = make_app(tmp_path, tmp_path / "artifacts")
    days = {None: "16 Nov", newer: "16 Nov", older: "15 Nov"}
    for version, day in days.items():
        answer = look(app, version).json["response"]
        assert answer["paper-orders"]["children"] == f"Orders up to {day} 2026"
    for gone in ("2020-01-01-000000", ""):
        assert look(app, gone).json["response"]["paper-orders"]["children"] == ""


def test_the_shell_counts_on_no_data(tmp_path: Path) -> None:
    app = make_app(tmp_path, tmp_path / "none")
    tree = drawn(app)
    assert "No data" in words(with_class(tree, "rp-chip"))
    assert words(with_class(tree, "rp-paper-line")) == "Repertoire"
    assert of_type(tree, "Select") == []
    assert look(app, "", "none").status_code == 204
    for name in ("calls", "customers", "customer", "products", "product", "bundles", "model"):
        with a_request(app.server):
            page = laid_out(name)
        assert words(page).startswith("No data yet|")
        assert "python -m recsys build --data DIR --artifacts DIR" in words(page)
        assert [words(title) for title in of_type(page, "H1")] == ["No data yet"]
    with a_request(app.server):
        assert customer.title("X") == "Unknown customer - Repertoire"
        assert words(laid_out(UNKNOWN)).startswith("Unknown page|")
    assert app.server.test_client().get("/customers/X").status_code == 200


# ---- choice of rep ----


@pytest.mark.parametrize(("value", "kept"), [("Ann Example", "Ann Example"), ("Nobody", None), ("*", None), (7, None)])
def test_a_rep_is_kept_if_there_is_one(app: Dash, value: Any, kept: str | None) -> None:
    caller = Caller(app)
    caller.call("rep-chosen.data", {"value": value}, {"place": "side"})
    with caller.client.session_transaction() as session:
        assert session.get("rep") == kept


def test_all_reps_takes_the_choice_back(app: Dash) -> None:
    caller = Caller(app, "Ann Example")
    assert caller.call("rep-chosen.data", {"value": "*"}, {"place": "side"}).status_code == 200
    with caller.client.session_transaction() as session:
        assert "rep" not in session


def test_no_values_choose_nothing(app: Dash) -> None:
    with a_request(app.server):
        assert shell.choose_rep([]) is shell.no_update
        assert shell.choose_rep("Ann Example") is shell.no_update


# ---- pages ----


@pytest.mark.parametrize(
    ("path", "viewer", "known"),
    [
        ("/", EVERYONE, True),
        ("/customers/CAFE1", EVERYONE, True),
        ("/customers/CAFE1", Viewer("Bob Sample", "rep"), False),
        ("/customers/NOPE", EVERYONE, False),
        ("/customers/", EVERYONE, False),
        ("/customers", EVERYONE, True),
        ("/products", EVERYONE, True),
        ("/products/", EVERYONE, False),
        ("/model", EVERYONE, True),
        ("/nothing", EVERYONE, False),
    ],
)
def test_known_are_home_and_the_viewers_customers(artifacts: Path, path: str, viewer: Viewer, known: bool) -> None:
    assert pages.is_known(path, context_of(artifacts, viewer)) is known


def test_a_customer_whose_number_holds_odd_characters_has_an_address(tmp_path: Path) -> None:
    odd = 'A/7 %&?#"ß'
    rows = [{**small_rows()["customers"][0], "customer_id": odd}]
    empty: dict[str, list[dict[str, Any]]] = {name: [] for name in small_rows() if name != "products"}
    publish_small(tmp_path / "artifacts", changed={**empty, "customers": rows})
    caller = Caller(make_app(tmp_path, tmp_path / "artifacts"))
    found = caller.call("search-answers", {"data": {"text": odd}, "page-version.data": None}, {"place": "top"})
    href = "/customers/~A~2F7~20~25~26~3F~23~22~C3~9F"
    assert f'"href": "{href}"' in said(found)
    assert caller.get(href).status_code == 200
    assert "Café Müller" in said(caller.page(href))
    older = "/customers/A%2F7%20%25%26%3F%23%22%C3%9F"
    assert caller.get(older).status_code == 200
    assert "Café Müller" in said(caller.page(older))


def test_the_title_names_the_customer_for_who_may_see_it(app: Dash) -> None:
    answer = Caller(app).page("/customers/CAFE1").json["response"]
    assert answer["_pages_store"]["data"]["title"] == "Café Müller - Repertoire"
    bob = Caller(app, "Bob Sample").page("/customers/CAFE1").json["response"]
    assert bob["_pages_store"]["data"]["title"] == "Another rep's customer - Repertoire"
    none = Caller(app).page("/customers/NOPE").json["response"]
    assert none["_pages_store"]["data"]["title"] == "Unknown customer - Repertoire"


def test_the_address_opens_reasons_and_a_list(app: Dash) -> None:
    answer = Caller(app).page("/customers/CAFE1", "?list=due&open=P2&open=P4&open=P99").text
    assert answer.count('"aria-expanded":"true"') == 2
    assert '"data-list":"due"' in answer


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/customers",
        "/products",
        "/customers/CAFE1",
        "/products/P1",
        "/results",
        "/bundles",
        "/model",
        "/no/such/page",
    ],
)
def test_a_page_is_drawn_whatever_else_its_address_names(app: Dash, path: str) -> None:
    words_of_code = "?context=1&self=2&draw=3&address=4&version=5&viewer=6&snapshot=7"
    plain, odd = Caller(app).page(path), Caller(app).page(path, words_of_code)
    assert odd.status_code == 200
    assert said(odd) == said(plain)


@pytest.mark.parametrize(
    ("path", "title"), [("/customers/CAFE1", "Unknown customer"), ("/products/P1", "Unknown product")]
)
def test_an_address_that_names_two_others_is_of_nobody(app: Dash, path: str, title: str) -> None:
    answer = Caller(app).page(path, "?customer_id=CAFE1&customer_id=CAFE2&product_id=P1&product_id=P2")
    assert answer.status_code == 200
    assert f'"children": "{title}"' in said(answer)


def test_an_unknown_address_gets_the_unknown_page(app: Dash) -> None:
    assert "There is no page at this address." in Caller(app).page("/no/such/page").text


def test_a_proof_is_sent_at_the_first_click_alone(app: Dash, version: str) -> None:
    at = {"list": "new", "rank": 1}
    values = {"id": {**at, "type": "reason"}, "page-version.data": version, "page-customer.data": "CAFE1"}
    first = Caller(app).call('"proof"', {**values, "n_clicks": 1}, at)
    assert "Bean <& Gone>" in said(first)
    assert Caller(app).call('"proof"', {**values, "n_clicks": 2}, at).status_code == 204


def test_a_page_of_a_version_that_is_gone_asks_for_a_reload(app: Dash) -> None:
    at = {"list": "new", "rank": 1}
    old = {"page-version.data": "2020-01-01-000000", "page-customer.data": "CAFE1", "n_clicks": 1}
    answers = [
        Caller(app).call('"proof"', {**old, "id": {**at, "type": "reason"}}, at),
        Caller(app).call("csv-file", {**old, "id": {"list": "new", "type": "csv"}}, at),
        Caller(app).call("search-answers", {**old, "data": {"text": "cafe"}}, {"place": "top"}),
    ]
    for answer in answers:
        assert "This page shows older data that are no longer kept." in answer.text
        assert "data-rp-reload" in answer.text


@pytest.mark.parametrize(
    ("values", "status"),
    [({"n_clicks": None}, 204), ({"n_clicks": 1, "id": {"list": "nonsense"}}, 400), ({"n_clicks": 1}, 204)],
)
def test_a_csv_that_nobody_can_have_asked_for_is_not_made(app: Dash, values: dict[str, Any], status: int) -> None:
    with_customer = {"id": None, "page-customer.data": "CAFE1", **values}
    assert Caller(app).call("csv-file", with_customer, {"list": "new"}).status_code == status


def test_the_csv_is_a_download_with_a_name_of_its_own(app: Dash, version: str) -> None:
    values = {
        "n_clicks": 1,
        "id": {"list": "due", "type": "csv"},
        "page-version.data": version,
        "page-customer.data": "CAFE1",
    }
    answer = Caller(app).call("csv-file", values, {"list": "due"}).json["response"]
    sent = answer['{"list":"due","type":"csv-file"}']["data"]
    assert (sent["filename"], sent["type"]) == (
        "due-products-for-CAFE1-Café-Müller-2026-11-15.csv",
        "text/csv;charset=utf-8",
    )
    assert plain_csv(sent["content"]).startswith("\ufeffProduct,Product number,")


def test_data_that_go_away_are_named_by_every_callback(tmp_path: Path) -> None:
    app = make_app(tmp_path, tmp_path / "none")
    at = {"list": "new", "rank": 1}
    values = {"n_clicks": 1, "page-customer.data": "CAFE1", "value": "cafe"}
    for about, name in (('"proof"', "reason"), ("csv-file", "csv"), ("search-answers", "search-asked")):
        own = {"place": "top"} if name == "search-asked" else at if name == "reason" else {"list": "new"}
        answer = Caller(app).call(about, {**values, "id": {**own, "type": name}}, {**at, "place": "top"})
        assert "No data yet" in answer.text


# ---- callbacks and layouts ----


ADDRESSES: tuple[tuple[str, dict[str, str]], ...] = (
    ("calls", {}),
    ("customers", {}),
    ("products", {}),
    ("customer", {"customer_id": "CAFE1"}),
    ("customer", {"customer_id": "NOPE"}),
    ("orders", {"customer_id": "CAFE1"}),
    ("orders", {"customer_id": "NOPE"}),
    ("basket", {"customer_id": "CAFE1"}),
    ("basket", {"customer_id": "NOPE"}),
    ("product", {"product_id": "P1"}),
    ("product", {"product_id": "P6"}),
    ("product", {"product_id": "NOPE"}),
    ("alerts", {}),
    ("alerts", {"tab": "slowing"}),
    ("results", {}),
    ("bundles", {"lift": "0", "selected": "/1"}),
    ("bundles", {}),
    ("segments", {"segment": "At risk"}),
    ("segments", {"by": "cluster"}),
    ("segments", {"tab": "moves"}),
    ("segments", {"tab": "retention"}),
    ("campaigns", {}),
    ("new_campaign", {"from": "bundle", "bundle": "/1"}),
    ("new_campaign", {"from": "bundle", "bundle": "NOPE"}),
    ("campaign", {"campaign_id": "1"}),
    ("campaign", {"campaign_id": "NOPE"}),
    ("model", {}),
    ("people", {"person": "new"}),
    ("people", {"person": "1"}),
    ("tokens", {}),
    ("tokens", {"new": "1"}),
    ("audit", {}),
    (UNKNOWN, {}),
)


@pytest.fixture
def trees(app: Dash) -> list[Component]:
    """Return every page in every form; somebody is signed in, whose account the page of people opens."""
    database, now = app.server.extensions[EXTENSION].database, datetime.now(UTC)
    with database.write() as at:
        who = people.find_by_email(at, "kim@example.com") or people.add(
            at, email="kim@example.com", name="Kim", now=now
        )
        said = {"email": "uwe@example.com", "name": "Uwe", "groups": ()}
        role_requests.note(at, issuer="https://login.example", subject="u1", now=now, **said)
        baskets.add(at, person_id=0, customer_id="CAFE1", items=[BasketItem("P1", 2)], key="k", now=now)
        campaigns.make(at, replace(CAMPAIGN, sent_on=None), [member("CAFE1")], [offer("CAFE1")], person_id=0, now=now)
        sessions.start(at, who.id, now=now, ends_at=now + timedelta(hours=1), user_agent="test", address_hash="")
        tokens.add(at, name="Shop", scopes=["read"], per_hour=1, now=now)
    with a_request(app.server):
        return [laid_out(name, **address) for name, address in ADDRESSES]


def test_every_callback_finds_its_components_in_some_layout(app: Dash, trees: list[Component]) -> None:
    there = {_shape(one) for tree in (drawn(app), *trees, with_a_link(app)) for one in ids(tree)}
    asked = {
        _shape(json.loads(part["id"]) if part["id"].startswith("{") else part["id"])
        for spec in app.callback_map.values()
        for part in (*spec["inputs"], *spec["state"])
    }
    written = {_shape(_output_id(part)) for output in app.callback_map for part in output.strip(".").split("...")}
    assert len(asked) > 8
    assert asked | written <= there


def with_a_link(app: Dash) -> Component:
    """Return the page of people where they have passwords: it makes one-time links."""
    at = app.server.extensions[EXTENSION]
    page = people_page(at.database, (), datetime.now(UTC), "1", "", timedelta(hours=12))
    return people_view(page, TableState(), at.formats, at.links, "", has_passwords=True)


def test_every_page_carries_the_version_it_was_drawn_from(trees: list[Component], version: str) -> None:
    for tree in trees:
        assert [store.data for store in of_type(tree, "Store") if store.id == "page-version"] == [version]


def test_every_page_has_one_title(trees: list[Component]) -> None:
    assert [len(of_type(tree, "H1")) for tree in trees] == [1] * len(ADDRESSES)


def _shape(one: Any) -> str:
    """Return a pattern id without the values of its wildcards: its keys and its type."""
    return f"{one['type']}: {', '.join(sorted(one))}" if isinstance(one, dict) else str(one)


def _output_id(text: str) -> Any:
    name = text.rpartition(".")[0]
    return json.loads(name) if name.startswith("{") else name
