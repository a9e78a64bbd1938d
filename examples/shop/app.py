"""The shop's server: who is here, what pages and actions there are, and what every answer has."""

from functools import partial
from secrets import token_hex

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from examples.shop import actions, pages, words
from examples.shop.asking import NotThere, Rest
from examples.shop.here import Here, Shop, here
from examples.shop.shelves import Catalogue
from examples.shop.visits import Visits

COOKIE = "hafenkontor"
MOST_BYTES = 20_000  # of a form
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


def create_shop(shop: Shop) -> Flask:
    """Return the shop's server."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = MOST_BYTES
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True, "autoescape": True}
    app.jinja_env.globals.update(picture=words.picture, levels=words.levels, count=words.count, release=token_hex(4))
    app.jinja_env.filters["money"] = partial(words.money, sign=shop.currency)
    _know_visits(app, shop)
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(NotThere, _not_there)
    pages.register(app)
    actions.register(app)
    return app


def _know_visits(app: Flask, shop: Shop) -> None:
    """Give every browser a visit of its own by a cookie that other sites' pages do not send along."""
    visits, catalogue, rest = Visits(), Catalogue(), Rest()

    @app.before_request
    def come_in() -> None:
        if request.endpoint == "static":
            return
        cookie = request.cookies.get(COOKIE, "")
        visit = visits.find(cookie)
        if visit is None:
            cookie, visit = visits.begin(shop.customers[0] if shop.customers else "")
        g.here = Here(shop, visits, catalogue, rest, cookie, visit)

    @app.after_request
    def finish(response: Response) -> Response:
        response.headers.extend(_HEADERS)
        if "here" in g:
            response.headers["Cache-Control"] = "private, no-store"
            if request.cookies.get(COOKIE) != g.here.cookie:
                response.set_cookie(COOKIE, g.here.cookie, httponly=True, samesite="Lax")
        return response


def _refused(error: HTTPException) -> tuple[str, int] | HTTPException:
    if "here" not in g:  # of a picture or a style
        return error
    status = error.code or 500
    title = "This page is not here" if status == 404 else error.name
    return here().page("message.html", status=status, title=title, text=error.description or "")


def _not_there(error: NotThere) -> tuple[str, int]:
    return here().page("message.html", status=404, title="There is no such product", text="Please look at its number.")
