"""Long tables: AG Grid Community behind one function, on a phone as cards, with a CSV of what the screen shows.

How a page uses it:

    data.py     makes a TableRows (dashboard/display/table.py): columns, and records with how each is written
    layout      state = table_state(query, NAME, COLUMNS) from the address
    view.py     table_card(rows, state, formats)
    register    register_csv(app, NAME, make, [State("page-customer", "data")])
                make(context, *states) -> TableRows | None: the same rows, and nothing of the page around them
    other callbacks may write Output({"type": "table", "table": NAME}, "rowData") = row_data(rows), and read
    Input({"type": "table", "table": NAME}, "selectedRows") where it was drawn with selects=True: each row holds "key"

Sorting, filters and the text to find are kept in the address by table.js, which also counts, pages, draws the cards
and sends the keys on the screen when a CSV is asked for. For up to ten rows that need no sorting take a plain table.
"""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

import dash_ag_grid as dag
from dash import MATCH, ClientsideFunction, Dash, Input, Output, State, dcc
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard.access.trail import EXPORT, note
from dashboard.activity.records import JsonValue
from dashboard.components import html
from dashboard.components.elements import attributes, icon, unseen
from dashboard.components.page_callbacks import beside_a_file, register_callback
from dashboard.components.page_guard import is_offered
from dashboard.display.csv import MEDIA_TYPE, file_name
from dashboard.display.formats import Formats
from dashboard.display.page_context import PageContext
from dashboard.display.request_values import text_of
from dashboard.display.table import TableColumn, TableRows, TableState, plain, table_csv, table_state
from dashboard.display.table import packed as packed_rows
from dashboard.display.table_filter import Part, fitting
from dashboard.services import services

PAGE_ROWS = 20
PACKED_FROM = 100  # rows: fewer come as they are
_FILTERS = {"text": "agTextColumnFilter", "number": "agNumberColumnFilter", "date": "agDateColumnFilter"}
_DIRECTIONS = {  # of a sort, in words; the first is the likelier wish
    "text": (("asc", "A to Z"), ("desc", "Z to A")),
    "number": (("desc", "most first"), ("asc", "least first")),
    "date": (("desc", "newest first"), ("asc", "oldest first")),
}
_TYPES = {"text": "text", "number": "number", "date": "dateString"}


def table_card(
    table: TableRows,
    state: TableState,
    formats: Formats,
    *,
    note: str = "",
    page_rows: int = PAGE_ROWS,
    selects: bool = False,
    filled_later: int | None = None,
    packed: dict[str, Any] | None = None,
    about: Component | None = None,
    part: Part | None = None,
    actions: Sequence[Component] = (),
    is_narrow: bool = False,
) -> Component:
    """Return a card with title, filter field, CSV button, grid, and a foot with the count and the pages.

    note     beside the title: which rows these are
    selects  whether a row can be selected
    filled_later  how many rows a callback of the page's own will put there, from what `table.packed` packed; None:
             the table's own are drawn
    packed   the table's rows as `table.packed` packs them, where they are kept so; more than PACKED_FROM rows are
             packed here. The browser unpacks them.
    about    what is said below the head
    part     the table has the first rows only: what else there is
    actions  at the end of the head: what is done with the rows
    is_narrow  there is room for no more columns than in a narrow window, whatever the window
    """
    name = table.name
    button, places = csv_parts(name, table.title)
    total = len(table.records) if filled_later is None else filled_later
    if filled_later is None and packed is None and total > PACKED_FROM:
        packed = packed_rows(table)
    is_empty = filled_later is not None or packed is not None
    count = html.Span(
        _counted(table, total, part, formats),
        id={"type": "table-count", "table": name},
        className="rp-table-count num",
        role="status",
    )
    return html.Section(
        [
            html.Div(
                [
                    html.H2(table.title, className="rp-card-title"),
                    html.Span(note, className="rp-card-note rp-table-note") if note else None,
                    _find_field(table, state),
                    button,
                    *actions,
                ],
                className="rp-card-head rp-table-head",
            ),
            about,
            _sort_choice(table),
            _choices(table, state, formats, part),
            *places,
            dcc.Store(id={"type": "table-drawn", "table": name}),
            *([dcc.Store(id={"type": "table-packed", "table": name}, data=packed)] if packed is not None else []),
            _grid(table, state, page_rows, selects=selects, is_empty=is_empty),
            html.Div([count, _pager(name)], className="rp-table-foot"),
            _meanings(table),
        ],
        className="rp-card rp-grid-card",
        style={"--rp-grid-rows": min(max(total, 1), page_rows)},
        **attributes(
            data_rp_table=name,
            data_rp_prefix="" if table.is_main else f"{name}-",
            data_rp_one=table.noun[0],
            data_rp_many=table.noun[1],
            data_rp_locale=str(formats.locale).replace("_", "-"),
            data_rp_narrow="true" if is_narrow else None,
        ),
        **(attributes(data_rp_fit=part.fit, data_rp_total=part.total) if part else {}),
    )


