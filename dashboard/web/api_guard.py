"""The guard in front of the API: a token alone opens it, for what its scopes say, so and so often an hour.

A session opens nothing of it and a token no page: what a browser sends by itself is worth nothing here, so that no
other site can ask in somebody's name. Its description and the page of it are pages like others, of admins and the
data team.
"""

import atexit
from collections.abc import Collection

from flask import Flask, Response, g, request

from dashboard.access.identity import set_identity
from dashboard.access.permissions import API, NO_TOKEN, OF_PAGES
from dashboard.activity.errors import ActivityUnavailable
from dashboard.activity.token_records import Token
from dashboard.api.app import PATH
from dashboard.api.problems import problem
from dashboard.services import EXTENSION, services
from dashboard.settings import Settings
from dashboard.web.rate_limits import RateLimits

RETRY_SECONDS = 5
_SCHEME = "Bearer"
_ALLOWED = "GET, POST, PUT"
_PREFLIGHT_SECONDS = 3600


def is_api(prefix: str) -> bool:
    """Return whether the current request is one that tokens open, and nothing else does."""
    return request.path.startswith(f"{prefix}{PATH}/") and request.endpoint not in OF_PAGES


def add_api_guard(server: Flask, settings: Settings) -> None:
    """Let only live tokens in. Call before anything else that answers requests is added."""
    prefix, hosts = settings.url_prefix, frozenset(settings.api_hosts.split(",")) - {""}
    limits = RateLimits(settings.cache_url)

    @server.before_request
    def let_in() -> Response | None:
        if not is_api(prefix):
            return None
        set_identity(None)
        if request.method == "OPTIONS":
            return _preflight(hosts)
        if API.get(request.endpoint or "") == NO_TOKEN:
            return None
        return _check(limits)

    @server.after_request
    def count(response: Response) -> Response:
        token = g.get("api_token")
        if token is not None and is_api(prefix):
            services().tokens.count(token, refused=response.status_code in (401, 403, 429))
        if is_api(prefix):
            _share(response, hosts)
        return response

    atexit.register(lambda: write_counts(server))


def write_counts(server: Flask) -> None:
    """Save how often which token asked; nothing of a server that was never made whole, as it did not start."""
    if EXTENSION in server.extensions:
        with server.app_context():
            services().tokens.write()


def _check(limits: RateLimits) -> Response | None:
    """Return why a request is refused; None for one that is answered."""
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != _SCHEME.lower() or not text.strip():
        return _unauthorised("Send a token: Authorization: Bearer ...")
    try:
        token = services().tokens.check(text.strip())
    except ActivityUnavailable:
        return problem(
            503, "Who you are cannot be checked now; ask again.", headers={"Retry-After": str(RETRY_SECONDS)}
        )
    if token is None:
        return _unauthorised("This token opens nothing: it is wrong, has expired, or was revoked.")
    g.api_token = token
    scope = API.get(request.endpoint or "")
    if scope is None:
        return problem(404, f"There is nothing at {request.path}; openapi.json says what there is.")
    if scope not in token.scopes:
        has = ", ".join(sorted(token.scopes))
        return problem(403, f"This needs the scope {scope}; the token has {has}.")
    return _limited(limits, token)


def _limited(limits: RateLimits, token: Token) -> Response | None:
    seconds = limits.seconds_to_wait(token)
    if not seconds:
        return None
    return problem(
        429,
        f"The token {token.name!r} may ask {token.per_hour:,} times an hour; ask again later.",
        headers={"Retry-After": str(seconds)},
    )


def _unauthorised(detail: str) -> Response:
    return problem(401, detail, headers={"WWW-Authenticate": _SCHEME})


# ---- other sites' pages ----


def _preflight(hosts: Collection[str]) -> Response:
    """Answer what a browser asks before a page of another site may ask: yes to those that are named."""
    answer = Response(status=204)
    if request.headers.get("Origin") in hosts:
        answer.headers["Access-Control-Allow-Methods"] = _ALLOWED
        answer.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type, If-None-Match"
        answer.headers["Access-Control-Max-Age"] = str(_PREFLIGHT_SECONDS)
    return answer


def _share(response: Response, hosts: Collection[str]) -> None:
    origin = request.headers.get("Origin", "")
    if origin in hosts:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Expose-Headers"] = "ETag, Retry-After"
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    if hosts:
        response.headers.add("Vary", "Origin")
