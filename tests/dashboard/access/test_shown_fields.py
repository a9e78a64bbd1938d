"""What a role sees of customers and products, on the bytes that are served: pages, files, search, evidence."""

import json
from pathlib import Path
from typing import Any

import pytest
from dash import Dash

from dashboard.access.identity import Identity
from dashboard.access.permissions import DOWNLOADS
from dashboard.access.roles import ADMIN, DATA, DIRECTOR, MARKETER, PROCUREMENT, REP, SUPPORT
from dashboard.access.viewer import Viewer
from recsys.artifacts.reader import Reader
from tests.support.artifacts import publish_small, small_rows
from tests.support.contexts import context_of
from tests.support.screens import Caller, make_app, said
from tests.support.viewers import identity, viewer

ANN = identity(REP, reps=("Ann Example",))
PHONE, EMAIL, REFUSED_EMAIL = "01632 960001", "orders@cafe-mueller.example", "never@bean.example"
# Revenue of CAFE1 in 12 months, of the year before, per order, of P1, and of the months that the chart has: as they
# are drawn and raw. No other figure of these pages is any of them.
TURNOVER = 98765.0
REVENUES = ("98,765", "98765", "32,922", "76,543", "76543", "54,321", "54321")
PATHS = ("/", "/customers", "/customers/CAFE1", "/products", "/products/P1", "/bundles", "/model")


@pytest.fixture(scope="module")
def artifacts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fields")
    rows = small_rows()
    changes: dict[str, dict[str, Any]] = {
        "CAFE1": {"revenue_12m": TURNOVER, "revenue_12m_before": 76543.0},
        "CAFE2": {"email": REFUSED_EMAIL, "may_contact": False},
    }
    customers = [row | changes.get(row["customer_id"], {}) for row in rows["customers"]]
    of_beans = {"revenue_12m": 54321.0, "cost": 8.76}  # of a price of 12
    products = [row | (of_beans if row["product_id"] == "P1" else {}) for row in rows["products"]]
    months = [row | {"revenue": 76543.0} for row in rows["customer_months"]]
    sold = [row | {"revenue": 54321.0} for row in rows["product_months"]]
    changed = {"customers": customers, "products": products, "customer_months": months, "product_months": sold}
    publish_small(folder, changed=changed)
    return folder


@pytest.fixture(scope="module")
def app(artifacts: Path, tmp_path_factory: pytest.TempPathFactory) -> Dash:
    return make_app(tmp_path_factory.mktemp("state"), artifacts)


@pytest.fixture(scope="module")
def version(artifacts: Path) -> str:
    return Reader(artifacts).current().id


def all_pages(app: Dash, who: Identity) -> str:
    """Return all that the pages show somebody, drawn and as JSON."""
    caller = Caller(app, who=who)
    return "".join(said(caller.page(path, "?open=P1&open=P4")) + caller.get(path).text for path in PATHS)


def all_files(app: Dash, who: Identity, version: str) -> str:
    """Return all that the files hold that somebody may download."""
    caller = Caller(app, who=who)
    states = {"page-customer.data": "CAFE1", "page-product.data": "P1", "bundles-selected.data": "/1"}
    keys = ["CAFE1", "CAFE2", "HOTEL1", "P1", "P2", "/1", "2026-10-01", "0"]
    answers = [
        caller.call(
            f'"{name.removeprefix("table-file:").removesuffix(".data")}","type":"table-file"',
            {**states, "data": {"keys": keys}, "page-version.data": version},
        )
        for name in DOWNLOADS
        if name.startswith("table-file:")
        and any(f'"{name[11:-5]}","type":"table-file"' in one for one in app.callback_map)
    ]
    return "".join(map(said, answers))


def searched(app: Dash, who: Identity, version: str, text: str) -> str:
    values = {"data": {"text": text}, "id": {"place": "top", "type": "search-asked"}, "page-version.data": version}
    return said(Caller(app, who=who).call("search-answers", values, {"place": "top"}))


def shown(words: tuple[str, ...], text: str) -> list[str]:
    return [one for one in words if one in text]


def test_everything_is_there_to_be_seen(app: Dash, version: str) -> None:
    director = identity(DIRECTOR)
    assert shown(REVENUES, all_pages(app, director) + all_files(app, director, version)) == list(REVENUES)
    assert shown((PHONE, EMAIL), all_pages(app, ANN)) == [PHONE, EMAIL]


