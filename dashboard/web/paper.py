"""Call sheets as PDF, which a browser shows in a tab of its own: of a customer, and of the calls of a day."""

import re
from collections.abc import Mapping
from urllib.parse import quote

from flask import Flask, Response, request

from dashboard.access.identity import OPEN, current_identity
from dashboard.access.trail import EXPORT, note
from dashboard.data.call_queries import CallQueries
from dashboard.display.call_words import filters_of
from dashboard.display.page_context import PageContext
from dashboard.display.urls import CALL_SHEET_ENDING, CUSTOMERS_PATH, DAY_SHEET_PATH, id_of
from dashboard.paper.call_sheet import call_sheet
from dashboard.paper.day_sheet import day_sheet
from dashboard.paper.pdf import PaperError
from dashboard.services import newest_context, services
from dashboard.web.security import PDF
from dashboard.web.sign_in.guard import PAPER

_LONGEST_ID = 60  # letters of an id in a file's name


def add_paper(server: Flask, prefix: str) -> None:
    """Add the routes of the sheets, below the URL prefix."""
    below = prefix.rstrip("/")
    rule = f"{below}{CUSTOMERS_PATH}/<path:customer_id>{CALL_SHEET_ENDING}"
    server.add_url_rule(rule, PAPER[0], send_call_sheet)
    server.add_url_rule(f"{below}{DAY_SHEET_PATH}", PAPER[1], send_day_sheet)


def send_call_sheet(customer_id: str) -> Response:
    """Answer with a customer's sheet; 404 for a customer whom the viewer does not see, as for one that is not there.

    customer_id     as it is in the address, decoded by the server
    """
    context = newest_context()
    if context is None:
        return _no_data()
    wanted = id_of(quote(customer_id))  # quoted again, as pages get it from the browser
    sheet = call_sheet(context, wanted, _person())
    if sheet is None:
        return _plain(404, "There is no such customer, or another rep has them.")
    try:
        pdf = services().pdf_maker.call_sheet(sheet, context.formats.locale)
    except PaperError as error:
        return _plain(500, str(error))
    _note(context, "call-sheet", wanted, row_count=sheet.n_products)
    return _inline(pdf, f"call-sheet-{_in_a_name(wanted)}")


def send_day_sheet() -> Response:
    """Answer with the open calls of the day and their sheets; the address has the call list's filters."""
    context = newest_context()
    if context is None:
        return _no_data()
    queries = CallQueries(context.snapshot, context.desk, context.formats.time_zone)
    day = day_sheet(context, queries, filters_of(request.args), _person())
    try:
        pdf = services().pdf_maker.day(day, context.formats.locale)
    except PaperError as error:
        return _plain(500, str(error))
    ids = [call.customer.customer_id for call in day.calls]
    _note(context, "day-sheet", *ids, row_count=len(ids))
    return _inline(pdf, f"calls-{context.desk.today.isoformat()}")


def _person() -> str:
    """Return who is signed in, by name or else by address; empty where nobody signs in."""
    who = current_identity()
    return "" if who is None or who == OPEN else who.name or who.email


def _note(context: PageContext, file: str, *ids: str, row_count: int) -> None:
    """Write an export into the audit trail, with the customers that it is about."""
    said: Mapping[str, str | None] = {"file": file, "version": context.version.id, "rep": context.viewer.who}
    note(services().database, EXPORT, file, *ids, row_count=row_count, filter=said)


def _in_a_name(customer_id: str) -> str:
    """Return an id so that it can be in a file's name everywhere: letters, digits and hyphens."""
    return re.sub(r"[^A-Za-z0-9]+", "-", customer_id)[:_LONGEST_ID].strip("-") or "customer"


def _inline(pdf: bytes, name: str) -> Response:
    return Response(pdf, mimetype=PDF, headers={"Content-Disposition": f'inline; filename="{name}.pdf"'})


def _no_data() -> Response:
    return _plain(503, "There are no data yet, so there is nothing to print.")


def _plain(status: int, text: str) -> Response:
    return Response(f"{text}\n", status=status, mimetype="text/plain")
