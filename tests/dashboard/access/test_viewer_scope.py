"""Nothing of another rep's customers leaves the app, whatever is asked: pages, search, reasons, CSV, forged calls."""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dash import Dash
from werkzeug.test import TestResponse

from recsys.artifacts.reader import Reader
from tests.support.artifacts import publish_small, small_rows
from tests.support.screens import Caller, make_app, plain_csv, said, server_callbacks
from tests.support.viewers import identity

# Bob's customers: what must never reach Ann.
FOREIGN = ("HOTEL1", "Hotel O'Brien", "960003", "SCHOOL1", "Hill School")
OWN = ("CAFE1", "CAFE2", "NEW1")


@pytest.fixture(scope="module")
def artifacts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the small version; a reason of Ann's customer rests on Bob's."""
    folder = tmp_path_factory.mktemp("artifacts")
    rows = small_rows()["recommendations"]
    named = [rows[0] | {"reason_customer_id": "HOTEL1"}, rows[1] | {"product_id": "P2"}, rows[2] | {"product_id": "P1"}]
    named[2] |= {"reason_kind": "similar_customers", "reason_of": 2, "reason_customer_id": "HOTEL1"}
    publish_small(folder, changed={"recommendations": [*named, *rows[3:]]})
    return folder


@pytest.fixture(scope="module")
def app(artifacts: Path, tmp_path_factory: pytest.TempPathFactory) -> Dash:
    return make_app(tmp_path_factory.mktemp("state"), artifacts)


@pytest.fixture(scope="module")
def version(artifacts: Path) -> str:
    return Reader(artifacts).current().id


@pytest.fixture
def ann(app: Dash) -> Caller:
    return Caller(app, "Ann Example")


def foreign_in(answer: TestResponse) -> list[str]:
    """Return what an answer shows of Bob's. What was asked for may be repeated: in quotes, and beside answers."""
    text = said(answer)
    for asked in ("HOTEL1", "SCHOOL1", "960003"):
        text = text.replace(f"“{asked}”", "").replace(f'"data-rp-text": "{asked}"', "")
    return [one for one in FOREIGN if one in text]


def test_everyone_sees_what_the_tests_below_look_for(app: Dash, version: str) -> None:
    assert foreign_in(Caller(app).page("/customers/HOTEL1")) == ["HOTEL1", "Hotel O'Brien", "960003"]
    assert foreign_in(Caller(app).page("/customers")) == ["HOTEL1", "Hotel O'Brien", "SCHOOL1", "Hill School"]


@pytest.mark.parametrize("path", ["/customers/HOTEL1", "/customers/SCHOOL1", "/customers/%48OTEL1"])
def test_a_page_that_the_choice_of_rep_hides_says_so_and_names_nobody(ann: Caller, path: str) -> None:
    """Another tab may have made the choice; who may not see the customer at all reads that there is none."""
    answer = ann.page(path, "?open=P2&open=P4&list=new")
    assert foreign_in(answer) == []
    assert "Another rep's customer" in answer.text
    assert "Choose All reps to see them." in answer.text
    assert ann.get(path).status_code == 404
    assert foreign_in(ann.get(path)) == []


@pytest.mark.parametrize("path", ["/customers/HOTEL1", "/customers/SCHOOL1", "/customers/%48OTEL1"])
def test_another_reps_page_is_unknown_to_a_rep(app: Dash, path: str) -> None:
    rep = Caller(app, who=identity("rep", reps=("Ann Example",)))
    answer = rep.page(path, "?open=P2&open=P4&list=new")
    assert foreign_in(answer) == []
    assert "Unknown customer" in answer.text
    assert rep.get(path).status_code == 404
    assert foreign_in(rep.get(path)) == []


@pytest.mark.parametrize("customer_id", OWN)
def test_own_pages_name_nobody_of_others(ann: Caller, customer_id: str) -> None:
    answer = ann.page(f"/customers/{customer_id}", "?open=P1&open=P2&open=P3&open=P4")
    assert customer_id in answer.text
    assert foreign_in(answer) == []


def test_similar_customers_of_others_are_counted(ann: Caller) -> None:
    assert "and 1 customer of other reps" in ann.page("/customers/CAFE1").text


def test_home_and_shell_list_own_customers_only(ann: Caller) -> None:
    for answer in (ann.page("/"), ann.page("/customers"), ann.get("/_dash-layout")):
        assert foreign_in(answer) == []
    assert "CAFE2" in ann.page("/customers").text


