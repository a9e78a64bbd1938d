"""The product page's answers to requests: titles, versions that are gone, data that are not there."""

from pathlib import Path
from typing import Any

import pytest
from dash import Dash

from dashboard.pages.product import callbacks as product
from tests.support.artifacts import publish_small
from tests.support.screens import Caller, make_app, said
from tests.support.viewers import a_request

PROOF = {"n_clicks": 1, "id": {"other": "P2", "type": "pair-reason"}, "page-product.data": "P1"}
CSV = {"n_clicks": 1, "id": {"part": "also", "type": "product-csv"}, "page-product.data": "P1"}
TABLE = {"data": {"keys": ["CAFE1"]}, "page-product.data": "P1"}
WILD = {"other": "P2", "part": "also"}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Dash:
    folder: Path = tmp_path_factory.mktemp("app")
    publish_small(folder / "artifacts")
    return make_app(folder, folder / "artifacts")


@pytest.fixture(scope="module")
def bare_app(tmp_path_factory: pytest.TempPathFactory) -> Dash:
    folder: Path = tmp_path_factory.mktemp("bare")
    return make_app(folder, folder / "none")


@pytest.mark.parametrize(
    ("product_id", "title"), [("P1", "Espresso beans - Repertoire"), ("NOPE", "Unknown product - Repertoire")]
)
def test_the_title_is_the_name(app: Dash, product_id: str, title: str) -> None:
    with a_request(app.server):
        assert product.title(product_id) == title


def test_without_data_the_page_says_so(bare_app: Dash) -> None:
    with a_request(bare_app.server):
        assert product.title("P1") == "Unknown product - Repertoire"
    assert "No data yet" in Caller(bare_app).page("/products/P1").text


@pytest.mark.parametrize(
    ("about", "values"), [("pair-proof", PROOF), ("product-csv-file", CSV), ('"buyers","type":"table-file"', TABLE)]
)
def test_an_old_page_is_asked_to_reload_and_one_without_data_that_there_are_none(
    app: Dash, bare_app: Dash, about: str, values: dict[str, Any]
) -> None:
    old = Caller(app).call(about, {**values, "page-version.data": "2020-01-01-000000"}, WILD)
    assert "This page shows older data that are no longer kept." in old.text
    assert "No data yet" in Caller(bare_app).call(about, values, WILD).text


@pytest.mark.parametrize(
    ("about", "values"),
    [
        ("pair-proof", {**PROOF, "n_clicks": 2}),
        ("product-csv-file", {**CSV, "n_clicks": None}),
        ("product-csv-file", {**CSV, "page-product.data": "P99"}),
        ('"buyers","type":"table-file"', {**TABLE, "page-product.data": "P99"}),
    ],
)
def test_what_is_not_there_is_not_answered(app: Dash, about: str, values: dict[str, Any]) -> None:
    assert Caller(app).call(about, values, WILD).status_code == 204


def test_an_id_of_another_button_is_refused(app: Dash) -> None:
    values = {**CSV, "id": {"part": "nonsense", "type": "product-csv"}}
    assert Caller(app).call("product-csv-file", values, WILD).status_code == 400


def test_a_reason_that_the_address_opens_is_drawn_with_the_page(app: Dash) -> None:
    assert "times as often as chance would have it" in said(Caller(app).page("/products/P1", "?open=P2&open=P99"))
