"""The pages: the start, a product, a list, the basket, and the part of a page that is filled again."""

from typing import Any

from flask import Flask, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from examples.shop.asking import NotThere
from examples.shop.here import LISTS, here
from examples.shop.shelves import NEW

ON_A_PAGE, ON_THE_START, ON_A_LIST = 4, 8, 24
FROM_LISTS = frozenset((*LISTS, "also_bought", "substitutes", "basket"))
MOST_LETTERS = 200

Page = str | tuple[str, int] | Response


def register(app: Flask) -> None:
    """Add the pages."""
    app.add_url_rule("/", view_func=home)
    app.add_url_rule("/products/<path:product_id>", view_func=product)
    app.add_url_rule("/find", view_func=find)
    app.add_url_rule("/lists/<name>", view_func=a_list)
    app.add_url_rule("/basket", view_func=basket)
    app.add_url_rule("/for-you", view_func=for_you)


def home() -> Page:
    """Return the start: what is due, and what is new for the customer."""
    at = here()
    due = at.shelves.of_customer("due", LISTS["due"], ON_A_PAGE) if at.visit.customer else None
    return at.page("home.html", due, at.shelves.of_customer(NEW, LISTS[NEW], ON_THE_START), n=ON_THE_START)


def product(product_id: str) -> Page:
    """Return a product's page. To look at it is one event: a click where it was on a list, else a view."""
    at = here()
    found = at.shelves.product(product_id)
    if found is None:
        return _away()
    from_list = request.args.get("list", "")
    if at.visit.comes_back_to(request.path):
        pass
    elif from_list in FROM_LISTS:
        at.record("click", product_id=found.product_id, list=from_list)
    else:
        at.record("view", product_id=found.product_id)
    beside = at.shelves.also_bought if found.is_available else at.shelves.substitutes
    shelves = beside(found.product_id, ON_A_PAGE), at.shelves.of_customer(NEW, LISTS[NEW], ON_A_PAGE)
    return at.page("product.html", *shelves, product=found, usual=at.shelves.usual(found.product_id), n=ON_A_PAGE)


def find() -> Page:
    """Return the page of the product with a number."""
    at, number = here(), request.args.get("number", "").strip()[:MOST_LETTERS]
    if not number:
        return redirect(url_for("home"), 303)
    at.record("search", text=number)
    try:
        found = at.shelves.product(number)
    except NotThere:
        title = f"There is no product with the number {number}"
        return at.page("message.html", status=404, title=title, text="Please look at it again.")
    return redirect(url_for("product", product_id=found.product_id), 303) if found else _away()


def a_list(name: str) -> Page:
    """Return one of the customer's lists."""
    at = here()
    title = next((title for known, title in LISTS.items() if known == name), None)
    if title is None:
        abort(404, "There is no such list.")
    shelf = at.shelves.of_customer(name, title, ON_A_LIST)  # type: ignore[arg-type]  # it is one of them
    return at.page("list.html", shelf, title=shelf.title if shelf else title, current=name, n=ON_A_LIST)


def basket() -> Page:
    """Return the basket, and what goes with it."""
    at = here()
    return at.page("basket.html", at.shelves.with_basket(ON_A_PAGE))


def for_you() -> Page:
    """Return the customer's list alone; nothing while Repertoire is away: what is on the page stays."""
    at = here()
    n = min(max(request.args.get("n", ON_A_PAGE, type=int), 1), ON_A_LIST)
    shelf = at.shelves.of_customer(NEW, LISTS[NEW], n)
    if shelf is None:
        return "", 204
    at.record_shown([shelf])
    path = request.args.get("page", url_for("home"))
    known: dict[str, Any] = {"visit": at.visit, "n": n, "path": path}
    return render_template("_for_you.html", shelf=shelf, **known)


def _away() -> tuple[str, int]:
    text = "The shop cannot look it up at the moment. Your basket is kept; please come back in a minute."
    return here().page("message.html", status=503, title="This product cannot be shown now", text=text)
