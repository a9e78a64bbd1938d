"""A small Repertoire on a port of this machine, and a shop that is served with it."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from flask import Response, request
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from dashboard.services import EXTENSION, Services
from examples.client import Repertoire
from examples.shop.app import create_shop
from examples.shop.event_queue import EventQueue
from examples.shop.here import Shop
from tests.dashboard.api.conftest import client_of
from tests.support.artifacts import publish_small
from tests.support.waiting import until

TOKEN = "rpt_of_tests"  # noqa: S105
PATIENCE = 60.0  # seconds; a server beside other work


@dataclass
class Small:
    """The API on the small version: its address, what it was asked, and `instead`, which answers where it is set."""

    address: str
    asked: list[tuple[str, str, int]] = field(default_factory=list)  # method, path, status
    tokens: set[str] = field(default_factory=set)
    events: list[dict[str, Any]] = field(default_factory=list)
    instead: Callable[[], Response | None] = lambda: None

    def kinds(self, kind: str) -> list[dict[str, Any]]:
        return [one for one in self.events if one["kind"] == kind]

    def set_stock(self, product_id: str, *, is_available: bool) -> None:
        said = {"product_id": product_id, "is_available": is_available, "at": datetime.now(UTC).isoformat()}
        assert Repertoire(self.address, TOKEN, PATIENCE).availability([said])["n_changed"] == 1


@contextmanager
def on_a_port(app: Any) -> Iterator[str]:
    """Serve an app; yields its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the small version and an empty database, to be copied."""
    folder = tmp_path_factory.mktemp("published")
    publish_small(folder / "artifacts")
    services: Services = client_of(folder / "artifacts").application.extensions[EXTENSION]
    services.settings.state.mkdir()
    services.database.prepare()
    services.database.close()
    return folder


@pytest.fixture
def small(published: Path, tmp_path: Path) -> Iterator[Small]:
    """Yield the API on a copy of its own; without the guard, tokens are only noted."""
    shutil.copytree(published, tmp_path / "small")
    app = client_of(tmp_path / "small" / "artifacts").application
    small = Small("")

    @app.before_request
    def refuse() -> Response | None:
        small.tokens.add(request.headers.get("Authorization", ""))
        return small.instead()

    @app.after_request
    def note(response: Response) -> Response:
        small.asked.append((request.method, request.full_path.rstrip("?"), response.status_code))
        if request.path.endswith("/events") and response.status_code == 200:
            small.events += json.loads(request.data)["events"]
        return response

    with on_a_port(app) as small.address:
        yield small
    services: Services = app.extensions[EXTENSION]
    services.database.close()
    services.reader.close()


@dataclass
class Visitor:
    """A browser in the shop without scripts."""

    client: FlaskClient
    queue: EventQueue

    def get(self, path: str, status: int = 200) -> str:
        answer = self.client.get(path)
        assert answer.status_code == status, answer.text
        return answer.text

    def post(self, path: str, **form: Any) -> str:
        """Do something, and return the page to which it leads."""
        answer = self.client.post(path, data=form, follow_redirects=True)
        assert answer.status_code == 200, answer.text
        return answer.text

    def all_sent(self) -> None:
        assert until(self.queue.is_empty)


@pytest.fixture
def enter(small: Small) -> Iterator[Callable[..., Visitor]]:
    """Return what opens a shop with these customers, and a browser in it."""
    queues = []

    def opened(*customers: str, address: str = small.address) -> Visitor:
        queue = EventQueue(Repertoire(address, TOKEN, PATIENCE).events, first_pause=0.01)
        queues.append(queue)
        shop = create_shop(Shop(Repertoire(address, TOKEN, PATIENCE), queue, customers))
        return Visitor(shop.test_client(), queue)

    yield opened
    small.instead = lambda: None
    for queue in queues:
        queue.close()


@pytest.fixture
def cafe(enter: Callable[..., Visitor]) -> Visitor:
    """Return customer CAFE1 in the shop: `new` has P4, `usual` P1, P2 and P3."""
    return enter("CAFE1", "HOTEL1")
