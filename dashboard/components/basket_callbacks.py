"""A basket on a page: the area that holds its card, and what a browser's changes to it are answered with."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from dash import ClientsideFunction, Dash, Input, Output, State, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard.access.identity import current_identity
from dashboard.access.permissions import ACTIONS, allows
from dashboard.access.trail import HANDED_OVER, note
from dashboard.components.basket_card import (
    ASKED,
    BASKET,
    CSV,
    DONE,
    GOES_WITH,
    MARKS,
    NOTE,
    NOTICE,
    SAID,
    UNKNOWN,
    Shown,
    basket_card,
    goes_with_of,
    lines_of,
    note_of,
)
from dashboard.components.csv_file import register_csv_file
from dashboard.components.page_callbacks import register_callback
from dashboard.components.page_guard import roles
from dashboard.components.table import csv_download, note_export
from dashboard.display.basket import Basket, basket_csv, basket_of, marks_now, marks_of, order_of, unknown_of
from dashboard.display.basket_changes import (
    add_order,
    change_quantity,
    empty_basket,
    mark_ordered,
    put,
    put_order_day,
)
from dashboard.display.order_text import Typed
from dashboard.display.page_context import PageContext
from dashboard.display.recording import LONGEST_KEY, Answer, mapping_of
from dashboard.display.request_values import text_of
from dashboard.services import services
from dashboard.web.order_system import hand_over


class Changed(NamedTuple):
    """What a change is answered with, by output; what is not named stays as it is on the page."""

    basket: Any = no_update
    note: Any = no_update
    said: Any = no_update
    goes_with: Any = no_update
    notice: Any = no_update
    unknown: Any = no_update
    done: Any = no_update
    marks: Any = no_update


OUTPUTS = (
    Output(BASKET, "children"),
    Output(NOTE, "children"),
    Output(SAID, "children"),
    Output(GOES_WITH, "children"),
    Output(NOTICE, "children"),
    Output(UNKNOWN, "data"),
    Output(DONE, "data"),
    Output(MARKS, "data"),
)  # in the order of Changed


def register_basket(app: Dash) -> None:
    """Register what changes a basket; once for all pages that show one."""
    customer = State("page-customer", "data")
    register_callback(app, change, *OUTPUTS, Input(ASKED, "data"), State(UNKNOWN, "data"), customer, notice=_noticed)
    app.clientside_callback(
        ClientsideFunction("repertoireBasket", "done"),
        Output(DONE, "clear_data"),
        Input(DONE, "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("repertoireBasket", "mark"), Output(MARKS, "clear_data"), Input(MARKS, "data")
    )
    register_csv_file(app, CSV, download, customer)


def basket_area(context: PageContext, customer_id: str, *, is_open: bool) -> list[Component]:
    """Return the card of a page that goes on without it, for a customer whom the viewer sees.

    Closed, nothing is asked but what is in the basket.
    """
    basket = basket_of(context, customer_id) if is_open else None
    if basket is not None:
        return open_card(context, basket, closes=True)
    return basket_card(None, marks_now(context, customer_id) or {}, shown(context), closes=True)


def open_card(context: PageContext, basket: Basket, *, closes: bool = False) -> list[Component]:
    """Return a basket's card, and what its changes need.

    closes  whether the page goes on without it
    """
    return basket_card(basket, marks_of(basket, context.formats), shown(context), closes=closes)


def may_change() -> bool:
    """Return whether who sends the current request may put together a basket."""
    return allows(ACTIONS[f"{BASKET}.children"], roles())


def shown(context: PageContext) -> Shown:
    """Return how the card is shown to who sends the current request."""
    return Shown(context.formats, context.links, may_change(), bool(services().settings.order_url))


# ---- callbacks ----


def change(context: PageContext, asked: Any, unknown: Any, customer_id: Any) -> tuple[Any, ...]:
    """Change the basket; return it as it is then, the lines that are no product, and whether it was done.

    asked  {do, open, ...}: while the card is not open it is not drawn
    """
    sent, customer_id = mapping_of(asked), text_of(customer_id)
    do = text_of(sent.get("do"))
    answer, left = _done(context, customer_id, do, sent, unknown_of(unknown))
    done = {"do": do, "done": answer.is_done, "text": answer.text, "outcome": None, "at": datetime.now(UTC).isoformat()}
    kept = [one._asdict() for one in left]
    if not sent.get("open"):
        if context.customers.get(customer_id) is None:
            raise PreventUpdate
        marks = marks_now(context, customer_id)
        return Changed(notice=None, unknown=kept, done=done, marks=no_update if marks is None else marks)
    basket = basket_of(context, customer_id, left, answer.text)
    if basket is None:
        raise PreventUpdate
    how = shown(context)
    return Changed(
        lines_of(basket, how),
        note_of(basket, context.formats),
        basket.said,
        goes_with_of(basket, how),
        None,
        kept,
        done,
        marks_of(basket, context.formats) if basket.is_readable else no_update,
    )


def _done(
    context: PageContext, customer_id: str, do: str, sent: Any, left: tuple[Typed, ...]
) -> tuple[Answer, tuple[Typed, ...]]:
    """Return what became of a change, and which lines are still no product."""
    others = tuple(one for place, one in enumerate(left) if str(place) != str(sent.get("at")))
    if do == "open":
        return Answer(True, ""), left
    if do == "add":
        answer, found = add_order(context, customer_id, sent)
        return answer, (*left, *found)
    if do == "accept":
        answer = put(context, customer_id, sent)
        return answer, others if answer.is_done else left
    if do == "leave":
        return Answer(True, ""), others
    if do not in _CHANGES:
        raise PreventUpdate
    answer = _CHANGES[do](context, customer_id, sent)
    return answer, () if do in _ENDS and answer.is_done else left


def send(context: PageContext, customer_id: str, sent: Any) -> Answer:
    """Hand the basket over to the order system; once it is taken the basket is empty."""
    basket, settings = basket_of(context, customer_id), services().settings
    if basket is None or not basket.lines or not settings.order_url:
        return Answer(False, "Not handed over: the basket is empty.")
    identity = current_identity()
    key = text_of(mapping_of(sent).get("key"))[:LONGEST_KEY]
    order = order_of(basket, identity.name if identity else "")
    taken = hand_over(settings.order_url, settings.order_token, order, key)
    note(services().database, HANDED_OVER, customer_id, row_count=len(basket.lines), filter={"done": taken.is_done})
    if not taken.is_done:
        return Answer(False, taken.text)
    marked = mark_ordered(context, customer_id, sent)
    return Answer(True, taken.text if marked.is_done else f"{taken.text} {marked.text}")


_CHANGES: dict[str, Callable[[PageContext, str, Any], Answer]] = {
    "put": put,
    "last": put_order_day,
    "set": change_quantity,
    "empty": lambda context, customer_id, _: empty_basket(context, customer_id),
    "ordered": mark_ordered,
    "send": send,
}
_ENDS = ("empty", "ordered", "send")  # nothing is asked any more of what was typed before


def download(context: PageContext, n_clicks: Any, customer_id: Any) -> Any:
    """Return the basket as a file."""
    basket = basket_of(context, text_of(customer_id))
    if not n_clicks or basket is None or not basket.lines:
        raise PreventUpdate
    content = basket_csv(basket)
    note_export("basket", content, context, {}, basket.customer.customer_id)
    customer = basket.customer
    return csv_download(content, "basket-for", customer.customer_id, customer.name, basket.as_of.isoformat())


def _noticed(notice: Component) -> tuple[Any, ...]:
    """Return an answer that only says something: the version is gone, or there are no data."""
    return Changed(notice=notice)
