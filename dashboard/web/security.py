"""What keeps others out of the browser: headers, who may send a request, how large it may be.

The app answers only requests that were addressed to a name of its own, so that no page of the internet gets at it
through a name that it points here (DNS rebinding). Who may see what is asked elsewhere: `dashboard/web/sign_in`.
"""

from collections.abc import Collection, Iterable
from datetime import timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit

from dash import Dash
from dash.exceptions import DependencyException, InvalidResourceError
from flask import Flask, Response, current_app, request
from werkzeug.middleware.proxy_fix import ProxyFix

from dashboard.api.app import PATH
from dashboard.digest.subscription import UNSUBSCRIBE
from dashboard.settings import OPEN, Settings
from dashboard.web.callback_bodies import fault_of, is_callback, sent_body

SENT_WITH = frozenset({"endId"})  # parameters of a callback's address; others are of callbacks in the background
YEAR = timedelta(days=365)
POLICY = "CONTENT_SECURITY_POLICY"  # in Flask's config: what content_security_policy() returned
TOO_OLD = "X-Repertoire-Page-Too-Old"  # on an answer to such a page: shell.js then offers to load it again
PDF = "application/pdf"
# Of a PDF in a tab of its own: browsers show it by a plug-in or page of their own, which styles itself.
PDF_POLICY = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; base-uri 'none'; frame-ancestors 'none'"
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def content_security_policy(script_hashes: Iterable[str]) -> str:
    """Return the policy; the hashes are those of Dash's own inline scripts, quoted as `Dash.csp_hashes` gives them.

    Dash and plotly set inline styles, therefore 'unsafe-inline' for styles alone.
    """
    directives = {
        "default-src": "'none'",
        "script-src": " ".join(["'self'", *script_hashes]),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "manifest-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        "object-src": "'none'",
    }
    return "; ".join(f"{name} {sources}" for name, sources in directives.items())


def secure(server: Flask, settings: Settings) -> None:
    """Set limits, refuse foreign requests and put headers on every response. Call before the first request."""
    server.config[POLICY] = content_security_policy([])
    server.config["MAX_CONTENT_LENGTH"] = settings.body_kb * 1024
    server.config.update(
        SESSION_COOKIE_NAME="repertoire",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookie,
        SESSION_COOKIE_PATH=settings.url_prefix,
        PERMANENT_SESSION_LIFETIME=YEAR,
        SESSION_REFRESH_EACH_REQUEST=False,  # an answer under way must not bring back the rep chosen before
    )
    api = f"{settings.url_prefix}{PATH}/"  # a token says who asks, which no browser sends by itself
    lasting = tuple(f"{settings.url_prefix}{path}/" for path in ("assets", "static", "_dash-component-suites", PATH))
    if settings.trusted_proxies:
        n = settings.trusted_proxies
        server.wsgi_app = ProxyFix(server.wsgi_app, x_for=n, x_proto=n, x_host=n)  # type: ignore[method-assign]
    # A mail program ends the digest by itself (RFC 8058), or in its own page: the token says that it may.
    from_anywhere = f"{settings.url_prefix}{UNSUBSCRIBE}"
    names, has_others = settings.own_names, not settings.is_loopback or settings.trusted_proxies > 0

    @server.before_request
    def refuse_foreign() -> Response | None:
        if not is_own(request.host, names, is_network=has_others):
            return _plain(400, "The app is not served under this name; name it in REPERTOIRE_HOSTS.")
        is_change = request.method not in ("GET", "HEAD", "OPTIONS")
        is_free = request.path == from_anywhere or request.path.startswith(api)
        if is_change and not (is_free or _is_same_origin()):
            return _plain(403, "Requests from other sites are refused.")
        return None

    @server.after_request
    def add_headers(response: Response) -> Response:
        response.headers.update(_HEADERS)
        is_pdf = response.mimetype == PDF
        response.headers["Content-Security-Policy"] = PDF_POLICY if is_pdf else current_app.config[POLICY]
        if not request.path.startswith(lasting):
            response.headers["Cache-Control"] = "no-store"  # names and phone numbers are in it
        elif "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-cache"
        return response


def refuse_unknown(app: Dash) -> None:
    """Answer what the app does not have in one plain line: a component file, a callback, and one in another form.

    Dash's own answers are an HTML page that repeats the address, and an error with its traceback in the log. An
    old page that asks for a callback of an earlier release gets that answer. Call before the first request.
    """
    server: Flask = app.server
    for error in (InvalidResourceError, DependencyException):
        server.register_error_handler(error, lambda _: _plain(404, "There is no such file."))
    prefix = app.config.routes_pathname_prefix

    @server.before_request
    def refuse_wrong_callback() -> Response | None:
        if not is_callback(prefix):
            return None
        asked = sent_body()
        output = asked.get("output") if isinstance(asked, dict) else None
        if not isinstance(output, str) or not SENT_WITH.issuperset(request.args):
            return _plain(400, "This is no request of a page of this app.")
        spec = app.callback_map.get(output, {})
        # Those that run in the browser are in the map too, but nobody can call them here.
        if "callback" not in spec:
            answer = _plain(400, "This page is older than the app; load it again.")
            answer.headers[TOO_OLD] = "true"
            return answer
        fault = fault_of(asked, spec, prefix)
        return _plain(400, f"This is no request of a page of this app: {fault}.") if fault else None


def is_own(host: str, names: Collection[str], *, is_network: bool) -> bool:
    """Return whether a Host header names this app: one of its names in any case, or an address of digits.

    is_network  whether other machines reach it; else the only address is this machine's own
    """
    try:
        name = (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return False
    try:
        address = ip_address(name)
    except ValueError:
        return name in names
    return is_network or address.is_loopback


def exposure_warning(settings: Settings) -> str | None:
    """Return what to print at the start if passwords and sessions can be read on their way, else None."""
    if settings.sign_in == OPEN or settings.secure_cookie:
        return None
    if settings.is_loopback and not settings.trusted_proxies:
        return None
    return (
        "Warning: REPERTOIRE_SECURE_COOKIE is false: sessions are sent in clear where people use http. "
        "Let a proxy in front speak https, and set it to true."
    )


def _is_same_origin() -> bool:
    """Return what the browser's headers say; without them True: no browser sent it, so no other site caused it."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host


def _plain(status: int, text: str) -> Response:
    return Response(f"{text}\n", status=status, mimetype="text/plain")
