"""The routes of sign-in: what its forms send, and what is answered."""

from flask import Blueprint, Flask, Response, abort, request, session

from dashboard.access.accounts import Accounts, Outcome, SignedIn
from dashboard.access.passwords import fault
from dashboard.activity.errors import ActivityUnavailable
from dashboard.services import services
from dashboard.settings import OPEN, Settings
from dashboard.web.sign_in import view
from dashboard.web.sign_in.addresses import (
    ACCOUNT,
    PROVIDER,
    PROVIDER_ANSWER,
    SET_PASSWORD,
    SIGN_IN,
    SIGN_OUT,
    safe_next,
    see_other,
)
from dashboard.web.sign_in.cookie import drop, keep, visitor
from dashboard.web.sign_in.digest import add_digest_pages, wants_digest
from dashboard.web.sign_in.guard import signed_in
from dashboard.web.sign_in.provider import NotBelieved, ProviderGone, add_provider, provider

LOCAL = "local"
OIDC = "oidc"
NOT_BELIEVED = "The company's sign-in did not work. Try again; if it stays, tell your administrator."
NO_PROVIDER = "The company's sign-in does not answer now. Try again in a minute."
WANTED = "wanted"  # in the signed cookie, while the browser is at the provider


def add_pages(server: Flask, settings: Settings, head: view.Head) -> None:
    """Add the pages that the kind of sign-in has; none where nobody signs in."""
    view.set_head(server, head)
    pages = Blueprint("sign_in", __name__, template_folder="templates", url_prefix=settings.url_prefix.rstrip("/"))
    if settings.sign_in == LOCAL:
        pages.add_url_rule(f"/{SIGN_IN}", view_func=sign_in, methods=["GET"])
        pages.add_url_rule(f"/{SIGN_IN}", view_func=send_sign_in, methods=["POST"])
        pages.add_url_rule(f"/{SET_PASSWORD}", view_func=set_password, methods=["GET"])
        pages.add_url_rule(f"/{SET_PASSWORD}", view_func=send_password, methods=["POST"])
        pages.add_url_rule(f"/{ACCOUNT}/password", view_func=send_new_password, methods=["POST"])
    elif settings.sign_in == OIDC:
        add_provider(server, settings)
        pages.add_url_rule(f"/{SIGN_IN}", view_func=sign_in, methods=["GET"])
        pages.add_url_rule(f"/{PROVIDER}", view_func=to_provider, methods=["GET"])
        pages.add_url_rule(f"/{PROVIDER_ANSWER}", view_func=from_provider, methods=["GET"])
    if settings.sign_in in (LOCAL, OIDC):
        pages.add_url_rule(f"/{SIGN_OUT}", view_func=sign_out, methods=["POST"])
        pages.add_url_rule(f"/{ACCOUNT}", view_func=account, methods=["GET"])
        pages.add_url_rule(f"/{ACCOUNT}/sessions", view_func=end_session, methods=["POST"])
    if settings.sign_in != OPEN:
        add_digest_pages(pages)
    server.register_blueprint(pages)


def sign_in() -> Response:
    """Ask for email and password; who is signed in already is sent on."""
    wanted = _wanted(request.args.get("next", ""))
    if signed_in():
        return see_other(wanted)
    is_local = services().settings.sign_in == LOCAL
    return view.sign_in_page(wanted) if is_local else view.provider_page(wanted)


def to_provider() -> Response:
    """Send the browser to the company's own sign-in."""
    wanted = _wanted(request.args.get("next", ""))
    try:
        answer = see_other(provider().begin(_outside(PROVIDER_ANSWER)))
    except ProviderGone:
        return view.provider_page(wanted, fault=NO_PROVIDER, status=503)
    session[WANTED] = wanted
    return answer


def from_provider() -> Response:
    """Start a session for whom the provider names; what it says is looked at in every way first."""
    settings, wanted = services().settings, _wanted(str(session.pop(WANTED, "")))
    try:
        who = provider().finish()
        started = _accounts().sign_in_vouched(who, visitor(settings))
    except NotBelieved:
        return _not_believed(wanted)
    except ProviderGone:
        return view.provider_page(wanted, fault=NO_PROVIDER, status=503)
    except ActivityUnavailable:
        return view.provider_page(wanted, fault=view.NOT_NOW, status=503)
    if started is None:
        return view.no_role_page(who.email or who.subject, can_sign_out=True)
    return keep(see_other(wanted), started, settings)


def _not_believed(wanted: str) -> Response:
    try:
        _accounts().refuse_vouched(visitor(services().settings))
    except ActivityUnavailable:
        return view.provider_page(wanted, fault=view.NOT_NOW, status=503)
    return view.provider_page(wanted, fault=NOT_BELIEVED, status=401)


def _outside(path: str) -> str:
    """Return the address of a page as the provider is to call it."""
    settings = services().settings
    return f"{settings.public_url or request.host_url.rstrip('/')}{settings.url_prefix}{path}"


