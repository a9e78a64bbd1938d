"""The pages of sign-in as HTML: plain forms that need no script."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import Any

from flask import Flask, Response, current_app, render_template

from dashboard.access import passwords
from dashboard.access.identity import Identity
from dashboard.activity.records import Session
from dashboard.display.devices import device
from dashboard.display.formats import Formats
from dashboard.web.sign_in.addresses import ACCOUNT, PROVIDER, SET_PASSWORD, SIGN_IN, SIGN_OUT

_HEAD = "repertoire_sign_in_head"
WRONG = "The email address or the password is not right."
NOT_NOW = "Nobody can sign in now: the database does not answer. Try again in a minute."


@dataclass(frozen=True)
class Head:
    """What every page of sign-in loads: addresses of stylesheets, scripts and the icon; the prefix.

    locale, time_zone   how paper has the time at which it was printed
    """

    stylesheets: tuple[str, ...]
    scripts: tuple[str, ...]
    icon: str
    prefix: str
    locale: str
    time_zone: str


def set_head(server: Flask, head: Head) -> None:
    """Say what the pages load. Call before the first request."""
    server.extensions[_HEAD] = head


def sign_in_page(wanted: str, *, email: str = "", fault: str = "", status: int = 200) -> Response:
    """Return the form that asks for email and password; `wanted` is where it leads on to."""
    return _page("sign_in.html", status, title="Sign in", wanted=wanted, email=email, fault=fault)


def provider_page(wanted: str, *, fault: str = "", status: int = 200) -> Response:
    """Return the page that leads to the company's own sign-in."""
    return _page("provider.html", status, title="Sign in", wanted=wanted, fault=fault)


def signed_out_at_page(address: str) -> Response:
    """Return a page that goes on to sign out at the provider too; a form's answer may not lead to another site."""
    page = signed_out_page()
    page.headers["Refresh"] = f"0; url={address}"
    return page


def set_password_page(token: str, email: str, *, fault: str = "", status: int = 200) -> Response:
    """Return the form that a one-time link leads to."""
    return _page("set_password.html", status, title="Set your password", token=token, email=email, fault=fault)


def link_gone_page() -> Response:
    """Return what a link shows that was used, has expired or never was."""
    return notice_page(
        410,
        "This link does not work any more",
        "It was used already, or is older than three days.",
        "Ask for a new one.",
    )


def signed_out_page() -> Response:
    """Return what is shown after a sign-out."""
    return notice_page(200, "You are signed out", "This browser shows no customers any more.", action="Sign in again")


def cannot_check_page() -> Response:
    """Return what pages show while nobody can be let in."""
    why = "Who you are is looked up in the database, and it does not answer now."
    return notice_page(503, "Nothing can be shown now", why, "Load this page again in a minute.")


def no_role_page(email: str, *, can_sign_out: bool) -> Response:
    """Return what someone sees who is signed in and has no role."""
    return _page("no_role.html", 403, title="No access yet", email=email, can_sign_out=can_sign_out)


def not_the_proxy_page() -> Response:
    """Return what is shown to a request that did not come through the proxy, or without a name."""
    why = "Repertoire is opened through your company's own address, where you sign in."
    return notice_page(401, "You are not signed in", why, "If you came that way, tell your administrator.")


def unsubscribe_page() -> Response:
    """Return the question of the link in a digest."""
    why = "It brings new alerts, today\N{RIGHT SINGLE QUOTATION MARK}s calls and next steps, once a day."
    return _page("digest.html", 200, title="Get the digest no more?", why=why, can_end=True)


def unsubscribed_page(*, can_undo: bool) -> Response:
    """Return what is shown after it; `can_undo`: to who is signed in as the one whom it was sent to."""
    why = "No more digests are sent to you."
    if not can_undo:
        why += " If you want them back, sign in and open your account, or ask your administrator."
    return _page("digest.html", 200, title="You are unsubscribed", why=why, can_undo=can_undo)


def subscribed_page() -> Response:
    """Return what is shown to who wants it again, where there is no page of the account."""
    return notice_page(200, "You get the digest again", "The next one comes when it is sent to all.")


def account_page(
    identity: Identity,
    sessions: Sequence[Session],
    this: Session,
    formats: Formats,
    *,
    fault: str = "",
    done: str = "",
    status: int = 200,
    has_password: bool = True,
    wants_digest: bool | None = None,
) -> Response:
    """Return a person's own page: who they are, their sessions, the digest, and the change of the password.

    wants_digest   None where there is no digest for them
    """
    rows = [
        {
            "id": session.id,
            "device": device(session.user_agent),
            "since": formats.moment(session.created_at),
            "used": formats.moment(session.last_seen_at),
            "is_this": session.id == this.id,
        }
        for session in sessions
    ]
    roles = ", ".join(sorted(identity.roles)) or "none"
    return _page(
        "account.html",
        status,
        title="Your account",
        identity=identity,
        roles=roles,
        rows=rows,
        fault=fault,
        done=done,
        has_password=has_password,
        wants_digest=wants_digest,
    )


def wait_words(wait: timedelta) -> str:
    """Return how long to wait until the next try, as a sentence."""
    seconds = ceil(wait.total_seconds())
    n, unit = (seconds, "second") if seconds < 60 else (ceil(seconds / 60), "minute")
    return f"Too many tries. The next one is possible in {n} {unit}{'' if n == 1 else 's'}."


def notice_page(status: int, title: str, why: str, what_to_do: str = "", *, action: str = "") -> Response:
    """Return a page that states a fact, its cause and what to do; `action` names a link to the sign-in."""
    return _page("notice.html", status, title=title, why=why, what_to_do=what_to_do, action=action)


def _page(template: str, status: int, **values: Any) -> Response:
    head = current_app.extensions[_HEAD]
    prefix = head.prefix
    at = {"home": prefix, "sign_in": prefix + SIGN_IN, "sign_out": prefix + SIGN_OUT, "account": prefix + ACCOUNT}
    at["provider"] = prefix + PROVIDER
    at["set_password"] = prefix + SET_PASSWORD
    html = render_template(f"sign_in/{template}", head=head, at=at, min_length=passwords.MIN_LENGTH, **values)
    return Response(html, status=status, mimetype="text/html")
