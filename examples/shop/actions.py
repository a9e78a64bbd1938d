"""What is done in the shop: each by POST, and then back to the page where it was done."""

import re
from urllib.parse import unquote, urlsplit

from flask import Flask, abort, redirect, request, url_for
from werkzeug.wrappers import Response

from examples.shop.asking import NotThere
from examples.shop.here import Here, here
from examples.shop.pages import FROM_LISTS
from examples.shop.visits import MOST_LINES, MOST_QUANTITY, Line
from examples.shop.words import count, money

_OWN_PAGE = re.compile(r"/(?![/\\])[!-\[\]-~]*")  # a path on this server: no other address, no backslash
_AWAY = "The shop cannot look up this product at the moment. Please try again in a minute."


def register(app: Flask) -> None:
    """Add the actions."""
    app.add_url_rule("/basket/add", view_func=add, methods=["POST"])
    app.add_url_rule("/basket/change", view_func=change, methods=["POST"])
    app.add_url_rule("/order", view_func=order, methods=["POST"])
    app.add_url_rule("/customer", view_func=choose_customer, methods=["POST"])


def add() -> Response:
    """Put a product into the basket, with the facts that Repertoire has of it now."""
    at, quantity = here(), _quantity(1)
    product = at.shelves.product(request.form.get("product_id", ""))
    if product is None:
        at.visit.said = _AWAY
    elif not product.is_available:
        at.visit.said = f"{product.name} cannot be ordered at the moment."
    elif (line := at.visit.add(product, quantity)) is None:
        at.visit.said = f"The basket is full: it holds {count(MOST_LINES, 'product', 'products')}."
    else:
        at.visit.said = f"{quantity:,} × {product.name} is in the basket."
        _record_cart(at, line, request.form.get("list", ""))
    return _back(at)


def change() -> Response:
    """Set how many of a product are in the basket; 0 takes it out."""
    at, quantity = here(), _quantity(0)
    product_id = request.form.get("product_id", "")
    before = at.visit.change(product_id, quantity)
    if before is None:
        return _back(at)
    if quantity:
        at.visit.said = f"{quantity:,} × {before.product.name} is in the basket."
        _record_cart(at, Line(before.product, quantity))
    else:
        at.visit.said = f"{before.product.name} is out of the basket."
        at.record("uncart", product_id=product_id)
    return _back(at)


def order() -> Response:
    """Order what is in the basket; what cannot be had by now stays there, and is named."""
    at = here()
    gone = [line for line in at.visit.lines if not _can_be_had(at, line)]
    if gone:
        names = ", ".join(line.product.name for line in gone)
        at.visit.said = f"Nothing was ordered yet. This cannot be ordered any more: {names}. Please take it out."
        return redirect(url_for("basket"), 303)
    total, lines = at.visit.total, at.visit.take_all()
    for line in lines:
        at.record("order", product_id=line.product.product_id, quantity=line.quantity)
    if lines:
        what = f"{count(len(lines), 'product', 'products')}, {money(total, at.shop.currency)} net"
        at.visit.said = f"Thank you for your order: {what}. This is an example, nothing is delivered."
    return redirect(url_for("home"), 303)


def choose_customer() -> Response:
    """Go on as another customer, or as a visitor, with an empty basket."""
    at, customer = here(), request.form.get("customer", "")
    if customer and customer not in at.shop.customers:
        abort(400, "There is no such customer to choose.")
    if customer != at.visit.customer:
        for line in at.visit.take_all():  # else Repertoire believes that it is still in a basket
            at.record("uncart", product_id=line.product.product_id)
        at.begin_anew(customer)
    return redirect(url_for("home"), 303)


def _can_be_had(at: Here, line: Line) -> bool:
    """Return whether a product can be ordered; while Repertoire is away nothing speaks against it."""
    try:
        product = at.shelves.product(line.product.product_id)
    except NotThere:
        return False
    return product is None or product.is_available


def _record_cart(at: Here, line: Line, from_list: str = "") -> None:
    """Record how many are in the basket now, and the list that they came from."""
    known = from_list if from_list in FROM_LISTS else ""
    at.record("cart", product_id=line.product.product_id, quantity=line.quantity, list=known)


def _quantity(least: int) -> int:
    text = request.form.get("quantity", "1")
    if not re.fullmatch(r"[0-9]{1,4}", text) or int(text) < least:
        abort(400, f"The quantity is {text[:20]!r}; it must be a whole number from {least} to {MOST_QUANTITY:,}.")
    return int(text)


def _back(at: Here) -> Response:
    """Return to the page of the form. That is no new look at it."""
    page = request.form.get("page", "")
    if not _OWN_PAGE.fullmatch(page):
        page = url_for("basket")
    at.visit.returns_to = unquote(urlsplit(page).path)
    return redirect(page, 303)