def _counted(table: TableRows, total: int, part: Part | None, formats: Formats) -> str:
    """Return `1 product`, `12 products`; of a part `8,312 of 100,000 customers, the first 500`."""
    if part is None:
        return table.counted(formats.number(total), total)
    of = table.counted(formats.number(part.total), part.total)
    fit = of if part.fit == part.total else f"{formats.number(part.fit)} of {of}"
    return f"{fit}, the first {formats.number(total)}" if part.fit > total else fit


def csv_parts(name: str, title: str) -> tuple[Component | None, list[Component]]:
    """Return the CSV button of a plain table, and what its answer needs, to be put below the card's head.

    Who may not download it gets no button; the answer would be refused.

    Its rows are `html.Tr(..., data_rp_key=key)` within an element with `data_rp_rows=name`; `register_csv` answers.
    """
    button = html.Button(
        [icon("download"), html.Span("CSV"), unseen(f" of {title}")],
        type="button",
        className="btn btn-ghost rp-csv",
        disable_n_clicks=True,
        **attributes(data_rp_table_csv=name),
    )
    places: list[Component] = [
        html.Div(id={"type": "table-notice", "table": name}),
        dcc.Download(id={"type": "table-file", "table": name}),
        dcc.Store(id={"type": "table-asked", "table": name}),
    ]
    return button if is_offered(f"table-file:{name}") else None, places


def row_data(table: TableRows) -> list[dict[str, Any]]:
    """Return the rows as the grid takes them: each column's raw value, text and address."""
    names = [column.name for column in table.shown]
    return [
        {"key": row.key}
        | {name: plain(cell.raw) for name, cell in zip(names, row.cells, strict=True)}
        | {f"{name}_text": cell.text for name, cell in zip(names, row.cells, strict=True)}
        | {f"{name}_href": cell.href for name, cell in zip(names, row.cells, strict=True) if cell.href}
        for row in table.rows
    ]


def register_tables(app: Dash) -> None:
    """Register the callbacks that hand every table that is drawn, and packed rows, to table.js. Call once per app."""
    app.clientside_callback(
        ClientsideFunction("repertoireTable", "fill"),
        Output({"type": "table", "table": MATCH}, "rowData"),
        Input({"type": "table-packed", "table": MATCH}, "data"),
    )
    app.clientside_callback(
        ClientsideFunction("repertoireTable", "arrive"),
        Output({"type": "table-drawn", "table": MATCH}, "data"),
        Input({"type": "table", "table": MATCH}, "id"),
        Input({"type": "table-find", "table": MATCH}, "value"),
    )


def register_csv(
    app: Dash,
    name: str,
    make: Callable[..., TableRows | None],
    states: Sequence[State] = (),
    file: Callable[..., Sequence[str]] | str = "",
    *,
    is_part: bool = False,
) -> None:
    """Register a table's CSV button: the keys come from the screen, the rows from `make(context, *states)`.

    `make` returns None for who may not see them, and then there is no file. States are as sent: check them.
    file     what the file's name says is in it, or `file(context, *states)` that returns its parts; the name says up to
             which day, too
    is_part  the screen has only some of the rows that `make` returns: without a filter on it the file has all of them
    """

    def download(context: PageContext, asked: Any, *values: Any) -> tuple[Any, Any]:
        keys = asked.get("keys") if isinstance(asked, dict) else None
        if not isinstance(keys, list):
            raise PreventUpdate
        table = make(context, *values)
        if table is None:
            raise PreventUpdate
        named = (file or name,) if isinstance(file, str) else file(context, *values)
        if isinstance(asked.get("query"), str):
            content = table_csv(_searched(table, asked["query"]))
        else:
            content = table_csv(table, None if is_part and not asked.get("filter") else keys)
        note_export(name, content, context, {"columns": filtered_columns(table, asked.get("filter"))}, *named[1:2])
        return csv_download(content, *named, context.as_of.isoformat())

    register_callback(
        app,
        download,
        Output({"type": "table-file", "table": name}, "data"),
        Output({"type": "table-notice", "table": name}, "children"),
        Input({"type": "table-asked", "table": name}, "data"),
        *states,
        notice=beside_a_file,
    )


def _searched(table: TableRows, query: str) -> TableRows:
    """Return the rows that an address wants of a table of which the screen has a part."""
    state = table_state(dict(parse_qsl(query.removeprefix("?"))), table.name, table.columns, is_main=table.is_main)
    return replace(table, records=tuple(fitting(table, state)))