@pytest.mark.parametrize("text", ["", "hotel", "HOTEL1", "hotl obrein", "hill", "o", "1", "960003"])
def test_search_ends_at_own_customers(ann: Caller, version: str, text: str) -> None:
    for asked in (version, "", None, "2020-01-01-000000", {"forged": 1}):
        values = {
            "data": {
                "text": text,
                "recent": ["customer:HOTEL1", "customer:SCHOOL1", "customer:CAFE1", "product:P1", 7, "SCHOOL1"],
            },
            "id": {"place": "top", "type": "search-asked"},
            "page-version.data": asked,
        }
        answer = ann.call("search-answers", values, {"place": "top"})
        assert answer.status_code == 200
        assert foreign_in(answer) == []


def test_search_finds_own_customers(ann: Caller, version: str) -> None:
    asked = {"text": "cafe", "recent": ["product:P1"]}
    values = {"data": asked, "id": {"place": "top", "type": "search-asked"}, "page-version.data": version}
    answer = said(ann.call("search-answers", values, {"place": "top"}))
    assert "CAFE2" in answer
    assert '"search-count\\"}": {"children": "2 customers"}' in answer


@pytest.mark.parametrize(
    ("customer_id", "list_name"), itertools.product(["HOTEL1", "SCHOOL1"], ["new", "due", "lost", "usual"])
)
def test_no_csv_of_another_reps_customer(ann: Caller, version: str, customer_id: str, list_name: str) -> None:
    answer = csv(ann, version, customer_id, list_name)
    assert (answer.status_code, answer.text) == (204, "")


def test_the_csv_of_an_own_customer_names_nobody_of_others(ann: Caller, version: str, app: Dash) -> None:
    for list_name in ("new", "due"):
        own = csv(ann, version, "CAFE1", list_name)
        assert "products-for-CAFE1-" in own.text
        assert foreign_in(own) == []
    assert "Hotel O'Brien" in foreign_in(csv(Caller(app), version, "CAFE1", "new"))


def csv(caller: Caller, version: str, customer_id: str, list_name: str) -> Any:
    values = {
        "n_clicks": 1,
        "id": {"list": list_name, "type": "csv"},
        "page-version.data": version,
        "page-customer.data": customer_id,
    }
    return caller.call("csv-file", values, {"list": list_name})


@pytest.mark.parametrize("customer_id", ["HOTEL1", "SCHOOL1", "", None, ["HOTEL1"]])
def test_no_csv_of_what_another_reps_customer_buys(ann: Caller, version: str, customer_id: Any) -> None:
    answer = table_file(ann, "buys", version, {"page-customer.data": customer_id})
    assert (answer.status_code, answer.text) == (204, "")


def test_csv_of_what_an_own_customer_buys_has_the_rows_of_the_screen(ann: Caller, version: str, app: Dash) -> None:
    own = table_file(ann, "buys", version, {"page-customer.data": "CAFE1"})
    lines = plain_csv(own.json["response"]['{"table":"buys","type":"table-file"}']["data"]["content"]).splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == ["Oat drink", "Espresso beans"]
    assert "Espresso beans" in table_file(Caller(app), "buys", version, {"page-customer.data": "HOTEL1"}).text


def test_no_csv_has_the_months_of_another_reps_customer(ann: Caller, version: str, app: Dash) -> None:
    keys = {"data": {"keys": ["2026-10-01"]}}
    own = table_file(ann, "months", version, {**keys, "page-customer.data": "CAFE1"})
    assert "2026-10-01" in own.text
    others = table_file(ann, "months", version, {**keys, "page-customer.data": "HOTEL1"})
    assert others.status_code == 204
    assert "2026-10-01" in table_file(Caller(app), "months", version, {**keys, "page-customer.data": "HOTEL1"}).text


def test_the_model_page_names_nobody(ann: Caller, app: Dash) -> None:
    for caller in (ann, Caller(app)):
        answer = caller.page("/model")
        assert "rp-verdict" in answer.text
        assert [one for one in (*FOREIGN, *OWN) if one in said(answer)] == []


def test_what_was_looked_at_is_named_for_who_may_see_it(ann: Caller, version: str, app: Dash) -> None:
    values = {"recent-asked.data": ["customer:HOTEL1", "customer:CAFE2", "product:P1"], "page-version.data": version}
    answer = ann.call("recent.children", values)
    assert "CAFE2" in answer.text
    assert foreign_in(answer) == []
    assert "HOTEL1" in foreign_in(Caller(app).call("recent.children", values))


