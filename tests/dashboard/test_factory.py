import base64
import gzip
import hashlib
import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import brotli
import pytest
from dash import Dash
from flask.testing import FlaskClient

from dashboard import pages, shell
from dashboard.activity.errors import ActivityError
from dashboard.factory import create_app
from dashboard.services import EXTENSION
from dashboard.settings import Settings
from dashboard.state.errors import StateError
from tests.support.artifacts import publish_small

Make = Callable[..., Dash]


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return one state folder for all tests, as the font is cut into its cache once."""
    return tmp_path_factory.mktemp("state")


@pytest.fixture(scope="module")
def artifacts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("artifacts")
    publish_small(root)
    return root


@pytest.fixture
def make(state: Path, artifacts: Path) -> Iterator[Make]:
    made: list[Dash] = []

    def make(**settings: Any) -> Dash:
        made.append(create_app(Settings.model_validate({"state": state, "artifacts": artifacts, **settings})))
        return made[-1]

    yield make
    for app in made:
        app.server.extensions[EXTENSION].reader.close()


@pytest.fixture
def client(make: Make) -> FlaskClient:
    return make().server.test_client()


def ask(client: FlaskClient, body: object, **headers: str) -> Any:
    return client.post("/_dash-update-component", json=body, headers=headers, buffered=True)


def choosing(rep: str) -> dict[str, Any]:
    """Return the body of the callback that keeps the choice of rep."""
    shown = [{"id": {"type": "rep", "place": "side"}, "property": "value", "value": rep}]
    return {
        "output": "rep-chosen.data",
        "outputs": {"id": "rep-chosen", "property": "data"},
        "inputs": [shown],
        "changedPropIds": ['{"place":"side","type":"rep"}.value'],
    }


@pytest.mark.slow
def test_two_apps_in_one_process_both_have_all_pages_and_callbacks(make: Make) -> None:
    one, other = make(), make()
    assert sorted(one.callback_map) == sorted(other.callback_map)
    assert one.server.secret_key == other.server.secret_key
    for app in (one, other):
        assert app.server.test_client().get("/_dash-layout").status_code == 200


def test_an_app_is_warm_before_its_first_request(make: Make) -> None:
    assert any("_pages_content.children" in output for output in make().callback_map)


def test_known_pages_are_200_and_unknown_ones_404_with_the_same_source(client: FlaskClient) -> None:
    home, unknown = client.get("/"), client.get("/no/such/page")
    assert (home.status_code, unknown.status_code) == (200, 404)
    assert client.get("/customers/CAFE1").status_code == 200
    assert client.get("/customers/NOBODY").status_code == 404
    assert re.sub("end_id.*", "", unknown.text) == re.sub("end_id.*", "", home.text)


def test_another_reps_customer_is_unknown(client: FlaskClient) -> None:
    assert client.get("/customers/HOTEL1").status_code == 200
    assert ask(client, choosing("Ann Example")).status_code == 200
    assert client.get("/customers/HOTEL1").status_code == 404
    assert client.get("/customers/CAFE1").status_code == 200


def test_the_choice_of_rep_counts_under_another_worker_and_after_a_restart(make: Make, client: FlaskClient) -> None:
    ask(client, choosing("Ann Example"))
    cookie = client.get_cookie("repertoire")
    assert cookie
    other = make().server.test_client()
    other.set_cookie("repertoire", cookie.value)
    assert other.get("/customers/HOTEL1").status_code == 404


def test_paths_are_looked_up_as_browsers_send_them(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(pages, "is_known", lambda path, *_: bool(asked.append(path)))
    client = make(url_prefix="/repertoire/").server.test_client()
    client.get("/repertoire/customers/50%25%20Caf%C3%A9%2Fb?q=x")
    assert asked == ["/customers/50%25%20Caf%C3%A9/b"]


@pytest.mark.parametrize("prefix", ["/", "/repertoire/"])
def test_everything_a_page_loads_is_there_and_the_apps_own(make: Make, prefix: str) -> None:
    client = make(url_prefix=prefix).server.test_client()
    addresses = re.findall(r'(?:src|href)="([^"]+)"', client.get(prefix).text)
    assert len(addresses) > 10
    for address in addresses:
        assert address.startswith(prefix)
        assert client.get(address).status_code == 200, address


def test_stylesheets_load_from_the_general_to_the_particular(client: FlaskClient) -> None:
    names = re.findall(r'<link rel="stylesheet" href="/static/\w{16}/(\w+\.css)', client.get("/").text)
    assert len(names) == client.get("/").text.count('rel="stylesheet"')
    assert [name for name in names if name != "inter.css"] == ["bootstrap.css", "icons.css", "repertoire.css"]


def test_files_are_kept_for_a_year_and_pages_not_at_all(client: FlaskClient) -> None:
    for address in re.findall(r'(?:src|href)="([^"]+\.(?:js|css)[^"]*)"', client.get("/").text):
        assert "max-age=31536000" in client.get(address).headers["Cache-Control"]
    for path in ("/", "/customers/CAFE1", "/_dash-layout", "/_dash-dependencies", "/readyz", "/nope"):
        assert client.get(path).headers["Cache-Control"] == "no-store"
    assert ask(client, choosing("Ann Example")).headers["Cache-Control"] == "no-store"


def test_the_policy_names_every_inline_script_of_the_page(client: FlaskClient) -> None:
    response = client.get("/")
    scripts = re.findall(r"<script(?![^>]*(?: src=|application/json))[^>]*>(.*?)</script>", response.text, re.DOTALL)
    scripts = [script for script in scripts if "Internet Explorer" not in script]  # it is in a comment
    assert scripts
    for script in scripts:
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in response.headers["Content-Security-Policy"]


def test_the_source_of_a_page_holds_no_names(client: FlaskClient) -> None:
    for path in ("/", "/customers/CAFE1"):
        assert not re.search("Müller|960001|Ann Example", client.get(path).text)


def test_the_page_has_its_language_and_fits_a_phone(client: FlaskClient) -> None:
    source = client.get("/").text
    assert '<html lang="en">' in source
    assert "width=device-width" in source


@pytest.mark.parametrize(("wanted", "unpack"), [("br", brotli.decompress), ("gzip, deflate", gzip.decompress)])
def test_answers_are_compressed(client: FlaskClient, wanted: str, unpack: Callable[[bytes], bytes]) -> None:
    response = client.get("/_dash-layout", headers={"Accept-Encoding": wanted})
    assert response.headers["Content-Encoding"] == wanted.split(",")[0]
    assert "Accept-Encoding" in response.headers["Vary"]
    assert json.loads(unpack(response.data)) == json.loads(client.get("/_dash-layout").data)


@pytest.mark.parametrize("path", ["<script>/x.js", "dash/nothing.js", "dash/../../etc/passwd"])
def test_a_component_file_that_there_is_not_is_one_plain_line(
    client: FlaskClient, path: str, capsys: pytest.CaptureFixture[str]
) -> None:
    response = client.get(f"/_dash-component-suites/{path}", buffered=True)
    assert (response.status_code, response.mimetype) == (404, "text/plain")
    assert "script" not in response.text
    assert "Traceback" not in capsys.readouterr().out


@pytest.mark.parametrize("body", [{}, [], "text", {"output": ["unhashable"]}, {"output": "recent.children"}])
def test_what_is_no_call_of_a_callback_is_one_plain_line(
    client: FlaskClient, body: object, capsys: pytest.CaptureFixture[str]
) -> None:
    response = ask(client, body)
    assert (response.status_code, response.mimetype) == (400, "text/plain")
    assert response.text.startswith("This is no request of a page of this app")
    assert "Traceback" not in capsys.readouterr().out


@pytest.mark.parametrize(("query", "status"), [("endId=9~a", 200), ("job=1", 400), ("cacheKey=x&endId=9", 400)])
def test_callbacks_run_at_once_and_not_in_the_background(client: FlaskClient, query: str, status: int) -> None:
    assert client.post(f"/_dash-update-component?{query}", json=choosing("Ann Example")).status_code == status


@pytest.mark.parametrize("body", [{"output": "gone.children"}, {"output": "bundles-kept.data"}])
def test_a_callback_that_there_is_not_is_one_plain_line(
    client: FlaskClient, body: object, capsys: pytest.CaptureFixture[str]
) -> None:
    response = ask(client, body)
    assert (response.status_code, response.mimetype) == (400, "text/plain")
    assert response.text == "This page is older than the app; load it again.\n"
    assert response.headers["X-Repertoire-Page-Too-Old"] == "true"
    assert "Traceback" not in capsys.readouterr().out


def test_callbacks_take_json_of_this_site_alone(client: FlaskClient) -> None:
    assert client.post("/_dash-update-component", data="{}", content_type="text/plain").status_code == 400
    assert ask(client, choosing("Ann Example"), Origin="https://elsewhere.example").status_code == 403
    assert client.get_cookie("repertoire") is None


def test_a_broken_callback_is_logged_once_and_answered_with_its_number(
    make: Make, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_: object) -> None:
        raise KeyError("what nobody expected")

    monkeypatch.setattr(shell, "choose_rep", broken)
    response = ask(make().server.test_client(), choosing("Ann Example"), **{"X-Request-ID": "r1"})
    assert (response.status_code, response.mimetype) == (500, "text/plain")
    assert response.text.endswith("report this number: r1\n")
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["level"] for line in lines if line.get("id") == "r1"] == ["ERROR", "INFO"]
    assert sum("Ann Example" in json.dumps(line) for line in lines) == 0


def test_without_artifacts_the_app_starts_and_is_not_ready(
    make: Make, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    client = make(artifacts=tmp_path / "none").server.test_client()
    assert client.get("/", buffered=True).status_code == 200
    assert client.get("/customers/CAFE1", buffered=True).status_code == 200
    assert client.get("/readyz", buffered=True).status_code == 503
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {line["version"] for line in lines if line["message"] == "request"} == {None}


def test_a_state_folder_that_cannot_be_used_stops_the_start(make: Make) -> None:
    with pytest.raises(StateError, match="the state folder /proc/1/x cannot be written"):
        make(state=Path("/proc/1/x"))


def test_without_the_database_pages_are_shown(make: Make, tmp_path: Path) -> None:
    app = make(state=tmp_path)
    database = app.server.extensions[EXTENSION].database
    assert database.health().is_available
    (tmp_path / "activity.sqlite").unlink()
    client = app.server.test_client()
    assert {path: client.get(path).status_code for path in ("/", "/customers/CAFE1", "/readyz")} == {
        "/": 200,
        "/customers/CAFE1": 200,
        "/readyz": 200,
    }
    assert not database.health().is_available


def test_an_app_does_not_start_on_a_newer_schema(make: Make, tmp_path: Path) -> None:
    make(state=tmp_path)
    with sqlite3.connect(tmp_path / "activity.sqlite") as opened:
        opened.execute("UPDATE alembic_version SET version_num = '0099'")
    with pytest.raises(ActivityError, match="has the schema '0099', which a newer Repertoire made"):
        make(state=tmp_path)
