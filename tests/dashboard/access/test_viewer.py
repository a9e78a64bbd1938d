import secrets

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from dashboard.access.viewer import EVERYONE, Viewer, choose, current_viewer
from tests.support.viewers import open_to_all


@pytest.fixture
def server() -> Flask:
    server = Flask("test")
    server.secret_key = secrets.token_hex()
    open_to_all(server)

    @server.get("/who")
    def who() -> dict[str, str | None]:
        viewer = current_viewer()
        return {"who": viewer.who, "role": viewer.role}

    @server.post("/choose/<rep>")
    def choose_rep(rep: str) -> dict[str, str | None]:
        return {"who": choose(None if rep == "everyone" else rep).who}

    return server


def test_everyone_sees_every_customer() -> None:
    assert EVERYONE.sees("Jana Brandt")
    assert EVERYONE.sees(None)


def test_a_rep_sees_own_customers_alone() -> None:
    jana = Viewer("Jana Brandt", "rep")
    assert jana.sees("Jana Brandt")
    assert not jana.sees("Jana Brand")
    assert not jana.sees("jana brandt")


def test_a_customer_without_a_rep_is_everyones_alone() -> None:
    assert not Viewer("Jana Brandt", "rep").sees(None)


def test_a_rep_whom_no_customer_names_sees_nothing() -> None:
    gone = Viewer("Left Long Ago", "rep")
    assert not any(gone.sees(rep) for rep in ("Jana Brandt", "Omar Haddad", None))


@pytest.mark.parametrize(("who", "role"), [(None, "rep"), ("", "rep"), ("Jana Brandt", "all")])
def test_a_viewer_that_contradicts_itself_is_refused(who: str | None, role: str) -> None:
    with pytest.raises(ValueError, match="a viewer with the role"):
        Viewer(who, role)  # type: ignore[arg-type]


def test_without_a_cookie_the_viewer_is_everyone(server: Flask) -> None:
    assert server.test_client().get("/who").json == {"who": None, "role": "all"}


def test_a_choice_is_kept_in_the_cookie(server: Flask) -> None:
    client = server.test_client()
    assert client.post("/choose/Jana Brandt").json == {"who": "Jana Brandt"}
    assert client.get("/who").json == {"who": "Jana Brandt", "role": "rep"}


def test_choosing_everyone_forgets_the_rep(server: Flask) -> None:
    client = server.test_client()
    client.post("/choose/Jana Brandt")
    client.post("/choose/everyone")
    assert client.get_cookie("session") is None
    assert client.get("/who").json == {"who": None, "role": "all"}


def test_a_cookie_signed_with_another_key_counts_as_none(server: Flask) -> None:
    forger = Flask("forger")
    forger.secret_key = secrets.token_hex()
    signer = SecureCookieSessionInterface().get_signing_serializer(forger)
    assert signer
    client = server.test_client()
    client.set_cookie("session", signer.dumps({"rep": "Omar Haddad"}))
    assert client.get("/who").json == {"who": None, "role": "all"}


def test_an_altered_cookie_counts_as_none(server: Flask) -> None:
    client = server.test_client()
    client.post("/choose/Jana Brandt")
    cookie = client.get_cookie("session")
    assert cookie
    payload, _, signature = cookie.value.partition(".")
    client.set_cookie("session", f"{payload[:-1]}A.{signature}")
    assert client.get("/who").json == {"who": None, "role": "all"}


@pytest.mark.parametrize("kept", [["Jana Brandt"], 7, None, ""])
def test_a_cookie_that_names_no_rep_counts_as_none(server: Flask, kept: object) -> None:
    client = server.test_client()
    with client.session_transaction() as session:
        session["rep"] = kept
    assert client.get("/who").json == {"who": None, "role": "all"}


def test_nobody_sees_nothing() -> None:
    server = Flask("test")
    server.secret_key = secrets.token_hex()
    with server.test_request_context():
        assert not current_viewer().reaches_any