def table_file(caller: Caller, table: str, version: Any, states: dict[str, Any]) -> Any:
    """Ask for a table's CSV as the browser does: with the keys on the screen."""
    values = {"data": {"keys": ["P2", "P1", "HOTEL1"], "at": 1}, "page-version.data": version, **states}
    return caller.call(f'"{table}","type":"table-file"', values)


@pytest.mark.parametrize("key", ["/1", "/2", "cafe/1", "HOTEL1", "", None, ["/1"]])
def test_who_misses_a_product_of_a_bundle_ends_at_own_customers(ann: Caller, version: str, key: Any) -> None:
    for answer in (
        ann.call("bundles-gap", {"bundles-selected.data": key, "page-version.data": version}),
        table_file(ann, "gaps", version, {"bundles-selected.data": key}),
        ann.page("/bundles", f"?lift=0&selected={key}"),
    ):
        assert answer.status_code in (200, 204)
        assert foreign_in(answer) == []


def test_who_misses_a_product_of_a_bundle_is_shown_to_whom_they_belong(ann: Caller, version: str, app: Dash) -> None:
    asked = {"bundles-selected.data": "/1", "page-version.data": version}
    assert "It belongs to other reps" in ann.call("bundles-gap", asked).text
    assert "Hotel O'Brien" in foreign_in(Caller(app).call("bundles-gap", asked))
    assert "HOTEL1" in foreign_in(table_file(Caller(app), "gaps", version, {"bundles-selected.data": "/1"}))


def proof(caller: Caller, version: Any, customer_id: Any, line: tuple[Any, Any]) -> Any:
    at = {"list": line[0], "rank": line[1]}
    values = {
        "n_clicks": 1,
        "id": {**at, "type": "reason"},
        "page-version.data": version,
        "page-customer.data": customer_id,
    }
    return caller.call('"proof"', values, at)


@pytest.mark.parametrize(("rank", "customer_id"), itertools.product([1, 2], ["HOTEL1", "SCHOOL1"]))
def test_no_reason_of_another_reps_customer(ann: Caller, version: str, rank: int, customer_id: str) -> None:
    answer = proof(ann, version, customer_id, ("new", rank))
    assert "No such line" in answer.text
    assert foreign_in(answer) == []


def test_the_reasons_of_own_customers_count_others(ann: Caller, version: str, app: Dash) -> None:
    answer = proof(ann, version, "CAFE1", ("usual", 2))
    assert "and 1 customer of other reps" in answer.text
    assert foreign_in(answer) == []
    assert "HOTEL1" in foreign_in(proof(Caller(app), version, "CAFE1", ("usual", 2)))


PRODUCTS = ("P1", "P2", "P3", "P4", "P5", "P6")


@pytest.mark.parametrize("product_id", PRODUCTS)
def test_products_are_everyones_and_name_no_customers_of_others(ann: Caller, product_id: str) -> None:
    answer = ann.page(f"/products/{product_id}", "?open=P1&open=P2&open=P3&all=should&buyers-find=hotel")
    assert f'"page-product", "data": "{product_id}"' in said(answer).replace('"}, "type"', '"') or product_id in said(
        answer
    )
    assert foreign_in(answer) == []
    assert ann.get(f"/products/{product_id}").status_code == 200


def test_buyers_and_prospects_of_others_are_counted(ann: Caller, app: Dash) -> None:
    assert "and 1 of other reps" in ann.page("/products/P1").text
    assert "and 1 customer of other reps" in ann.page("/products/P4").text
    assert "HOTEL1" in foreign_in(Caller(app).page("/products/P1"))


def pair_proof(caller: Caller, version: Any, product_id: Any, other: Any) -> TestResponse:
    values = {
        "n_clicks": 1,
        "id": {"other": other, "type": "pair-reason"},
        "page-version.data": version,
        "page-product.data": product_id,
    }
    return caller.call("pair-proof", values, {"other": other})


def test_the_proof_of_a_pair_names_own_customers_only(ann: Caller, app: Dash, version: str) -> None:
    bob = Caller(app, "Bob Sample")
    assert "Café Müller" in said(pair_proof(ann, version, "P1", "P2"))
    assert "Café Müller" not in said(pair_proof(bob, version, "P1", "P2"))
    assert "None of the customers of Bob Sample" in said(pair_proof(bob, version, "P1", "P2"))
    assert "No such pair" in said(pair_proof(ann, version, "P1", "HOTEL1"))


