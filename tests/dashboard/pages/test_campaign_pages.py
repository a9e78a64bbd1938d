"""The pages of campaigns: a draw that writes nothing, saved once; what is kept of one and when it is made anew."""

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from dash import Dash

from dashboard.access.permissions import FIELDS as FIELDS_OF
from dashboard.access.roles import DIRECTOR, MARKETER, REP, SUPPORT
from dashboard.access.viewer import EVERYONE, Grant, Viewer
from dashboard.activity.campaign_records import CLICKED, HELD, OPENED, CampaignEvent
from dashboard.activity.database import audit, campaign_events, campaigns
from dashboard.activity.database.campaign_revision import revision_among_all
from dashboard.activity.database.connect import Database
from dashboard.campaigns.errors import CampaignError
from dashboard.campaigns.figures import Figures, figures_of
from dashboard.data.repository import Repository
from dashboard.pages.campaign.data import campaign_page
from dashboard.pages.campaigns.data import campaigns_page
from dashboard.pages.new_campaign.data import asked_of
from dashboard.services import services
from recsys.artifacts.reader import Reader
from tests.support.activity import NOW
from tests.support.artifacts import publish_small, small_rows
from tests.support.campaigns import make_campaign, offer
from tests.support.contexts import context_of
from tests.support.figures import new_lines
from tests.support.screens import Caller, make_app, plain_csv, said
from tests.support.sign_in import House
from tests.support.viewers import a_request, identity

SENT_ON = date(2026, 11, 3)
MORNING = datetime(2026, 11, 4, 9, tzinfo=UTC)
BUNDLE = "from=bundle&bundle=/1"
FIELDS = {"size": "", "held": "20", "days": "28", "rest": "28", "seed": "7", "price": "", "discount": ""}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder: Path = tmp_path_factory.mktemp("campaigns")
    rows = [row | {"email": f"{row['customer_id']}@shop.example"} for row in small_rows()["customers"]]
    own = {"CAFE1": {"new_products": 2, "new_expected": 5.0}, "CAFE2": {"new_products": 1, "new_expected": 9.0}}
    rows = [row | own.get(row["customer_id"], {}) for row in rows]
    publish_small(folder / "artifacts", changed={"customers": rows}, evaluation={"new_lines": new_lines()})
    made = House(make_app(folder, folder / "artifacts"))
    yield made
    made.close()


@pytest.fixture
def app(house: House) -> Dash:
    return house.app


@pytest.fixture
def database(house: House) -> Iterator[Database]:
    """Yield the app's database; it is empty after the test."""
    yield house.at.database
    house.empty()


@pytest.fixture(scope="module")
def version(house: House) -> str:
    return Reader(house.at.settings.artifacts).current().id


def caller(app: Dash, *roles: str) -> Caller:
    return Caller(app, who=identity(*roles, reps=("Ann Example",)))


def new_page(app: Dash, query: str = BUNDLE) -> str:
    return said(caller(app, MARKETER).page("/campaigns/new", f"?{query}"))


def save(app: Dash, version: str, key: str = "k", name: str = "Oat, November", **changed: str) -> str:
    fields = {f"campaign-{one}.value": value for one, value in {**FIELDS, **changed}.items()}
    values = {
        "campaign-save.n_clicks": 1,
        "campaign-name.value": name,
        "campaign-key.data": key,
        "campaign-source.data": BUNDLE,
        "page-version.data": version,
        **fields,
    }
    return said(caller(app, MARKETER).call("campaign-saved.data", values))


def act(app: Dash, version: str, number: int, what: str = "", key: str = "", **values: Any) -> str:
    """Press a button of a campaign's page, or send a file, as a marketer; return what the app answers."""
    asked = caller(app, MARKETER)
    body = asked.body(
        "campaign-body.children",
        {"campaign-number.data": number, "page-version.data": version, **values},
        {"do": what, "key": key, "place": ""},
    )
    if what:
        button = {"do": what, "key": key, "place": "", "type": "campaign-do"}
        body["inputs"][0] = [{"id": button, "property": "n_clicks", "value": 1}]
        body["changedPropIds"] = [f"{json.dumps(button, sort_keys=True, separators=(',', ':'))}.n_clicks"]
    else:
        body["inputs"][0] = []
        body["changedPropIds"] = ["campaign-upload.contents"]
    return said(asked.client.post("/_dash-update-component", json=body))


def as_file(text: str) -> str:
    return f"data:text/csv;base64,{base64.b64encode(text.encode()).decode()}"


