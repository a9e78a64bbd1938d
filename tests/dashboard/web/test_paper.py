"""Call sheets as a browser gets them: for whom, of whom, with which headers, below a prefix, noted as exports."""

from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from dash import Dash
from werkzeug.test import TestResponse

from dashboard.access.identity import ROLES, Identity
from dashboard.access.roles import DIRECTOR, REP, SUPPORT
from dashboard.access.trail import EXPORT
from dashboard.activity.database import audit
from dashboard.activity.records import AuditEntry
from dashboard.display.urls import Links
from dashboard.paper.pdf import PaperError, PdfMaker
from dashboard.services import EXTENSION, Services
from tests.support.artifacts import publish_small, small_rows
from tests.support.figures import figures, ranked_recommendations
from tests.support.paper import pages_of
from tests.support.screens import Caller, make_app
from tests.support.viewers import identity

ANN = identity(REP, reps=("Ann Example",), number=3)
SHEET, DAY = "/customers/CAFE1/call-sheet.pdf", "/calls.pdf"
ODD = ("..", "a/b", "%2F", "a\\b", "who?#1", "<b>", "Käse ß", "~..", "a b", ";x=1", '"', "x/call-sheet.pdf")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Dash:
    folder = tmp_path_factory.mktemp("paper")
    facts = {"usual_gap_days": 13.0, "due_expected": 48.2, "due_products": 3}
    customers = [row | (facts if row["customer_id"] == "CAFE1" else {}) for row in small_rows()["customers"]]
    changed = {"customers": customers, "recommendations": ranked_recommendations()}
    publish_small(folder / "artifacts", changed=changed, evaluation=figures())
    return make_app(folder, folder / "artifacts")


def get(app: Dash, path: str, who: Identity = ANN) -> TestResponse:
    return Caller(app, who=who).get(path)


def exports(app: Dash) -> list[AuditEntry]:
    made: Services = app.server.extensions[EXTENSION]
    with made.database.read() as at:
        return [one for one in audit.entries(at, limit=50) if one.kind == EXPORT]


# ---- what is answered ----


def test_a_sheet_is_a_pdf_that_is_shown_and_kept_nowhere(app: Dash) -> None:
    answer = get(app, SHEET)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.headers["Content-Disposition"] == 'inline; filename="call-sheet-CAFE1.pdf"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    [page] = pages_of(answer.data)
    assert "Café Müller CAFE1" in page
    assert "Call sheet of Kim Test, " in page


def test_a_browser_may_show_a_pdf_and_run_nothing_of_it(app: Dash) -> None:
    policy = get(app, SHEET).headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "script-src" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "object-src 'none'" in get(app, "/customers").headers["Content-Security-Policy"]


def test_the_days_calls_are_a_pdf_with_the_filters_of_the_list(app: Dash) -> None:
    answer = get(app, f"{DAY}?region=North&reason=order&value=1")
    assert answer.headers["Content-Disposition"].startswith('inline; filename="calls-20')
    overview, sheet = pages_of(answer.data)
    assert "Region North, Reason Order due, Value from €1." in overview
    assert "Call sheet of Kim Test" in sheet
    assert len(pages_of(get(app, f"{DAY}?region=Nowhere").data)) == 1


# ---- for whom, and of whom ----


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("path", "roles"), [(SHEET, {REP, SUPPORT, DIRECTOR}), (DAY, {REP, DIRECTOR})])
def test_sheets_are_for_those_who_call(app: Dash, role: str, path: str, roles: set[str]) -> None:
    answer = get(app, path, identity(role, reps=("Ann Example",)))
    assert (answer.status_code, answer.mimetype == "application/pdf") == (
        (200, True) if role in roles else (403, False)
    )


def test_nobody_gets_a_sheet_without_a_sign_in(app: Dash) -> None:
    nobody = Caller(app, who=None)
    assert [nobody.get(path).status_code for path in (SHEET, DAY)] == [401, 401]


def test_another_reps_customer_is_as_unknown_as_one_that_is_not_there(app: Dash) -> None:
    others, none = (get(app, f"/customers/{one}/call-sheet.pdf") for one in ("HOTEL1", "NOPE"))
    assert (others.status_code, none.status_code) == (404, 404)
    assert others.text == none.text == "There is no such customer, or another rep has them.\n"


def test_the_day_has_own_customers_alone(app: Dash) -> None:
    text = " ".join(pages_of(get(app, DAY, identity(REP, reps=("Bob Sample",))).data))
    assert "Café Müller" not in text
    assert "Café Müller" in " ".join(pages_of(get(app, DAY).data))


def test_support_reads_no_revenue_and_a_director_no_phone_number(app: Dash) -> None:
    [support], [director] = (pages_of(get(app, SHEET, identity(role)).data) for role in (SUPPORT, DIRECTOR))
    assert ("Revenue" in support, "01632 960001" in support) == (False, True)
    assert ("Revenue" in director, "01632 960001" in director) == (True, False)
    assert "01632" not in " ".join(pages_of(get(app, DAY, identity(DIRECTOR)).data))


# ---- the trail ----