@pytest.mark.parametrize("part", ["also", "instead", "should"])
@pytest.mark.parametrize("product_id", PRODUCTS)
def test_no_list_of_a_product_names_customers_of_others(ann: Caller, version: str, product_id: str, part: str) -> None:
    values = {
        "n_clicks": 1,
        "id": {"part": part, "type": "product-csv"},
        "page-version.data": version,
        "page-product.data": product_id,
        "page-prospects.data": "should",
    }
    answer = ann.call("product-csv-file", values, {"part": part})
    assert (
        f"-{product_id}-"
        in answer.json["response"][f'{{"part":"{part}","type":"product-csv-file"}}']["data"]["filename"]
    )
    assert foreign_in(answer) == []


def test_the_table_of_buyers_downloads_own_customers_only(ann: Caller, app: Dash, version: str) -> None:
    def download(caller: Caller) -> TestResponse:
        keys = {"keys": ["HOTEL1", "CAFE1", "CAFE2"]}
        values = {"data": keys, "page-version.data": version, "page-product.data": "P1"}
        return caller.call('"buyers","type":"table-file"', values)

    assert "CAFE2" in said(download(ann)) or "Bean <& Gone>" in said(download(ann))
    assert foreign_in(download(ann)) == []
    assert "Hotel O'Brien" in foreign_in(download(Caller(app)))


def forgeries(version: str) -> Iterator[dict[str, Any]]:
    """Yield values for all that a callback may be sent: Bob's customers in every place, and unexpected shapes."""
    for customer_id in ("HOTEL1", "SCHOOL1"):
        for list_name, rank in itertools.product(("new", "usual", 7, None), (1, 2, "1", None)):
            yield {
                "n_clicks": 1,
                "n_intervals": 1,
                "value": customer_id,
                "pathname": f"/customers/{customer_id}",
                "search": f"?list={list_name}&open=P2&open=P4",
                "id": {"list": list_name, "rank": rank, "place": "top", "type": "x", "other": "P2", "part": "should"},
                "page-version.data": version,
                "campaign-source.data": "from=bundle&bundle=/1",
                "campaign-number.data": 1,
                "page-customer.data": customer_id,
                "page-product.data": f"P{rank}",
                "page-prospects.data": "should",
                "chip-shown.data": customer_id,
                "data": {
                    "keys": ["P1", "P2", "P3", "P4", customer_id, rank],
                    "customers": [customer_id],
                    "text": customer_id,
                    "recent": [f"customer:{customer_id}", customer_id],
                },
            }
    for odd in (["HOTEL1"], {"customer_id": "HOTEL1"}, 7, None, True):
        yield {
            "n_clicks": 1,
            "n_intervals": odd,
            "value": odd,
            "pathname": "/customers/HOTEL1",
            "search": "",
            "id": odd,
            "page-version.data": odd,
            "page-customer.data": odd,
            "page-product.data": odd,
            "page-prospects.data": odd,
            "chip-shown.data": odd,
            "data": {"keys": odd, "text": odd, "recent": odd},
        }


def test_no_callback_of_the_app_answers_outside_the_viewers_customers(app: Dash, ann: Caller, version: str) -> None:
    outputs = server_callbacks(app)
    assert len(outputs) >= 6
    for output, values in itertools.product(outputs, forgeries(version)):
        wild = {"list": "new", "rank": 1, "place": "top", "other": "P2", "part": "should"}
        wild |= {"do": "calls", "key": ""}
        answer = ann.call(output, values, wild)
        assert answer.status_code in (200, 204, 400), (output, values, answer.text)
        assert foreign_in(answer) == [], (output, values)


def test_a_forged_rep_is_not_kept(app: Dash) -> None:
    caller = Caller(app)
    caller.call("rep-chosen.data", {"value": "Bob Sample' OR 1"}, {"place": "side"})
    with caller.client.session_transaction() as session:
        assert "rep" not in session


def test_a_cookie_that_was_tampered_with_chooses_nobody(app: Dash) -> None:
    caller = Caller(app, "Ann Example")
    cookie = caller.client.get_cookie("repertoire")
    assert cookie is not None
    caller.client.set_cookie("repertoire", cookie.value[:-4] + "AAAA")
    assert "HOTEL1" in caller.page("/customers").text  # without a sign-in the choice narrows, it is no right