def event(number: int, kind: str, customer_id: str, at: datetime = MORNING) -> CampaignEvent:
    return CampaignEvent(f"{number}-{kind}-{customer_id}", number, customer_id, "", kind, at)


def add_events(database: Database, *events: CampaignEvent) -> None:
    with database.write() as at:
        batch = campaign_events.begin(at, file="events.csv", person_id=1, now=NOW)
        campaign_events.add(at, batch, events)
        campaign_events.count(at, batch, lines=len(events), new=len(events), known=0, refused=0)
        campaign_events.end(at, batch, NOW)


def n_campaigns(database: Database) -> int:
    with database.read() as at:
        return len(campaigns.everything(at))


# ---- a new one ----


def test_page_of_a_new_campaign_writes_nothing(app: Dash, database: Database) -> None:
    page = new_page(app)
    assert "Save campaign" in page
    assert "Customers who miss one" in page
    assert n_campaigns(database) == 0


def test_page_says_who_is_left_out_and_what_would_be_offered(app: Dash, database: Database) -> None:
    page = new_page(app)
    assert "Get the mail" in page
    assert "Product to offer" in page
    assert "{Product to offer} would complete the set." in page


def test_page_of_a_new_line_is_in_the_order_of_fit_and_says_how_good_that_is(app: Dash, database: Database) -> None:
    page = new_page(app, "from=product&product=P5&held=0")
    assert "Of the first 100 customers by profile 7.1 bought a new product within 8 weeks" in page
    assert "best fit first" in page
    assert page.index("Bean ") < page.index("Ordered Rye bread") < page.index("Ordered Crème fraîche")
    assert "by profile" not in new_page(app, "from=product&product=P2")


def test_rows_of_a_new_list_show_what_they_are_in_the_order_of(app: Dash, database: Database) -> None:
    page = new_page(app, "from=segment&segment=cafe&held=0")
    assert "Expected of all" in page
    assert page.index("Bean ") < page.index("€9.00") < page.index("€5.00")
    assert "and 1 more" in new_page(app, "from=segment&segment=cafe&products=P3,P4,P5&held=0")


def test_page_of_a_bundle_that_is_not_there_says_so(app: Dash, database: Database) -> None:
    assert "There is no bundle NOPE in these data" in new_page(app, "from=bundle&bundle=NOPE")


def test_address_that_names_nobody_says_what_it_needs(app: Dash, database: Database) -> None:
    assert "from= is one of bundle, segment, cells, moved, product" in new_page(app, "")


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("held", "60", "Held out, % is “60”; enter a whole number from 0 to 50."),
        ("size", "0", "Customers at most is “0”; enter a whole number from 1 to 1,000,000, or nothing."),
        ("days", "", "Days in which orders count is empty; enter a whole number from 1 to 366."),
        ("discount", "x", "Discount, % is “x”; enter a number from 0 to 99, or nothing."),
    ],
)
def test_field_that_is_out_of_bounds_is_named_with_its_value_and_remedy(field: str, value: str, words: str) -> None:
    with pytest.raises(CampaignError) as raised:
        asked_of({**FIELDS, field: value})
    assert str(raised.value) == words


def test_fields_are_meant_as_shares() -> None:
    asked = asked_of({**FIELDS, "held": "25", "price": "12.5", "discount": "10"})
    assert (asked.options.held_share, asked.price, asked.discount) == (0.25, 12.5, 0.1)


def test_campaign_is_saved_once_whatever_is_clicked_twice(app: Dash, database: Database, version: str) -> None:
    first, second = save(app, version), save(app, version)
    assert "/campaigns/" in first
    assert first == second
    assert n_campaigns(database) == 1
    with database.read() as at:
        assert [one.kind for one in audit.entries(at, limit=9)].count("campaign-made") == 1


def test_campaign_without_a_name_is_not_saved(app: Dash, database: Database, version: str) -> None:
    assert "A campaign needs a name" in save(app, version, name=" ")
    assert n_campaigns(database) == 0


# ---- what is kept ----


def figures(house: House, number: int, day: date = date(2026, 11, 17)) -> Figures:
    """Return what the app shows of a campaign, from what it keeps."""
    desk = replace(house.at.desk(1), today=day)
    with a_request(house.app.server):
        context = context_of(house.at.repository, desk=desk)
        found = figures_of(context, services().answers, number)
    assert found is not None
    return found


def test_kept_figures_are_read_back_as_they_were(house: House, database: Database) -> None:
    number = make_campaign(database)
    assert figures(house, number) == figures(house, number)


