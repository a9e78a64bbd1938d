"""Handing an order over: what is sent, and what each answer of an order system says."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest

from dashboard.web import order_system
from dashboard.web.order_system import hand_over

ORDER = {"customer_id": "C1", "lines": [{"product_id": "P1", "quantity": 2.0, "price": 4.5}]}


class OrderSystem(HTTPServer):
    """Answers as it is told, and keeps what it got."""

    answer: tuple[int, bytes] = (200, b"")
    got: list[tuple[dict[str, str], Any]]


class _Handler(BaseHTTPRequestHandler):
    server: OrderSystem

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((dict(self.headers), json.loads(body)))
        status, content = self.server.answer
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def order_system_there() -> Iterator[OrderSystem]:
    server = OrderSystem(("127.0.0.1", 0), _Handler)
    server.got = []
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def url(server: OrderSystem) -> str:
    return f"http://127.0.0.1:{server.server_port}/orders"


@pytest.mark.parametrize(
    ("answer", "is_done", "text"),
    [
        ((200, b'{"order_id": 4711}'), True, "Handed over: order 4711."),
        ((201, b'{"message": "Order 4711 is in.", "order_id": 4711}'), True, "Handed over: Order 4711 is in."),
        ((204, b""), True, "Handed over."),
        ((200, b"thank you"), True, "Handed over: thank you."),
        ((200, b"<html>hello</html>"), True, "Handed over."),
        ((200, b"[1]"), True, "Handed over: [1]."),
        (
            (422, b'{"message": "P1 is blocked"}'),
            False,
            "The order system refused it (422): P1 is blocked. The basket is kept.",
        ),
        ((500, b"broken"), False, "The order system refused it (500): broken. The basket is kept."),
        ((302, b""), False, "The order system refused it (302). The basket is kept."),
    ],
)
def test_an_answer_is_said_in_words(
    order_system_there: OrderSystem, answer: tuple[int, bytes], is_done: bool, text: str
) -> None:
    order_system_there.answer = answer
    found = hand_over(url(order_system_there), "", ORDER, "key-1")
    assert (found.is_done, found.text) == (is_done, text)
    assert len(order_system_there.got) == 1


def test_the_order_comes_with_its_key_and_the_token(order_system_there: OrderSystem) -> None:
    hand_over(url(order_system_there), "s3cret", ORDER, "key-1")
    ((headers, body),) = order_system_there.got
    assert body == ORDER
    assert (headers["Idempotency-Key"], headers["Authorization"]) == ("key-1", "Bearer s3cret")
    hand_over(url(order_system_there), "", ORDER, "key-2")
    assert "Authorization" not in order_system_there.got[1][0]


def test_a_long_answer_is_cut(order_system_there: OrderSystem) -> None:
    order_system_there.answer = (200, b"a" * 200_000)
    assert len(hand_over(url(order_system_there), "", ORDER, "k").text) < 400


def test_who_does_not_answer_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(order_system, "CONNECT_SECONDS", 0.2)
    found = hand_over("http://127.0.0.1:1/orders", "", ORDER, "k")
    assert not found.is_done
    assert found.text == "The order system does not answer. The basket is kept; try again in a moment."