def test_each_export_is_noted_with_the_customers_and_the_rows(app: Dash) -> None:
    get(app, SHEET)
    get(app, DAY)
    day, sheet = exports(app)[:2]
    assert (sheet.person_id, sheet.subject_ids, sheet.row_count) == (3, ("call-sheet", "CAFE1"), 5)
    assert (day.person_id, day.subject_ids, day.row_count) == (3, ("day-sheet", "CAFE1"), 1)
    assert (sheet.filter or {}).keys() == {"file", "version", "rep"}


def test_what_is_not_there_is_no_export(app: Dash) -> None:
    before = len(exports(app))
    get(app, "/customers/NOPE/call-sheet.pdf")
    assert len(exports(app)) == before


# ---- odd numbers, a prefix, no data, errors ----


@pytest.fixture(scope="module")
def odd_app(tmp_path_factory: pytest.TempPathFactory) -> Dash:
    folder = tmp_path_factory.mktemp("odd")
    customer = small_rows()["customers"][0]
    rows = {name: [] for name in small_rows()} | {
        "customers": sorted(
            ({**customer, "customer_id": key, "name": f"Shop {at}"} for at, key in enumerate(ODD)),
            key=lambda row: row["customer_id"],
        ),
        "products": small_rows()["products"],
    }
    publish_small(folder / "artifacts", changed=rows)
    return make_app(folder, folder / "artifacts", url_prefix="/r/")


@pytest.mark.parametrize("key", ODD)
def test_an_odd_number_has_its_sheet_below_a_prefix(odd_app: Dash, key: str) -> None:
    answer = get(odd_app, Links("/r/").call_sheet(key))
    assert answer.status_code == 200
    assert f"Shop {ODD.index(key)} " in pages_of(answer.data)[0]
    name = answer.headers["Content-Disposition"].removeprefix('inline; filename="call-sheet-')
    assert name.removesuffix('.pdf"').replace("-", "").isalnum()


def test_an_address_of_before_is_found_too(odd_app: Dash) -> None:
    assert get(odd_app, f"/r/customers/{quote('a/b', safe='')}/call-sheet.pdf").status_code == 200


def test_nothing_is_answered_above_the_prefix(odd_app: Dash) -> None:
    assert get(odd_app, DAY).status_code == 404
    assert get(odd_app, f"/r{DAY}").status_code == 200


def test_without_data_there_is_nothing_to_print(tmp_path: Path) -> None:
    app = make_app(tmp_path, tmp_path / "none")
    answers = [get(app, path) for path in (SHEET, DAY)]
    assert [answer.status_code for answer in answers] == [503, 503]
    assert answers[0].text == "There are no data yet, so there is nothing to print.\n"


@pytest.mark.parametrize(("path", "maker"), [(SHEET, "call_sheet"), (DAY, "day")])
def test_a_sheet_that_cannot_be_drawn_is_one_sentence(
    app: Dash, path: str, maker: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> bytes:
        raise PaperError("The sheet could not be drawn.")

    monkeypatch.setattr(PdfMaker, maker, fail)
    before = len(exports(app))
    answer = get(app, path)
    assert (answer.status_code, answer.text) == (500, "The sheet could not be drawn.\n")
    assert len(exports(app)) == before


# ---- where screens offer them ----


def links_to_paper(app: Dash, path: str, who: Identity, search: str = "") -> list[dict[str, Any]]:
    """Return the properties of the links of a page that lead to a PDF."""
    return _with_pdf(Caller(app, who=who).page(path, search).json)


def _with_pdf(part: Any) -> list[dict[str, Any]]:
    if isinstance(part, list):
        return [one for each in part for one in _with_pdf(each)]
    if not isinstance(part, dict):
        return []
    is_link = ".pdf" in str(part.get("href", ""))
    return [part] * is_link + [one for each in part.values() for one in _with_pdf(each)]


@pytest.mark.parametrize("path", ["/customers/CAFE1", "/customers/CAFE1/orders", "/customers/CAFE1/basket"])
def test_a_customers_pages_lead_to_the_sheet_for_who_may_have_it(app: Dash, path: str) -> None:
    assert {link["href"] for link in links_to_paper(app, path, ANN)} == {SHEET}
    assert links_to_paper(app, path, identity("marketer")) == []


def test_support_prints_a_sheet_from_a_customers_page(app: Dash) -> None:
    assert {link["href"] for link in links_to_paper(app, "/customers/CAFE1", identity(SUPPORT))} == {SHEET}


def test_the_call_list_leads_to_its_pdf_with_its_filters(app: Dash) -> None:
    [link] = links_to_paper(app, "/", ANN, "?region=North&value=1")
    assert link["href"] == "/calls.pdf?region=North&value=1"
    assert links_to_paper(app, "/", ANN, "?region=Nowhere") == []


def test_a_sheet_opens_in_a_tab_of_its_own_that_knows_nothing_of_this_one(app: Dash) -> None:
    links = links_to_paper(app, "/customers/CAFE1", ANN) + links_to_paper(app, "/", ANN)
    assert [(link["target"], link["rel"]) for link in links] == [("_blank", "noopener")] * 3  # one of them on phones