def test_new_event_changes_the_funnel(house: House, database: Database) -> None:
    number = make_campaign(database)
    before = figures(house, number).funnel.overall
    add_events(database, event(number, OPENED, "CAFE1"), event(number, CLICKED, "CAFE1"))
    after = figures(house, number).funnel.overall
    assert ((before.opened, before.clicked), (after.opened, after.clicked)) == ((0, 0), (1, 1))


def test_day_of_sending_changes_the_window(house: House, database: Database) -> None:
    number = make_campaign(database, sent_on=None)
    assert figures(house, number).effects is None
    with database.write() as at:
        campaigns.change(at, number, sent_on=SENT_ON)
    found = figures(house, number).effects
    assert found is not None
    assert found.window.sent_on == SENT_ON


def test_customer_on_a_call_list_changes_who_is_left_to_call(house: House, database: Database) -> None:
    number = make_campaign(database, sent_on=date(2026, 11, 14))
    add_events(database, event(number, CLICKED, "CAFE2", datetime(2026, 11, 15, 9, tzinfo=UTC)))
    assert (figures(house, number).n_to_call, figures(house, number).n_called) == (1, 0)
    with database.write() as at:
        campaigns.put_on_calls(at, number, [("CAFE2", "P2")], until=date(2026, 12, 12), key="c", person_id=1, now=NOW)
    assert (figures(house, number).n_to_call, figures(house, number).n_called) == (0, 1)


def test_day_on_which_the_window_ends_leaves_nobody_to_call(house: House, database: Database) -> None:
    number = make_campaign(database, sent_on=date(2026, 11, 14))
    add_events(database, event(number, CLICKED, "CAFE2", datetime(2026, 11, 15, 9, tzinfo=UTC)))
    assert figures(house, number).n_to_call == 1
    assert figures(house, number, date(2026, 12, 12)).n_to_call == 0


def test_other_campaign_that_is_sent_changes_what_is_known_of_the_touches(house: House, database: Database) -> None:
    number = make_campaign(database)
    other = make_campaign(database, key="other", sent_on=None)
    before = _revision(database, number)
    with database.write() as at:
        campaigns.change(at, other, sent_on=SENT_ON)
    assert _revision(database, number) != before


def test_events_of_another_campaign_change_what_is_known_of_the_touches(house: House, database: Database) -> None:
    number, other = make_campaign(database), make_campaign(database, key="other")
    before = _revision(database, number)
    add_events(database, event(other, CLICKED, "CAFE1"))
    assert _revision(database, number) != before


HOTELS = [offer("HOTEL1", "P1")]  # who ordered it on 15 November, for 24


def of_version(house: House, repository: Repository, number: int, viewer: Viewer = EVERYONE) -> tuple[Any, Any]:
    """Return the kept figures of a campaign, and its line in the list, from the newest version of a folder."""
    with a_request(house.app.server):
        context = context_of(repository, viewer, desk=house.at.desk(1))
        found = figures_of(context, services().answers, number)
        (line,) = campaigns_page(context, services().answers).lines
    return found, line.result


def test_orders_of_another_version_change_the_figures_and_the_line_in_the_list(
    house: House, database: Database, tmp_path: Path
) -> None:
    number = make_campaign(database, ["HOTEL1"], [], offered=HOTELS)
    revenues = []
    for revenue in (24.0, 48.0):
        lines = [row | {"revenue": revenue} for row in small_rows()["basket_lines"]]
        publish_small(tmp_path, changed={"basket_lines": lines})
        repository = Repository(Reader(tmp_path))
        found, line = of_version(house, repository, number)
        assert found.effects.overall == line
        revenues.append(line.sent.revenue)
    assert revenues == [24.0, 48.0]


def test_who_may_not_see_revenue_gets_no_balance_of_it_that_is_kept_for_others(
    house: House, database: Database
) -> None:
    number = make_campaign(database)
    support = Viewer(None, "all", (Grant(None, FIELDS_OF[SUPPORT]),))
    balances = [of_version(house, house.at.repository, number, one)[0].balance for one in (EVERYONE, support)]
    assert [one.revenue is None for one in balances] == [False, True]


