"""The customer page's layout and callbacks."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import dash
from dash import MATCH, ClientsideFunction, Dash, Input, Output, State, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard.access.identity import current_identity
from dashboard.access.trail import CUSTOMER_OPENED, note
from dashboard.access.viewer import viewer_of
from dashboard.components.basket_callbacks import basket_area, may_change
from dashboard.components.basket_card import MARKS
from dashboard.components.outcome_actions import (
    NOTE,
    NOTE_ASKED,
    OUTCOME,
    OUTCOME_ASKED,
    may_record,
    outcome_area,
    said,
)
from dashboard.components.page_callbacks import page_layout, register_callback, register_list_csv, register_proof
from dashboard.components.table import csv_download, file_about, note_export, register_csv
from dashboard.data.desk import remember_shown
from dashboard.display.diary import Diary, diary
from dashboard.display.page_context import PageContext
from dashboard.display.pitch_lists import pitch_list
from dashboard.display.recording import bring_back, change_step, plan_step, record_outcome, undo_outcome, write_note
from dashboard.display.request_values import text_of
from dashboard.display.table import TableRows, table_state
from dashboard.display.urls import CUSTOMER_TEMPLATE, id_of
from dashboard.pages.customer.data.evidence import evidence
from dashboard.pages.customer.data.history import (
    BACK,
    BACK_COLUMNS,
    BUYS,
    BUYS_COLUMNS,
    MONTHS,
    back_table,
    buys_table,
    history,
    months_table,
)
from dashboard.pages.customer.data.page import CustomerPage, customer_page, list_csv
from dashboard.pages.customer.view.diary import entries_view, steps_view
from dashboard.pages.customer.view.evidence import evidence_panel, nothing_known
from dashboard.pages.customer.view.lists import Shown
from dashboard.pages.customer.view.page import LISTS_ASKED, LISTS_DRAWN, Parts, customer_lists, customer_view
from dashboard.pages.customer.view.unknown import not_chosen_view, unknown_customer_view
from dashboard.services import newest_context, services

MOST_OPENED = 10  # reasons that an address may open: more than anyone reads, and a bound for one who makes it up


def register(app: Dash) -> None:
    """Register the page and its callbacks."""
    dash.register_page(
        "customer", path_template=CUSTOMER_TEMPLATE, name="Customer", title=title, layout=page_layout(layout)
    )
    customer = State("page-customer", "data")
    register_proof(app, show_proof, "", ("list", "rank"), customer)
    register_list_csv(app, download_list, {"type": "csv", "list": MATCH}, customer)
    register_callback(
        app,
        record,
        Output(OUTCOME, "data"),
        Output("lists", "children"),
        Input(OUTCOME_ASKED, "data"),
        customer,
        notice=lambda notice: (no_update, notice),
    )
    register_callback(
        app,
        write,
        Output(NOTE, "data"),
        Output("steps", "children"),
        Input(NOTE_ASKED, "data"),
        customer,
        notice=lambda notice: (no_update, notice),
    )
    register_callback(
        app,
        draw_lists,
        Output(LISTS_DRAWN, "data"),
        Output("lists", "children", allow_duplicate=True),
        Input(LISTS_ASKED, "data"),
        customer,
        notice=lambda notice: (no_update, notice),
    )
    app.clientside_callback(
        ClientsideFunction("repertoireBasket", "markAgain"),
        Output(LISTS_DRAWN, "clear_data"),
        Input("lists", "children"),
        State(MARKS, "data"),
        prevent_initial_call=True,
    )
    changed = [Input(store, "data") for store in (OUTCOME, NOTE, LISTS_DRAWN)]
    register_callback(app, draw_entries, Output("diary", "children"), *changed, customer)
    for name, table_of, file in (
        (BUYS, buys_table, "products-bought-by"),
        (BACK, back_table, "returns-of"),
        (MONTHS, months_table, "revenue-by-month-of"),
    ):
        table = _if_seen(table_of, needs_revenue=name == MONTHS)
        register_csv(app, name, table, [customer], file_about(file, _customer))


def title(customer_id: str = "", **_: Any) -> str:
    """Return the page's title: the customer's name if the viewer may see it, else `Unknown customer`."""
    context = newest_context()
    name = context.customers.name(id_of(customer_id)) if context else None
    if name is None and context and _is_not_chosen(context, id_of(customer_id)):
        name = "Another rep's customer"
    return f"{name or 'Unknown customer'} - Repertoire"


def layout(context: PageContext, /, customer_id: Any = "", **query: Any) -> Component:
    """Draw the page; `list`, `open` and `basket` of the address say what is in front and open."""
    customer_id = id_of(text_of(customer_id))
    page = customer_page(context, customer_id)
    if page is None:
        if _is_not_chosen(context, customer_id):
            return not_chosen_view(customer_id, context.viewer, context.version.id, context.links)
        near = context.customers.nearest(customer_id)
        return unknown_customer_view(customer_id, near, context.viewer, context.version.id, context.links)
    note(services().database, CUSTOMER_OPENED, customer_id)
    note_shown(context, page)
    written = diary(context, customer_id)
    baskets = may_change()
    open_basket = baskets and bool(query.get("basket"))
    parts = Parts(
        chosen=text_of(query.get("list")),
        past=history(context, customer_id),
        states=(table_state(query, BUYS, BUYS_COLUMNS), table_state(query, BACK, BACK_COLUMNS)),
        diary=written,
        area=outcome_area(services().settings.not_relevant_reasons, context.desk.today, context.formats),
        basket=basket_area(context, customer_id, is_open=open_basket) if baskets else (),
        open_basket=open_basket,
    )
    opened = _opened(context, page, query.get("open", []))
    return customer_view(page, parts, _shown(context, opened, written))


def _is_not_chosen(context: PageContext, customer_id: str) -> bool:
    """Return whether a customer is only hidden by the choice of rep, which another tab may have made."""
    everything = viewer_of(current_identity())
    if everything == context.viewer:
        return False
    return customer_id in services().repository.snapshot(everything, context.version.id).visible


def show_proof(context: PageContext, reason: Any, customer_id: Any) -> Component:
    """Return the proof of one line."""
    asked = reason if isinstance(reason, dict) else {}
    return _proof(context, text_of(customer_id), (text_of(asked.get("list")), asked.get("rank")))


def download_list(context: PageContext, n_clicks: Any, button: Any, customer_id: Any) -> Any:
    """Return one list as a file."""
    customer = context.customers.get(text_of(customer_id))
    if not n_clicks or not isinstance(button, dict) or customer is None or not customer.is_pitched_to:
        raise PreventUpdate
    name = text_of(button.get("list"))
    pitches = pitch_list(context, customer, name)
    named = (f"{name}-products-for", customer.customer_id, customer.name)
    content = list_csv(pitches) if pitches else None
    if content is not None:
        note_export(f"list-{name}", content, context, {}, customer.customer_id)
    return csv_download(content, *named, context.as_of.isoformat())


def record(context: PageContext, asked: Any, customer_id: Any) -> tuple[Any, Any]:
    """Record, undo or bring back; return what the toast says, and the lists as they are then."""
    customer_id, sent = text_of(customer_id), asked if isinstance(asked, dict) else {}
    do = text_of(sent.get("do"))
    if do == "record":
        answer = record_outcome(context, customer_id, sent, reasons=services().settings.not_relevant_reasons)
    elif do == "undo":
        answer = undo_outcome(context, sent)
    elif do == "back":
        answer = bring_back(context, customer_id, sent)
    else:
        raise PreventUpdate
    return said(answer), _lists(context, customer_id, sent) if answer.is_done else no_update


def draw_lists(context: PageContext, asked: Any, customer_id: Any) -> tuple[Any, Any]:
    """Return when the lists were drawn again, and the lists as they are now."""
    return datetime.now(UTC).isoformat(), _lists(
        context, text_of(customer_id), asked if isinstance(asked, dict) else {}
    )


def _lists(context: PageContext, customer_id: str, sent: dict[str, Any]) -> Any:
    """Return the lists with what was in front and open: {list, open}; nothing new for an unknown customer."""
    page = customer_page(context, customer_id)
    if page is None:
        return no_update
    opened = _opened(context, page, sent.get("open", []))
    return customer_lists(page, text_of(sent.get("list")), _shown(context, opened, diary(context, customer_id)))


def write(context: PageContext, asked: Any, customer_id: Any) -> tuple[Any, Any]:
    """Write a note, plan, close or move a next step; return what the toast says, and the steps as they are then."""
    customer_id, sent = text_of(customer_id), asked if isinstance(asked, dict) else {}
    writer = {"note": write_note, "step": plan_step}.get(text_of(sent.get("do")), change_step)
    answer = writer(context, customer_id, sent)
    return said(answer), steps_view(diary(context, customer_id)) if answer.is_done else no_update


def draw_entries(context: PageContext, _outcome: Any, _note: Any, _lists: Any, customer_id: Any) -> list[Component]:
    """Return the notes and outcomes as they are once something was recorded or written."""
    return entries_view(diary(context, text_of(customer_id)))


def _shown(context: PageContext, opened: dict[str, Component], written: Diary) -> Shown:
    return Shown(context.formats, context.links, opened, written.pitched or {}, may_record(), may_change())


def note_shown(context: PageContext, page: CustomerPage) -> None:
    """Remember which lists were on whose screen, once a day and version."""
    lists = {pitches.name: [line.what.product_id for line in pitches.lines] for pitches in page.lists if pitches.lines}
    remember_shown(context.desk, page.customer.customer_id, page.version, lists)


def _if_seen(
    table_of: Callable[[PageContext, str], TableRows], *, needs_revenue: bool
) -> Callable[[PageContext, Any], TableRows | None]:
    """Return a function that returns a customer's table, None for a customer whom the viewer does not see.

    needs_revenue   None, too, where the viewer does not see what the customer spends
    """

    def found(context: PageContext, customer_id: Any) -> TableRows | None:
        customer = context.customers.get(text_of(customer_id))
        if customer is None or (needs_revenue and not context.customers.shows_revenue(customer.customer_id)):
            return None
        return table_of(context, customer.customer_id)

    return found


def _customer(context: PageContext, customer_id: str) -> tuple[str, str] | None:
    customer = context.customers.get(customer_id)
    return (customer.customer_id, customer.name) if customer else None


def _opened(context: PageContext, page: CustomerPage, wanted: Any) -> dict[str, Component]:
    """Return the evidence panels of the lines that the address names, as far as they exist."""
    named = {wanted} if isinstance(wanted, str) else set(wanted)
    there = [line.what for pitches in page.lists for line in pitches.lines if line.what.product_id in named]
    return {
        what.product_id: _proof(context, page.customer.customer_id, (what.list, what.rank))
        for what in there[:MOST_OPENED]
    }


def _proof(context: PageContext, customer_id: str, line: tuple[str, Any]) -> Component:
    found = evidence(context, customer_id, line)
    return evidence_panel(found, context.formats, context.links) if found else nothing_known()