def send_sign_in() -> Response:
    """Start a session for the right password."""
    settings, wanted = services().settings, _wanted(request.form.get("next", ""))
    email, password = request.form.get("email", ""), request.form.get("password", "")
    try:
        outcome = _accounts().sign_in(email, password, visitor(settings))
    except ActivityUnavailable:
        return view.sign_in_page(wanted, email=email, fault=view.NOT_NOW, status=503)
    if outcome.started is not None:
        return keep(see_other(wanted), outcome.started, settings)
    words, status = _refusal(outcome, view.WRONG)
    return _retry_after(view.sign_in_page(wanted, email=email, fault=words, status=status), outcome)


def sign_out() -> Response:
    """End this browser's session; the cookie goes even where the database does not answer."""
    settings = services().settings
    try:
        _accounts().sign_out(visitor(settings).token)
    except ActivityUnavailable:
        why = "The database does not answer, so that the session goes on until it is ended there."
        page = view.notice_page(503, "You are signed out in this browser only", why, "Sign in later and end it.")
        return drop(page, settings)
    address = provider().sign_out_address(_outside(SIGN_IN)) if settings.sign_in == OIDC else ""
    page = view.signed_out_at_page(address) if address else view.signed_out_page()
    return drop(page, settings)


def set_password() -> Response:
    """Ask for the password that a one-time link sets."""
    token = request.args.get("token", "")
    try:
        person = _accounts().person_of_link(token)
    except ActivityUnavailable:
        return view.cannot_check_page()
    return view.set_password_page(token, person.email) if person else view.link_gone_page()


def send_password() -> Response:
    """Set the password of a one-time link and start a session."""
    settings, token, password = services().settings, request.form.get("token", ""), request.form.get("password", "")
    try:
        person = _accounts().person_of_link(token)
        if person is None:
            return view.link_gone_page()
        words = fault(password, person.email) or _differs(password)
        if words:
            return view.set_password_page(token, person.email, fault=words, status=422)
        started = _accounts().use_link(token, password, visitor(settings))
    except ActivityUnavailable:
        return view.cannot_check_page()
    return keep(see_other(settings.url_prefix), started, settings) if started else view.link_gone_page()


def account() -> Response:
    """Show who is signed in and where."""
    return _account_page(_somebody())


def send_new_password() -> Response:
    """Change the password; all other sessions end, and this one goes on under a new token."""
    somebody, settings = _somebody(), services().settings
    new = request.form.get("password", "")
    words = fault(new, somebody.identity.email) or _differs(new)
    if words:
        return _account_page(somebody, fault=words, status=422)
    try:
        outcome = _accounts().change_password(somebody, request.form.get("current", ""), new, visitor(settings))
        if outcome.started is None:
            words, status = _refusal(outcome, "The current password is not right.")
            return _retry_after(_account_page(somebody, fault=words, status=status), outcome)
        now = SignedIn(somebody.identity, outcome.started.session)
        page = _account_page(now, done="Your password is changed. All other sessions have ended.")
    except ActivityUnavailable:
        return view.cannot_check_page()
    return keep(page, outcome.started, settings)


def end_session() -> Response:
    """End one of one's own sessions."""
    somebody, settings = _somebody(), services().settings
    given = request.form.get("session", "")
    session_id = int(given) if given.isascii() and given.isdigit() and len(given) < 19 else abort(400)
    try:
        _accounts().revoke(somebody.session.person_id, session_id)
    except ActivityUnavailable:
        return view.cannot_check_page()
    if session_id == somebody.session.id:
        return drop(view.signed_out_page(), settings)
    return see_other(f"{settings.url_prefix}{ACCOUNT}")


def _account_page(somebody: SignedIn, *, fault: str = "", done: str = "", status: int = 200) -> Response:
    at = services()
    try:
        sessions = at.accounts.sessions_of(somebody.session.person_id)
        wanted = wants_digest()
    except ActivityUnavailable:
        return view.cannot_check_page()
    return view.account_page(
        somebody.identity,
        sessions,
        somebody.session,
        at.formats,
        fault=fault,
        done=done,
        status=status,
        has_password=at.settings.sign_in == LOCAL,
        wants_digest=wanted,
    )


def _accounts() -> Accounts:
    return services().accounts


def _somebody() -> SignedIn:
    return signed_in() or abort(401)


def _wanted(given: str) -> str:
    return safe_next(given, services().settings.url_prefix)


def _differs(password: str) -> str:
    return "" if password == request.form.get("again", "") else "The two passwords differ; type both again."


def _refusal(outcome: Outcome, wrong: str) -> tuple[str, int]:
    return (view.wait_words(outcome.wait), 429) if outcome.wait else (wrong, 401)


def _retry_after(page: Response, outcome: Outcome) -> Response:
    if outcome.wait:
        page.headers["Retry-After"] = str(int(outcome.wait.total_seconds()) + 1)
    return page