def file_about(
    what: str, find: Callable[[PageContext, str], tuple[str, str] | None]
) -> Callable[[PageContext, Any], tuple[str, ...]]:
    """Return a function that names a file after what is in it and the subject of its page.

    find    returns the subject's id and name, or None for one that the viewer does not see
    """

    def named(context: PageContext, subject: Any) -> tuple[str, ...]:
        return (what, *(find(context, text_of(subject)) or ()))

    return named


def note_export(
    name: str, content: str, context: PageContext, more: Mapping[str, JsonValue], *subject_ids: str
) -> None:
    """Write an export into the audit trail: of what, how many rows, narrowed by what."""
    n_rows = sum(1 for _ in csv.reader(io.StringIO(content))) - 1
    said = {"file": name, "version": context.version.id, "rep": context.viewer.who, **more}
    note(services().database, EXPORT, name, *subject_ids, row_count=n_rows, filter=said)


def filtered_columns(table: TableRows, model: Any) -> tuple[str, ...]:
    """Return the columns by which the screen was filtered: what was typed may be a name, and is not kept."""
    names = {column.name for column in table.columns} | {"find"}
    return tuple(sorted(names & {name for name in model if isinstance(name, str)})) if isinstance(model, dict) else ()


def csv_download(content: str | None, *name: str) -> tuple[dict[str, str], None]:
    """Return a CSV for a dcc.Download, named by parts, and no notice beside it; without content there is no answer."""
    if content is None:
        raise PreventUpdate
    return {"content": content, "filename": file_name(*name), "type": MEDIA_TYPE}, None


# ---- parts ----


def _find_field(table: TableRows, state: TableState) -> Component:
    return html.Div(
        [
            html.Label(
                [icon("search"), unseen(f"Find in {table.title}")],
                htmlFor=f'{{"table":"{table.name}","type":"table-find"}}',
                className="rp-find-label",
            ),
            dcc.Input(
                id={"type": "table-find", "table": table.name},
                type="search",
                value=state.find,
                placeholder="Find",
                autoComplete="off",
                spellCheck=False,
                maxLength=80,
                className="rp-find-input",
            ),
        ],
        className="rp-find",
    )


def _sort_choice(table: TableRows) -> Component:
    """Return a phone's choice of sort order, as it shows no column heads; table.js keeps it and the table in step."""
    shown = [
        column
        for at, column in enumerate(table.shown)
        if (at == 0 or column.on_phone != "hidden") and not column.is_bars
    ]
    options = [
        html.Option(f"{column.label}, {words}", value=f"{column.name}.{direction}")
        for column in shown
        for direction, words in _DIRECTIONS[column.kind]
    ]
    select = html.Select(
        [html.Option("As first shown", value=""), *options],
        className="form-select rp-select rp-sort-select",
        **attributes(data_rp_sort=table.name, aria_label=f"Sort {table.title}"),
    )
    return html.Div(["Sort", select], className="rp-sort")


def _choices(table: TableRows, state: TableState, formats: Formats, part: Part | None) -> Component | None:
    """Return buttons that show the rows of one value, as the column's filter does; None without a choice."""
    counts = part.choices if part else table.choices()
    if len(counts) < 2:
        return None
    wanted = str(state.where.get(table.choice, {}).get("filter", "")).casefold()
    chosen = next((value for value in counts if value.casefold() == wanted), "")

    def button(value: str, words: str, n: int, *, is_chosen: bool) -> Component:
        return html.Button(
            [f"{words} ", html.Span(formats.number(n), className="num")],
            type="button",
            className="rp-choice",
            disable_n_clicks=True,
            **attributes(
                data_rp_choice=value,
                data_rp_choice_of=f"{table.name}.{table.choice}",
                aria_pressed="true" if is_chosen else "false",
            ),
        )

    return html.Div(
        [
            button("", "All", part.total if part else len(table.records), is_chosen=not chosen),
            *(button(value, value, n, is_chosen=value == chosen) for value, n in counts.items()),
        ],
        className="rp-choices",
        role="group",
        **attributes(aria_label=table.title),
    )


def _meanings(table: TableRows) -> Component | None:
    """Return what the columns mean, for a phone, which has no heads to explain; None where none does."""
    explained = [column for column in table.shown if column.meaning and not column.is_unseen]
    if not explained:
        return None
    terms = [part for one in explained for part in (html.Dt(one.label), html.Dd(one.meaning))]
    return html.Details([html.Summary("What the columns mean"), html.Dl(terms)], className="rp-table-meanings")


