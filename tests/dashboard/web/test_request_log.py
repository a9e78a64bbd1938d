import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask, Response, abort, stream_with_context
from werkzeug.test import EnvironBuilder, run_wsgi_app

from dashboard.web.request_log import RequestLog, answer_plainly, set_up_logging


@pytest.fixture
def server() -> Flask:
    set_up_logging("info")
    server = Flask("dashboard")
    answer_plainly(server)

    @server.get("/hello/<name>")
    def hello(name: str) -> str:
        return f"hello {name}"

    @server.get("/streamed")
    def streamed() -> Response:
        def blocks() -> Iterator[str]:
            yield from ("12345", "678")

        return Response(stream_with_context(blocks()))

    @server.post("/broken")
    def broken() -> str:
        raise KeyError("what nobody expected")

    @server.get("/refused")
    def refused() -> str:
        abort(403)

    server.wsgi_app = RequestLog(server.wsgi_app, lambda: "2026-11-16-0310")  # type: ignore[method-assign]
    return server


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_request_is_one_line(server: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    server.test_client().get("/hello/C1", buffered=True)
    (line,) = lines(capsys)
    assert line.pop("ms") >= 0
    assert len(line.pop("id")) == 32
    assert line.pop("time")[10] == "T"
    assert line == {
        "level": "INFO",
        "message": "request",
        "method": "GET",
        "path": "/hello/C1",
        "status": 200,
        "bytes": 8,
        "version": "2026-11-16-0310",
    }


def test_neither_query_nor_cookie_nor_body_nor_address_is_logged(
    server: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    client = server.test_client()
    client.set_cookie("repertoire", "Morgenrot-in-a-cookie")
    client.get("/hello/C1?q=Morgenrot-in-a-query", buffered=True, headers={"User-Agent": "Morgenrot-in-a-header"})
    client.post("/hello/C1", data="Morgenrot-in-a-body", buffered=True)
    output = capsys.readouterr().out
    assert output.count("\n") == 2
    assert "Morgenrot" not in output
    assert "127.0.0.1" not in output


def test_control_characters_in_a_path_cannot_make_a_line(server: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    server.test_client().get("/hello/a%0A%1B[31mb%E2%80%A8c", buffered=True)
    output = capsys.readouterr().out
    assert output.isascii()
    assert output.count("\n") == 1
    assert json.loads(output)["path"] == "/hello/a%0A%1B%5B31mb%E2%80%A8c"


def test_a_streamed_answer_is_counted_to_its_end(server: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    assert server.test_client().get("/streamed", buffered=True).text == "12345678"
    assert [line["bytes"] for line in lines(capsys)] == [8]


def test_a_plain_id_is_kept_and_given_back(server: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    response = server.test_client().get("/hello/C1", headers={"X-Request-ID": "proxy-7.a_B"}, buffered=True)
    assert response.headers["X-Request-ID"] == "proxy-7.a_B"
    assert [line["id"] for line in lines(capsys)] == ["proxy-7.a_B"]


@pytest.mark.parametrize("offered", ["", "a b", "x" * 65, 'a"b', "ä"])
def test_any_other_id_is_replaced(server: Flask, capsys: pytest.CaptureFixture[str], offered: str) -> None:
    response = server.test_client().get("/hello/C1", headers={"X-Request-ID": offered}, buffered=True)
    (line,) = lines(capsys)
    assert line["id"] == response.headers["X-Request-ID"] != offered
    assert len(line["id"]) == 32


def test_an_exception_is_logged_once_with_the_id_and_answered_in_a_plain_line(
    server: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    response = server.test_client().post("/broken", headers={"X-Request-ID": "r1"}, buffered=True)
    assert (response.status_code, response.mimetype) == (500, "text/plain")
    assert response.text == "Something went wrong here. Try again; if it stays, report this number: r1\n"
    error, request = lines(capsys)
    assert (error["level"], error["id"]) == ("ERROR", "r1")
    assert error["exc_info"].endswith("KeyError: 'what nobody expected'")
    assert (request["status"], request["id"]) == (500, "r1")


def test_a_refusal_is_no_error(server: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    assert server.test_client().get("/refused", buffered=True).status_code == 403
    assert [(line["level"], line["status"]) for line in lines(capsys)] == [("INFO", 403)]


def test_a_level_above_info_keeps_errors_alone(server: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("warning")
    server.test_client().get("/hello/C1", buffered=True)
    server.test_client().post("/broken", buffered=True)
    assert [line["level"] for line in lines(capsys)] == ["ERROR"]


def test_what_is_logged_outside_a_request_has_no_id(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("info")
    Flask("dashboard").logger.warning("no artifacts yet")
    (line,) = lines(capsys)
    assert line["message"] == "no artifacts yet"
    assert "id" not in line


def test_any_wsgi_app_can_be_behind_it(capsys: pytest.CaptureFixture[str]) -> None:
    def app(_: object, start_response: Any) -> list[bytes]:
        start_response("204 No Content", [])
        return []

    set_up_logging("info")
    run_wsgi_app(RequestLog(app, lambda: None), EnvironBuilder("/").get_environ(), buffered=True)
    (line,) = lines(capsys)
    assert (line["status"], line["bytes"], line["version"]) == (204, 0, None)
