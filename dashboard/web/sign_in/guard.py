"""The guard in front of every request: nobody gets past it whom it does not know.

It stands before Dash and before whatever is added later. What may be had without a sign-in is named here, one by
one; all else is refused: pages lead to the sign-in and on from there, everything else is answered 401, and the page
that asked says so in place.
"""

import hmac
from ipaddress import ip_address

from flask import Flask, Response, g, request

from dashboard.access.accounts import SignedIn
from dashboard.access.identity import OPEN, Identity, set_identity
from dashboard.activity.errors import ActivityUnavailable
from dashboard.services import services
from dashboard.settings import OPEN as NOBODY_SIGNS_IN
from dashboard.settings import PROXY_SECRET_HEADER, Settings
from dashboard.web.api_guard import is_api
from dashboard.web.callback_bodies import PATH, sent_body
from dashboard.web.request_log import PERSON
from dashboard.web.sign_in.addresses import see_other, sign_in_address
from dashboard.web.sign_in.cookie import visitor
from dashboard.web.sign_in.view import cannot_check_page, no_role_page, not_the_proxy_page

PROXY = "proxy"
WARM_UP = "repertoire.warm_up"  # in the WSGI environment, where no header of a request gets
SIGNED_OUT = "X-Repertoire-Signed-Out"  # on an answer to an open page: shell.js then says so in it
CANNOT_CHECK = "X-Repertoire-Cannot-Check"
RETRY_SECONDS = 5
# Without a sign-in: that the process lives, the sign-in itself, and what its pages are drawn with, which is the same
# for every installation.
_HEALTH = ("health.healthz", "health_root.healthz", "health.readyz", "health_root.readyz")
_PROVIDER = ("sign_in.to_provider", "sign_in.from_provider")
_PAGES = (
    "sign_in.sign_in",
    "sign_in.send_sign_in",
    "sign_in.sign_out",
    "sign_in.set_password",
    "sign_in.send_password",
    "sign_in.unsubscribe",
    "sign_in.send_unsubscribe",
)
PUBLIC = frozenset({*_HEALTH, *_PAGES, *_PROVIDER, "static_files"})
PAPER = (
    "call_sheet",
    "day_sheet",
    "campaign_pdf",
)  # they open in a tab of their own, which leads to the sign-in as a page does
PUBLIC_ASSETS = ("theme.js", "sign_in.js", "print.js", "favicon.svg")
# For whoever is signed in, also without a role.
_ACCOUNT = ("sign_in.account", "sign_in.send_new_password", "sign_in.end_session", "sign_in.choose_digest")
OF_EVERYONE = frozenset({*_ACCOUNT, *PUBLIC})


def add_guard(server: Flask, settings: Settings) -> None:
    """Let only those in who are known. Call before anything else that answers requests is added."""
    prefix = settings.url_prefix
    assets = frozenset(f"{prefix}assets/{name}" for name in PUBLIC_ASSETS)
    pages = frozenset({prefix, f"{prefix}<path:path>", "sign_in.account", "api.docs", *PAPER})

    @server.before_request
    def let_in() -> Response | None:
        if is_api(prefix):
            return None  # a token opens it: api_guard.py
        set_identity(None)
        if request.environ.get(WARM_UP):
            _let(OPEN)
            return None
        if settings.sign_in == NOBODY_SIGNS_IN:
            return _open_to_this_machine()
        is_public = request.endpoint in PUBLIC or request.path in assets
        is_page = request.endpoint in pages
        try:
            who = _of_proxy(settings) if settings.sign_in == PROXY else _of_session(settings)
        except ActivityUnavailable:
            return None if is_public else _cannot_check(is_page=is_page)
        if who is None:
            return None if is_public else _refuse(settings, is_page=is_page)
        _let(who)
        if who.roles or request.endpoint in OF_EVERYONE or request.path in assets:
            return None
        return _no_role(who.email, is_page=is_page)


def signed_in() -> SignedIn | None:
    """Return who sends the current request with which session; None where nobody does."""
    found = g.get("signed_in")
    return found if isinstance(found, SignedIn) else None


def _open_to_this_machine() -> Response | None:
    """Let everyone in who is at this machine, also if the server was told to listen elsewhere than the settings say."""
    try:
        is_here = ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        is_here = False
    if not is_here:
        return _plain(403, "Nobody signs in here, so that only this machine is answered; set REPERTOIRE_SIGN_IN.")
    _let(OPEN)
    return None


def _let(identity: Identity) -> None:
    """Say who sends the request, to the app and, by number, to the log."""
    set_identity(identity)
    request.environ[PERSON] = identity.person_id


def _of_session(settings: Settings) -> Identity | None:
    token = visitor(settings).token
    found = services().accounts.who(token, is_use=not _is_tick()) if token else None
    if found is None:
        return None
    g.signed_in = found
    return found.identity


def _of_proxy(settings: Settings) -> Identity | None:
    """Return whom the proxy names, with no roles where nobody here has that address; None if it was not the proxy."""
    secret = request.headers.get(PROXY_SECRET_HEADER, "")
    if not hmac.compare_digest(secret.encode(), settings.proxy_secret.encode()):
        return None
    email = request.headers.get(settings.proxy_header, "").strip()
    if not email:
        return None
    found = services().accounts.of_address(email, is_use=not _is_tick())
    return found or Identity("", "", email, frozenset(), frozenset(), sees_all=False)


def _is_tick() -> bool:
    """Return whether an open page asks by itself whether there are new data: no sign that somebody is there."""
    if request.method != "POST" or not request.path.endswith(PATH):
        return False
    asked = sent_body()
    return isinstance(asked, dict) and asked.get("changedPropIds") == ["tick.n_intervals"]


def _refuse(settings: Settings, *, is_page: bool) -> Response:
    prefix = settings.url_prefix
    if is_page and settings.sign_in == PROXY:
        return not_the_proxy_page()
    if is_page and request.method in ("GET", "HEAD"):
        wanted = request.full_path if request.query_string else request.path
        return see_other(sign_in_address(prefix, wanted))
    answer = _plain(401, "Sign in first.")
    answer.headers[SIGNED_OUT] = "true"
    return answer


def _cannot_check(*, is_page: bool) -> Response:
    """Answer that nobody can be let in now: a session may have been ended, and only the database knows."""
    answer = cannot_check_page() if is_page else _plain(503, "Who you are cannot be checked now; try again.")
    answer.headers[CANNOT_CHECK] = "true"
    answer.headers["Retry-After"] = str(RETRY_SECONDS)
    return answer


def _no_role(email: str, *, is_page: bool) -> Response:
    return (
        no_role_page(email, can_sign_out=signed_in() is not None)
        if is_page
        else _plain(403, "This account has no role here.")
    )


def _plain(status: int, text: str) -> Response:
    return Response(f"{text}\n", status=status, mimetype="text/plain")