def _pager(name: str) -> Component:
    def step(by: int, symbol: str, words: str) -> Component:
        return html.Button(
            [icon(symbol), unseen(words)],
            type="button",
            className="rp-icon-button",
            disable_n_clicks=True,
            **attributes(data_rp_page_step=by, data_rp_table_of=name),
        )

    return html.Div(
        [
            step(-1, "chevron-left", "Rows before"),
            html.Span(className="rp-table-page num"),
            step(1, "chevron-right", "Rows after"),
        ],
        className="rp-table-pager",
        hidden=True,
    )


def _grid(table: TableRows, state: TableState, page_rows: int, *, selects: bool, is_empty: bool) -> Component:
    empty = f"No {table.noun[0]} fits. Clear what is to be found, or a column's filter."
    options: dict[str, Any] = {
        "domLayout": "autoHeight",
        "ensureDomOrder": True,
        "enableCellTextSelection": True,
        "suppressMovableColumns": True,
        "suppressDragLeaveHidesColumns": True,
        "pagination": True,
        "paginationPageSize": page_rows,
        "paginationPageSizeSelector": False,
        "suppressPaginationPanel": True,
        "rowHeight": 40,
        "headerHeight": 34,
        "suppressColumnVirtualisation": True,  # whatever the width, a screen reader has them all
        "animateRows": False,
        "suppressColumnMoveAnimation": True,
        "columnHoverHighlight": False,
        "localeText": {"noRowsToShow": empty, "noMatchingRows": empty},
        "cacheQuickFilter": True,
        "includeHiddenColumnsInQuickFilter": True,  # a phone hides all but the card
    }
    if is_empty:
        options["loading"] = False  # the rows come at once, and are worth no overlay
    if selects:
        options["rowSelection"] = {"mode": "singleRow", "checkboxes": False, "enableClickSelection": True}
    return html.Div(
        dag.AgGrid(
            id={"type": "table", "table": table.name},
            className="rp-grid",
            **({} if is_empty else {"rowData": row_data(table)}),
            columnDefs=[_definition(column, state) for column in table.shown] + [_card(table)],
            defaultColDef={
                "sortable": True,
                "resizable": False,
                "suppressHeaderMenuButton": True,
                "sortingOrder": ["desc", "asc"],
                # Tab leaves the grid at once; arrow keys go from cell to cell, Enter follows a cell's link.
                "suppressKeyboardEvent": {"function": "rpIsTab(params)"},
                "getQuickFilterText": {"function": "rpFolded(params)"},
            },
            **({"filterModel": dict(state.where)} if state.where else {}),  # an empty one would undo a quick click
            dashGridOptions=options,
            getRowId="params.data.key",
            style={"height": None, "width": "100%"},
        ),
        className="rp-grid-place",
    )


def _definition(column: TableColumn, state: TableState) -> dict[str, Any]:
    is_right = column.kind != "text"
    definition: dict[str, Any] = {
        "field": column.name,
        "headerName": column.label,
        "filter": _FILTERS[column.kind],
        "filterParams": {"buttons": ["reset"], "maxNumConditions": 1},
        "cellDataType": _TYPES[column.kind],
        "minWidth": column.width,
        "flex": column.grow,
        "cellRenderer": "rpCell",
        "context": {"isExtra": column.on_phone == "hidden", "isUnseen": column.is_unseen, "meaning": column.meaning},
        "wrapText": not is_right,
        "autoHeight": not is_right,
        "sortingOrder": ["asc", "desc"] if column.kind == "text" else ["desc", "asc"],
    }
    if column.is_bars:
        definition |= {
            "cellRenderer": "rpBars",
            "sortable": False,
            "filter": False,
            "wrapText": False,
            "autoHeight": False,
        }
    if is_right:
        definition["type"] = "rightAligned"
        definition["cellClass"] = "ag-right-aligned-cell num"
    if column.is_unseen:
        definition["hide"] = True
    if not column.has_filter_button:
        definition["suppressHeaderFilterButton"] = True
    if state.sort and state.sort[0] == column.name:
        definition["sort"] = state.sort[1]
    return definition


def _card(table: TableRows) -> dict[str, Any]:
    """Return the only column of a phone: a whole row as a card. The first column is its title."""
    parts = [
        {
            "name": column.name,
            "label": column.label,
            "as": "title" if at == 0 else column.on_phone,
            "words": column.phone_words,
        }
        for at, column in enumerate(table.shown)
        if at == 0 or column.on_phone != "hidden"
    ]
    return {
        "colId": "card",
        "headerName": table.title,
        "cellRenderer": "rpCard",
        "cellRendererParams": {"parts": parts},
        "cellClass": "rp-card-cell",
        "hide": True,
        "flex": 1,
        "autoHeight": True,
        "sortable": False,
        "getQuickFilterText": {"function": "rpNothing(params)"},
    }