def test_day_of_sending_changes_the_line_in_the_list(house: House, database: Database) -> None:
    number = make_campaign(database, ["HOTEL1"], [], offered=HOTELS, sent_on=None)
    ordered: list[int | None] = []
    for day in (None, date(2026, 11, 3), date(2026, 11, 16)):
        if day:
            with database.write() as at:
                campaigns.change(at, number, sent_on=day)
        _, line = of_version(house, house.at.repository, number)
        ordered.append(line.sent.ordered if line else None)
    assert ordered == [None, 1, 0]


def test_another_campaign_under_the_number_of_a_removed_one_has_its_own_line(house: House, database: Database) -> None:
    number = make_campaign(database, ["HOTEL1"], [], offered=HOTELS, sent_on=None)
    of_version(house, house.at.repository, number)
    with database.write() as at:
        assert campaigns.remove(at, number)
    other = make_campaign(database, ["HOTEL1"], [], key="k2", offered=HOTELS)
    assert of_version(house, house.at.repository, other)[1].sent.ordered == 1


def test_other_campaign_that_is_sent_changes_the_kept_touches(house: House, database: Database) -> None:
    number = make_campaign(database, ["HOTEL1"], [], offered=HOTELS)
    other = make_campaign(database, ["HOTEL1"], [], key="other", offered=[offer("HOTEL1", "P1", "x")], sent_on=None)
    shared = [figures(house, number).credits]
    with database.write() as at:
        campaigns.change(at, other, sent_on=date(2026, 11, 10))
    shared.append(figures(house, number).credits)
    assert [one.shared for one in shared if one] == [0, 1]


def _revision(database: Database, number: int) -> tuple[str, ...]:
    with database.read() as at:
        return revision_among_all(at, number)


# ---- a campaign ----


def test_campaign_is_marked_as_sent_once(app: Dash, database: Database, version: str) -> None:
    number = make_campaign(database, sent_on=None)
    answer = act(app, version, number, "send", **{"campaign-day.value": "2026-11-16"})
    assert "Marked as sent on 16 Nov" in answer
    again = act(app, version, number, "send", **{"campaign-day.value": "2026-11-18"})
    assert "It was marked as sent already, on 16 Nov" in again


def test_day_that_is_none_is_named(app: Dash, database: Database, version: str) -> None:
    number = make_campaign(database, sent_on=None)
    answer = act(app, version, number, "send", **{"campaign-day.value": "soon"})
    assert "Sent on is “soon”; enter a day as " in answer


def test_file_of_events_is_imported_and_its_bad_lines_are_named(app: Dash, database: Database, version: str) -> None:
    number = make_campaign(database)
    text = (
        "event_id,reference,kind,at\ne1,k1-CAFE1,opened,2026-11-04T09:00:00Z\ne2,nobody,opened,2026-11-04T09:00:00Z\n"
    )
    sent = {"campaign-upload.contents": as_file(text), "campaign-upload.filename": "events.csv"}
    first = act(app, version, number, **sent)
    assert "events.csv: 2 lines, 1 new event, 0 known, 1 refused." in first
    assert "No campaign gave this reference" in first
    assert "0 new events, 1 known, 1 refused." in act(app, version, number, **sent)


def test_file_that_did_not_arrive_whole_is_refused(app: Dash, database: Database, version: str) -> None:
    number = make_campaign(database)
    answer = act(app, version, number, **{"campaign-upload.contents": "data:text/csv;base64,%%%"})
    assert "The file did not arrive whole." in answer


def test_customers_are_put_on_call_lists_and_taken_off_again(app: Dash, database: Database, version: str) -> None:
    today = datetime.now(UTC).date()
    number = make_campaign(database, sent_on=today - timedelta(1))
    add_events(database, event(number, CLICKED, "CAFE2", datetime.now(UTC)))
    answer = act(app, version, number, "calls")
    assert "1 customer is on their rep's call list" in answer
    with database.read() as at:
        calls = campaigns.calls_of(at, number)
    assert set(calls) == {"CAFE2"}
    key = answer.split('"do": "undo", "key": "')[1].split('"')[0]
    assert "1 taken off the call lists again." in act(app, version, number, "undo", key)
    with database.read() as at:
        assert campaigns.calls_of(at, number) == {}


def test_campaign_is_deleted_only_while_nothing_was_sent(app: Dash, database: Database, version: str) -> None:
    sent, unsent = make_campaign(database), make_campaign(database, key="k2", sent_on=None)
    assert "It was sent, or events of it are known" in act(app, version, sent, "delete")
    assert "Campaign deleted" in act(app, version, unsent, "delete")
    assert n_campaigns(database) == 1


