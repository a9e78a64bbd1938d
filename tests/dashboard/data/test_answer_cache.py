"""Kept answers: under all that they depend on, in memory and in Redis, and never in place of the truth."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest
from flask import Flask

from dashboard.access.permissions import EMAIL, NAMES, REVENUE
from dashboard.access.viewer import EVERYTHING, Grant, Viewer
from dashboard.data import answer_cache
from dashboard.data.answer_cache import PREFIX, REDIS_REST_SECONDS, AnswerCache, AnswerKey
from tests.support import redis
from tests.support.redis import MISSING, RedisServer

EVERYBODY = Viewer(None, "all")
KEY = AnswerKey("v1", EVERYBODY, (7,), ("rfm", date(2026, 11, 15)))


@dataclass(frozen=True)
class Figures:
    n: int
    share: float | None
    by_segment: tuple[tuple[str, int], ...]
    on: date


def figures(n: int) -> Figures:
    return Figures(n, 0.25, (("Café <b>", 3), ("At risk", 1)), date(2026, 11, 15))


class Maker:
    """Makes figures, and counts how often it had to."""

    def __init__(self) -> None:
        self.n = 0

    def __call__(self) -> Figures:
        self.n += 1
        return figures(self.n)


@pytest.fixture(scope="module")
def server() -> Iterator[RedisServer]:
    if not redis.is_installed():
        pytest.skip(MISSING)
    with redis.started() as one:
        yield one


@pytest.fixture
def empty(server: RedisServer) -> RedisServer:
    if server.process is None:
        server.start()
    with server.client() as client:
        client.flushall()
    return server


@pytest.fixture(params=["memory", pytest.param("redis", marks=pytest.mark.redis)])
def cache(request: pytest.FixtureRequest) -> AnswerCache:
    url = request.getfixturevalue("empty").url if request.param == "redis" else ""
    return AnswerCache(Flask("shop"), url)


def test_an_answer_is_made_once_and_comes_back_as_it_was(cache: AnswerCache) -> None:
    make = Maker()
    first = cache.answer("figures", KEY, Figures, make)
    assert cache.answer("figures", KEY, Figures, make) == first == figures(1)
    assert make.n == 1


@pytest.mark.parametrize(
    "other",
    [
        replace(KEY, version="v2"),
        replace(KEY, viewer=Viewer("Jana Brandt", "rep")),
        replace(KEY, viewer=Viewer(None, "all", (Grant(None, frozenset({NAMES})),))),
        replace(KEY, viewer=Viewer(None, "all", (Grant(frozenset({"Jana Brandt"}), EVERYTHING.fields),))),
        replace(KEY, revision=(8,)),
        replace(KEY, asked=("cluster", date(2026, 11, 15))),
        replace(KEY, asked=("rfm", date(2026, 11, 16))),
        replace(KEY, asked=("rfm", "2026-11-15")),
    ],
)
def test_whatever_of_an_answer_changes_makes_it_anew(cache: AnswerCache, other: AnswerKey) -> None:
    make = Maker()
    cache.answer("figures", KEY, Figures, make)
    assert cache.answer("figures", other, Figures, make) == figures(2)
    assert cache.answer("figures", KEY, Figures, make) == figures(1)


def test_answers_of_other_names_are_apart(cache: AnswerCache) -> None:
    make = Maker()
    cache.answer("figures", KEY, Figures, make)
    assert cache.answer("funnel", KEY, Figures, make) == figures(2)


def test_another_release_makes_its_own(cache: AnswerCache, monkeypatch: pytest.MonkeyPatch) -> None:
    make = Maker()
    cache.answer("figures", KEY, Figures, make)
    monkeypatch.setattr(answer_cache, "__version__", "99.0")
    assert cache.answer("figures", KEY, Figures, make) == figures(2)


def test_a_key_does_not_depend_on_the_order_of_what_is_shown() -> None:
    grants = (Grant(frozenset({"Jana", "Tim"}), frozenset({NAMES, REVENUE, EMAIL})), Grant(None, frozenset({NAMES})))
    one, other = (replace(KEY, viewer=Viewer(None, "all", each)) for each in (grants, grants[::-1]))
    assert one.digest("figures") == other.digest("figures")


@pytest.mark.redis
def test_processes_share_what_is_in_redis(empty: RedisServer) -> None:
    make = Maker()
    for _ in range(2):
        AnswerCache(Flask("shop"), empty.url).answer("figures", KEY, Figures, make)
    assert make.n == 1


@pytest.mark.redis
def test_redis_holds_texts_that_end_some_day_and_no_name_in_a_key(empty: RedisServer) -> None:
    key = replace(KEY, viewer=Viewer("Jana Brandt", "rep"))
    AnswerCache(Flask("shop"), empty.url).answer("figures", key, Figures, Maker())
    with empty.client() as client:
        (at,) = client.keys()
        assert at.startswith(PREFIX.encode())
        assert b"Jana" not in at
        assert client.get(at).startswith(b'{"n":1')
        assert 0 < client.ttl(at) <= 24 * 60 * 60


@pytest.mark.redis
@pytest.mark.parametrize("planted", [b'{"n": "many"}', b"\xff\xfe", b"!\x80\x04}.", b""])
def test_what_cannot_be_read_is_made_anew(empty: RedisServer, planted: bytes) -> None:
    with empty.client() as client:
        client.set(f"{PREFIX}{KEY.digest('figures')}", planted)
    assert AnswerCache(Flask("shop"), empty.url).answer("figures", KEY, Figures, Maker()) == figures(1)


@pytest.mark.redis
def test_without_redis_answers_are_made_and_it_is_asked_again_later(empty: RedisServer) -> None:
    clock = [0.0]
    cache, make = AnswerCache(Flask("shop"), empty.url, lambda: clock[0]), Maker()
    empty.stop()
    assert [cache.answer("figures", KEY, Figures, make).n for _ in range(3)] == [1, 2, 3]
    empty.start()
    assert cache.answer("figures", KEY, Figures, make).n == 4
    clock[0] += REDIS_REST_SECONDS
    assert [cache.answer("figures", KEY, Figures, make).n for _ in range(2)] == [5, 5]


def test_where_nothing_answers_nobody_waits_long() -> None:
    calls: list[Any] = []
    cache = AnswerCache(Flask("shop"), "redis://127.0.0.1:1/0")
    assert cache.answer("figures", KEY, Figures, lambda: calls.append(1) or figures(1)) == figures(1)
    assert calls == [1]
