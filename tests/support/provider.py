"""A provider of OpenID Connect for tests, which can be made to say what no honest one says."""

import json
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import flask
import requests
from joserfc import jws
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it uses what Authlib will drop
    import oidc_provider_mock

Claims = dict[str, Any]
Forge = Callable[[Claims], str]


@dataclass
class MockProvider:
    """Its address, and how it signs: as it should, or by a test's `forge`, which makes the ID token of its claims."""

    address: str = ""
    key: RSAKey | None = None
    forge: Forge | None = None
    asked: list[str] = field(default_factory=list)

    def knows(self, subject: str, **claims: Any) -> None:
        requests.put(f"{self.address}/users/{subject}", json=claims, timeout=10).raise_for_status()

    def signed(self, claims: Claims) -> str:
        """Return claims signed with the provider's own key."""
        assert self.key is not None
        return jws.serialize_compact({"alg": "RS256"}, json.dumps(claims), self.key, algorithms=["RS256"])

    def agree(self, address: str, subject: str) -> str:
        """Sign a person in at the provider and return the address that it sends the browser back to."""
        self.asked.append(address)
        with warnings.catch_warnings():
            answer = requests.post(address, data={"sub": subject}, allow_redirects=False, timeout=10)
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]


@contextmanager
def mock_provider() -> Iterator[MockProvider]:
    """Run a provider on a free port."""
    provider, app = MockProvider(), oidc_provider_mock.app()

    @app.after_request
    def forge(response: flask.Response) -> flask.Response:
        if flask.request.path != "/oauth2/token" or response.status_code != 200:
            return response
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            private = flask.g.oidc_provider_mock_storage.jwk.as_dict(is_private=True)
        provider.key = RSAKey.import_key(private)
        if provider.forge is not None:
            answer = response.get_json()
            claims = json.loads(jws.extract_compact(answer["id_token"].encode()).payload)
            response.set_data(json.dumps({**answer, "id_token": provider.forge(claims)}))
        return response

    server = make_server("localhost", 0, app, threaded=True)
    provider.address = f"http://localhost:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
