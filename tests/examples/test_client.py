"""The client against a small API on a port of this machine."""

from collections.abc import Iterator
from datetime import UTC, datetime
from threading import Event as Signal
from typing import Any

import pytest
from flask import Flask, Response, redirect, request

from examples import client
from examples.client import Problem, Repertoire
from tests.examples.conftest import PATIENCE, TOKEN, Small, on_a_port


@pytest.fixture
def api(small: Small) -> Repertoire:
    return Repertoire(f"{small.address}/", TOKEN, PATIENCE)


def test_each_question_has_its_answer(api: Repertoire, small: Small) -> None:
    assert [one["product_id"] for one in api.recommendations("CAFE1", "usual")["items"]] == ["P1", "P2", "P3"]
    assert api.recommendations("STRANGER", segment="cafe").get("basis") == "segment"
    assert api.product("P5")["name"] == "Brown sugar <1 kg>"
    assert "sentence" in api.also_bought("P1")["items"][0]
    assert "items" in api.substitutes("P2")
    assert api.complete({"P1": 2.0}, "CAFE1").get("basis") == "customer"
    assert small.tokens == {f"Bearer {TOKEN}"}


def test_an_answer_that_is_the_same_does_not_travel_again(api: Repertoire, small: Small) -> None:
    assert api.product("P1") == api.product("P1")
    assert [status for _, _, status in small.asked] == [200, 304]


def test_no_more_answers_are_kept_than_are_allowed(
    api: Repertoire, small: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "MOST_KEPT", 2)
    for product in ("P1", "P2", "P3", "P1"):
        api.product(product)
    assert [status for _, _, status in small.asked] == [200] * 4


def test_an_id_is_one_part_of_the_address(api: Repertoire, small: Small) -> None:
    with pytest.raises(Problem, match="404: There is no product 'A/B [?] ü'"):
        api.product("A/B ? ü")


def test_events_are_taken_once(api: Repertoire) -> None:
    event = {"event_id": "e1", "kind": "view", "at": datetime.now(UTC).isoformat(), "session": "s", "product_id": "P1"}
    assert [api.events([event])["n_new"] for _ in range(2)] == [1, 0]


def test_what_can_be_had_is_said(api: Repertoire) -> None:
    said = {"product_id": "P1", "is_available": False, "at": datetime.now(UTC).isoformat()}
    assert api.availability([said])["n_changed"] == 1
    assert api.product("P1")["is_available"] is False


def test_a_problem_says_what_is_wrong_and_when_to_ask_again(api: Repertoire, small: Small) -> None:
    small.instead = lambda: Response('{"detail": "later"}', 429, {"Retry-After": "7"})
    with pytest.raises(Problem) as caught:
        api.product("P1")
    assert (caught.value.status, caught.value.detail, caught.value.retry_seconds) == (429, "later", 7.0)


def test_a_page_of_a_proxy_is_a_problem_too(api: Repertoire, small: Small) -> None:
    small.instead = lambda: Response("<h1>Bad gateway</h1>", 502)
    with pytest.raises(Problem) as caught:
        api.product("P1")
    assert (caught.value.status, caught.value.retry_seconds) == (502, None)


@pytest.mark.parametrize("said", ["not JSON", ""])
def test_an_answer_that_cannot_be_read_is_no_answer(api: Repertoire, small: Small, said: str) -> None:
    small.instead = lambda: Response(said, 200)
    with pytest.raises(Problem) as caught:
        api.product("P1")
    assert caught.value.status == 0


def test_an_answer_that_takes_too_long_is_none(small: Small) -> None:
    may_answer = Signal()

    def wait() -> None:
        may_answer.wait(PATIENCE)

    small.instead = wait
    with pytest.raises(Problem, match="timed out"):
        Repertoire(small.address, TOKEN, timeout=0.05).product("P1")
    may_answer.set()


def test_nobody_at_the_address_is_no_answer() -> None:
    with pytest.raises(Problem, match="no answer") as caught:
        Repertoire("http://127.0.0.1:9", TOKEN).product("P1")  # discard: no server is on that port
    assert TOKEN not in str(caught.value)


@pytest.fixture
def elsewhere() -> Iterator[tuple[str, list[Any]]]:
    """Yield the address of a server that sends everyone on to another one, and the tokens that came there."""
    other, first, came = Flask("other"), Flask("first"), list[Any]()

    @other.get("/<path:_>")
    def note(_: str) -> str:
        came.append(request.headers.get("Authorization"))
        return "{}"

    with on_a_port(other) as there:

        @first.get("/<path:path>")
        def send_on(path: str) -> Any:
            return redirect(f"{there}/{path}")

        with on_a_port(first) as here:
            yield here, came


def test_the_token_follows_no_redirect(elsewhere: tuple[str, list[Any]]) -> None:
    address, came = elsewhere
    with pytest.raises(Problem) as caught:
        Repertoire(address, TOKEN, PATIENCE).product("P1")
    assert (caught.value.status, came) == (302, [])