def test_who_may_see_margins_sees_them_and_nobody_sees_a_cost(app: Dash) -> None:
    assert "margin 27 %" in all_pages(app, identity(DIRECTOR)).replace("\N{NO-BREAK SPACE}", " ")
    for who in (ANN, identity(SUPPORT), identity(MARKETER), identity(DATA)):
        assert "margin " not in all_pages(app, who)
    for who in (ANN, identity(DIRECTOR), identity(SUPPORT), identity(MARKETER), identity(PROCUREMENT)):
        assert "8.76" not in all_pages(app, who)


def test_reps_sales_management_and_purchasing_see_the_stock(app: Dash, version: str) -> None:
    for who in (ANN, identity(DIRECTOR), identity(PROCUREMENT)):
        assert "In stock 140, counted 12 Nov." in all_pages(app, who)
    for who in (identity(SUPPORT), identity(MARKETER), identity(DATA), identity(ADMIN)):
        text = all_pages(app, who) + all_files(app, who, version) + searched(app, who, version, "espresso")
        assert shown(("In stock", "2026-11-12", "12 Nov"), text) == []


def test_support_sees_a_phone_number_and_no_revenue(app: Dash, version: str) -> None:
    support = identity(SUPPORT)
    text = all_pages(app, support) + searched(app, support, version, "müller")
    assert shown((PHONE, "Café Müller", "Hotel O'Brien", EMAIL, *REVENUES), text) == [
        PHONE,
        "Café Müller",
        "Hotel O'Brien",
    ]


def test_support_reads_no_revenue_in_evidence(app: Dash, version: str) -> None:
    at = {"list": "usual", "rank": 1}
    values = {
        "n_clicks": 1,
        "id": {**at, "type": "reason"},
        "page-customer.data": "CAFE1",
        "page-version.data": version,
    }
    text = said(Caller(app, who=identity(SUPPORT)).call('"proof"', values, at))
    assert "rp-evidence-body" in text
    assert shown(REVENUES, text) == []


def test_a_rep_sees_phone_and_email_of_own_customers_alone(app: Dash, version: str) -> None:
    text = all_pages(app, ANN) + all_files(app, ANN, version)
    assert shown((PHONE, EMAIL), text) == [PHONE, EMAIL]
    assert "960003" not in text
    other = identity(REP, reps=("Bob Sample",), number=8)
    assert shown((PHONE, EMAIL, "Café Müller"), all_pages(app, other) + all_files(app, other, version)) == []


def test_a_lead_sees_the_customers_of_several_reps(app: Dash) -> None:
    lead = identity(REP, reps=("Ann Example", "Bob Sample"))
    assert shown(("Café Müller", "Hotel O'Brien"), all_pages(app, lead)) == ["Café Müller", "Hotel O'Brien"]


def test_a_marketer_sees_the_email_of_who_may_be_contacted_alone(app: Dash, version: str) -> None:
    marketer = identity(MARKETER)
    text = all_pages(app, marketer) + said(Caller(app, who=marketer).page("/customers/CAFE2"))
    text += all_files(app, marketer, version)
    assert shown((EMAIL, REFUSED_EMAIL, PHONE), text) == [EMAIL]
    assert "98,765" in text


def test_a_director_sees_revenue_and_no_phone_or_email(app: Dash, version: str) -> None:
    director = identity(DIRECTOR)
    assert shown((PHONE, EMAIL), all_pages(app, director) + all_files(app, director, version)) == []


@pytest.mark.parametrize("role", [PROCUREMENT, DATA, ADMIN])
def test_others_read_no_customers_name_phone_email_or_revenue(app: Dash, version: str, role: str) -> None:
    who = identity(role)
    text = all_pages(app, who) + all_files(app, who, version) + searched(app, who, version, "müller")
    numbers = () if role == ADMIN else ("CAFE1", "HOTEL1")  # the trail says which customers were opened
    names = ("Café", "Hotel O'Brien", "Hill School", *numbers)
    assert shown((*names, PHONE, EMAIL, *REVENUES), text.replace("“müller”", "")) == []


# ---- where no page shows it yet ----


def test_data_sees_all_ids_without_names_and_finds_none_by_a_name(artifacts: Path) -> None:
    context = context_of(artifacts, viewer(DATA))
    everyone = context.customers.everyone()
    assert {one.customer_id for one in everyone} == {"CAFE1", "CAFE2", "HOTEL1", "NEW1", "SCHOOL1"}
    assert [one for one in everyone if one.name != one.customer_id or one.phone or one.email] == []
    assert context.snapshot.search("müller").customers.total == 0
    assert context.snapshot.search("CAFE1").customers.total == 0