def test_page_tells_no_difference_of_few(house: House, database: Database) -> None:
    number = make_campaign(database)
    with a_request(house.app.server):
        page = campaign_page(context_of(house.at.repository, desk=house.at.desk(1)), services().answers, number)
    assert page is not None
    assert {row.difference for row in page.segments} == {"Too few to tell"}
    assert any("Too few to tell" in one for one in page.sentences)


def test_sum_of_all_offers_is_the_sum_of_the_products(house: House, database: Database) -> None:
    offers = [offer("CAFE1", "P1"), offer("CAFE1", "P2", rank=2), offer("CAFE2", "P2"), offer("HOTEL1", "P1", None)]
    number = make_campaign(database, offered=offers)
    with a_request(house.app.server):
        page = campaign_page(context_of(house.at.repository, desk=house.at.desk(1)), services().answers, number)
    assert page is not None
    *rows, total = page.products
    assert sum(int(row.ordered.split(" of ")[1]) for row in rows) == int(total.ordered.split(" of ")[1]) == 3


# ---- roles ----


def test_director_sees_a_campaign_and_may_change_nothing(app: Dash, database: Database) -> None:
    number = make_campaign(database, sent_on=None)
    page = said(caller(app, DIRECTOR).page(f"/campaigns/{number}"))
    assert "Oat, November" in page
    assert "Mark as sent" not in page
    assert "Import a file" not in page
    assert "list.csv" not in page
    assert "result.pdf" in page


def test_list_of_campaigns_is_its_csv(app: Dash, database: Database, version: str) -> None:
    number = make_campaign(database)
    values = {"data": {"keys": [str(number)]}, "page-version.data": version}
    answer = caller(app, DIRECTOR).call('"campaigns","type":"table-file"', values)
    [content] = [plain_csv(part["data"]["content"]) for part in answer.json["response"].values() if "data" in part]
    head, line = content.splitlines()
    assert head.startswith("\ufeffCampaign,From,Made,Sent,Drawn,Held out,Ordered of sent,Difference,State")
    assert line.startswith('"Oat, November",Espresso beans + Oat drink,')
    assert ",2026-11-03,3,1," in line
    assert line.endswith(",Too few to tell,Running")


def test_empty_list_says_how_to_start_to_who_may(app: Dash, database: Database) -> None:
    assert "Choose a bundle" in said(caller(app, MARKETER).page("/campaigns"))
    director = said(caller(app, DIRECTOR).page("/campaigns"))
    assert "No campaigns yet" in director
    assert "Choose a bundle" not in director


# ---- files ----


def test_workbook_has_neither_the_held_out_nor_who_wishes_no_contact(app: Dash, database: Database) -> None:
    number = make_campaign(database)
    answer = caller(app, MARKETER).get(f"/campaigns/{number}/list.xlsx")
    head, *rows = openpyxl.load_workbook(BytesIO(answer.data)).active.values
    ids = {row[head.index("Customer number")] for row in rows}
    assert ids <= {"CAFE1", "CAFE2"}
    assert "HOTEL1" not in ids  # held out
    assert 'filename="Oat-November-2026-11-03.xlsx"' in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("role", [DIRECTOR, REP])
def test_list_with_addresses_is_for_the_marketer_alone(app: Dash, database: Database, role: str) -> None:
    number = make_campaign(database)
    assert caller(app, role).get(f"/campaigns/{number}/list.csv").status_code == 403
    assert caller(app, role).get(f"/campaigns/{number}/list.xlsx").status_code == 403


def test_page_for_the_meeting_is_a_pdf_that_opens_in_a_tab(app: Dash, database: Database) -> None:
    number = make_campaign(database)
    answer = caller(app, DIRECTOR).get(f"/campaigns/{number}/result.pdf")
    assert answer.data.startswith(b"%PDF")
    assert answer.headers["Content-Disposition"].startswith("inline; ")


@pytest.mark.parametrize("file", ["list.csv", "list.xlsx", "result.pdf"])
def test_file_of_no_campaign_is_not_found(app: Dash, database: Database, file: str) -> None:
    assert caller(app, MARKETER).get(f"/campaigns/99/{file}").status_code == 404


def test_held_out_customers_are_members_and_in_no_file(app: Dash, database: Database) -> None:
    number = make_campaign(database)
    with database.read() as at:
        held = {one.customer_id for one in campaigns.members(at, number) if one.arm == HELD}
    text = caller(app, MARKETER).get(f"/campaigns/{number}/list.csv").text
    assert held == {"HOTEL1"}
    assert "HOTEL1" not in text
