"""Ending the digest by email: from its link, without a sign-in, and on the page of one's account."""

from datetime import UTC, datetime

from flask import Blueprint, Response, current_app, request

from dashboard.access.identity import current_identity
from dashboard.access.trail import person_number
from dashboard.activity.database import digests
from dashboard.activity.errors import ActivityUnavailable
from dashboard.digest.subscription import UNSUBSCRIBE, gets_digest, person_of
from dashboard.services import services
from dashboard.web.sign_in import view
from dashboard.web.sign_in.addresses import ACCOUNT, see_other

NO_CHANGE = "The database does not answer now, so nothing was changed."


def add_digest_pages(pages: Blueprint) -> None:
    """Add the routes, wherever people sign in."""
    pages.add_url_rule(f"/{UNSUBSCRIBE}", view_func=unsubscribe, methods=["GET"])
    pages.add_url_rule(f"/{UNSUBSCRIBE}", view_func=send_unsubscribe, methods=["POST"])
    pages.add_url_rule(f"/{ACCOUNT}/digest", view_func=choose_digest, methods=["POST"])


def unsubscribe() -> Response:
    """Ask whether the digest is to end; nothing changes: programs that look mails through follow each link."""
    return view.unsubscribe_page()


def send_unsubscribe() -> Response:
    """End the digest of whom the token names. A wrong token gets the same answer: nobody learns who has an account."""
    person_id = person_of(_key(), request.args.get("who", ""), request.args.get("token", ""))
    try:
        if person_id is not None:
            _choose(person_id, is_wanted=False)
    except ActivityUnavailable:
        return _not_now()
    is_theirs = person_id is not None and person_id == person_number()
    return view.unsubscribed_page(can_undo=is_theirs)


def choose_digest() -> Response:
    """Begin or end one's own digest."""
    person_id, is_wanted = person_number(), request.form.get("wanted") == "1"
    try:
        if person_id is not None:
            _choose(person_id, is_wanted=is_wanted)
    except ActivityUnavailable:
        return _not_now()
    at = services().settings
    if has_account_page():
        return see_other(f"{at.url_prefix}{ACCOUNT}")
    return view.subscribed_page() if is_wanted else view.unsubscribed_page(can_undo=True)


def wants_digest() -> bool | None:
    """Return whether who sends the request wants the digest; None where there is none for them.

    Raises ActivityUnavailable.
    """
    at, identity, person_id = services(), current_identity(), person_number()
    if not at.settings.smtp_host or identity is None or person_id is None or not gets_digest(identity.roles):
        return None
    with at.database.read() as reading:
        return digests.is_wanted(reading, person_id)


def has_account_page() -> bool:
    """Return whether this kind of sign-in has one."""
    return "sign_in.account" in current_app.view_functions


def _choose(person_id: int, *, is_wanted: bool) -> None:
    with services().database.write() as at:
        digests.choose(at, person_id, is_wanted=is_wanted, now=datetime.now(UTC))


def _not_now() -> Response:
    return view.notice_page(503, "Nothing was changed", NO_CHANGE, "Try again in a minute.")


def _key() -> str:
    return str(current_app.secret_key)