def test_a_rep_who_is_data_too_sees_names_of_own_customers_alone(artifacts: Path) -> None:
    context = context_of(artifacts, viewer(REP, DATA, reps=("Ann Example",)))
    named = {one.customer_id for one in context.customers.everyone() if one.name != one.customer_id}
    assert named == {"CAFE1", "CAFE2", "NEW1"}
    assert len(context.customers.everyone()) == 5
    assert [hit.what.name for hit in context.snapshot.search("müller").customers.shown] == ["Café Müller"]
    assert context.snapshot.search("hotel").customers.total == 0


def test_support_who_is_a_rep_too_sees_the_revenue_of_own_customers_alone(artifacts: Path) -> None:
    context = context_of(artifacts, viewer(REP, SUPPORT, reps=("Bob Sample",)))
    cafe, hotel = context.customers.get("CAFE1"), context.customers.get("HOTEL1")
    assert cafe is not None
    assert hotel is not None
    assert (cafe.revenue_12m, cafe.phone, hotel.revenue_12m) == (None, PHONE, 44.0)
    assert context.customers.months("CAFE1") == {}
    assert {one.revenue for one in context.customers.bought("CAFE1")} == {None}


def who_is_seen(one: Viewer, artifacts: Path) -> list[str]:
    return sorted(customer.customer_id for customer in context_of(artifacts, one).customers.everyone())


def test_whose_customers_a_role_reaches(artifacts: Path) -> None:
    everyone = ["CAFE1", "CAFE2", "HOTEL1", "NEW1", "SCHOOL1"]
    assert who_is_seen(viewer(REP, reps=("Ann Example",)), artifacts) == ["CAFE1", "CAFE2", "NEW1"]
    assert who_is_seen(viewer(REP), artifacts) == []
    assert who_is_seen(viewer(REP, sees_all=True), artifacts) == everyone
    assert who_is_seen(viewer(MARKETER), artifacts) == everyone
    assert who_is_seen(viewer(ADMIN, sees_all=True), artifacts) == []
    assert who_is_seen(viewer(PROCUREMENT), artifacts) == []
    assert who_is_seen(viewer(), artifacts) == []


# ---- the choice of rep is no right ----


def test_a_rep_cannot_choose_another_ones_customers(app: Dash) -> None:
    forged = Caller(app, "Bob Sample", who=ANN)
    text = said(forged.page("/customers"))
    assert ("Café Müller" in text, "Hotel O'Brien" in text) == (True, False)
    shown_reps = [{"id": {"type": "rep", "place": "side"}, "property": "value", "value": "Bob Sample"}]
    body = {
        "output": "rep-chosen.data",
        "outputs": {"id": "rep-chosen", "property": "data"},
        "inputs": [shown_reps],
        "changedPropIds": ['{"place":"side","type":"rep"}.value'],
    }
    answer = Caller(app, who=ANN).client.post("/_dash-update-component", json=body)
    assert (answer.text.count("Bob Sample"), answer.headers.get("Set-Cookie")) == (0, None)


def test_a_lead_narrows_to_one_of_their_reps(app: Dash) -> None:
    lead = identity(REP, reps=("Ann Example", "Bob Sample"))
    text = said(Caller(app, "Bob Sample", who=lead).page("/customers"))
    assert ("Café Müller" in text, "Hotel O'Brien" in text) == (False, True)


def test_one_rep_is_offered_no_choice_a_lead_the_own_ones(app: Dash) -> None:
    assert '"type": "rep"' not in json.dumps(Caller(app, who=ANN).get("/_dash-layout").json)
    lead = identity(REP, reps=("Ann Example", "Bob Sample"))
    layout = json.dumps(Caller(app, who=lead).get("/_dash-layout").json)
    assert "Ann Example (3)" in layout
    assert "Bob Sample (2)" in layout


# ---- what is said where nobody is to be seen ----


def test_a_rep_without_customers_is_sent_to_an_administrator_and_not_to_a_choice(app: Dash) -> None:
    left = said(Caller(app, who=identity(REP, reps=("Max Left",))).page("/customers"))
    assert "No customer names Max Left as their rep in the data shown. An administrator can change" in left
    none = said(Caller(app, who=identity(REP)).page("/customers"))
    assert "No rep's customers are yours yet. An administrator can change" in none
    assert "are shown under All reps" not in said(Caller(app, who=ANN).page("/customers/HOTEL1"))


def test_purchasing_reads_how_many_bought_a_product_and_no_word_of_other_reps(app: Dash) -> None:
    assert "3 customers have bought it" in said(Caller(app, who=identity(PROCUREMENT)).page("/products/P1"))
