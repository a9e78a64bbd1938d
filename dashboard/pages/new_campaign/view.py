"""How the page of a new campaign is drawn: its fields, and below them whom the draw would take."""

from collections.abc import Sequence

import dash_bootstrap_components as dbc
from dash import dcc
from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.campaign_parts import balance_card, card, found_label, who_card
from dashboard.components.copy_sentence import copied, copy_button
from dashboard.components.elements import attributes, number, page_link, sentence_start
from dashboard.components.empty_states import empty_state
from dashboard.components.page_head import page_head
from dashboard.components.plain_table import Head, name_cell, number_cell, plain_table
from dashboard.components.tile_strip import tile_strip
from dashboard.display.formats import NONE, Formats
from dashboard.display.meanings import MEANINGS
from dashboard.display.tile import Tile
from dashboard.display.urls import Links
from dashboard.pages.new_campaign.data import PRICES, WHOLE, NewCampaignPage, Preview, SampleRow

PREVIEW, SAVE, SAVED, MESSAGE, KEPT = (
    f"campaign-{name}" for name in ("preview", "save", "saved", "message", "kept")
)  # fmt: skip
SOURCE, KEY, NAME = "campaign-source", "campaign-key", "campaign-name"
LONGEST_NAME = 120
NO_ADDRESSES = "The data have no email addresses: the list goes by customer number."
_STOP_MS = 500  # after the last key
_NOTES = {
    "size": "empty: all who fit",
    "held": "drawn by lot, get no mail; what they order is compared",
    "days": "from the day of sending on",
    "rest": "who was in another campaign since is left out",
    "seed": "the same seed draws the same lot",
    "price": "of one unit of each product",
    "discount": "empty: none",
}


def field_id(name: str) -> str:
    """Return the id of a field."""
    return f"campaign-{name}"


def new_campaign_view(page: NewCampaignPage, source: str, key: str, formats: Formats, links: Links) -> Component:
    """Draw the page.

    source  as the query string of an address
    key     of this page: saving twice with it makes one campaign
    """
    save = html.Button("Save campaign", id=SAVE, type="button", className="btn btn-primary")
    return html.Div(
        [
            dcc.Store(id="page-version", data=page.version),
            dcc.Store(id=SOURCE, data=source),
            dcc.Store(id=KEY, data=key),
            dcc.Store(id=SAVED),
            dcc.Store(id=KEPT),
            _head(page, links),
            html.Section(
                [
                    html.Div(
                        [
                            html.H2("How it is drawn", className="rp-card-title"),
                            html.Span("Nothing is saved yet", className="rp-card-note"),
                        ],
                        className="rp-card-head",
                    ),
                    html.Div([_name_field(page.name), *_fields(page)], className="rp-card-body rp-campaign-fields"),
                    html.Div(
                        [save, html.Div(id=MESSAGE, role="status", className="rp-campaign-message")],
                        className="rp-campaign-save",
                    ),
                ],
                className="rp-card",
            ),
            html.Div(preview_view(page.preview, page, formats, links), id=PREVIEW, className="rp-campaign-parts"),
            copied(),
        ],
        className="rp-page rp-campaign rp-new-campaign",
    )


def no_source_view(why: str, version: str, links: Links) -> Component:
    """Return what is shown where an address names nobody to make a campaign for."""
    actions = [
        page_link("Choose a bundle", links.bundles(), "btn btn-primary"),
        page_link("All campaigns", links.campaigns(), "btn btn-quiet"),
    ]
    return html.Div(
        [
            dcc.Store(id="page-version", data=version),
            empty_state("No campaign can be made of this", html.P(why), actions, level=1),
        ],
        className="rp-page",
    )


def error_view(why: str) -> Component:
    """Return what is wrong with a field, in the place of the preview."""
    return html.P(why, className="rp-card rp-campaign-error", role="alert")


def preview_view(preview: Preview | None, page: NewCampaignPage, formats: Formats, links: Links) -> list[Component]:
    """Return whom the draw takes, who is left out and why, and what they would get."""
    if preview is None:
        return [error_view(page.why_not)]
    drawn = preview.drawn
    if not drawn.found.candidates:
        why = f"Among your customers there are none of these: {drawn.found.words}."
        return [empty_state("Nobody fits", html.P(why))]
    until = formats.day(drawn.resting_until, page.as_of) if drawn.resting_until else ""
    found = (found_label(drawn.found.words, page.source.kind), len(drawn.found.candidates))
    counts = (len(drawn.drawn), len(drawn.held), drawn.n_not_drawn)
    return [
        tile_strip(_tiles(preview, formats), "The draw in figures"),
        html.Div(
            [
                html.Div([_sample_card(preview, formats, links), _text_card(preview)], className="rp-lists"),
                html.Div(
                    [
                        who_card(
                            found, drawn.left_out, until, counts, formats, "" if drawn.has_addresses else NO_ADDRESSES
                        ),
                        balance_card(drawn.balance, formats),
                    ],
                    className="rp-aside",
                ),
            ],
            className="rp-columns",
        ),
    ]


def _head(page: NewCampaignPage, links: Links) -> Component:
    source = page.source
    name = page_link(source.title, source.href) if source.href else html.Span(source.title)
    words = page.preview.drawn.found.words if page.preview else ""
    who = sentence_start(words) if source.kind in ("bundle", "product") else ""  # groups are named already
    head = page_head("New campaign", "", ("All campaigns", links.campaigns()))
    said = html.P(
        [f"From {source.kind} ", name, f". {who}." if who else "."], className="rp-subtitle rp-campaign-from num"
    )
    tested = [html.P(page.new_line, className="rp-subtitle rp-campaign-tested num")] if page.new_line else []
    return html.Div([head, said, *tested], className="rp-campaign-head")


def _name_field(name: str) -> Component:
    return html.Div(
        [
            html.Label("Name", htmlFor=NAME, className="rp-label"),
            dbc.Input(id=NAME, value=name, maxLength=LONGEST_NAME, className="rp-campaign-input"),
            html.Span("the list's files are named after it", className="rp-campaign-note"),
        ],
        className="rp-campaign-field rp-campaign-wide",
    )


def _fields(page: NewCampaignPage) -> list[Component]:
    whole = [_field(name, label, page.fields[name]) for name, (label, *_) in WHOLE.items()]
    prices = [
        _field(name, label, page.fields[name], is_hidden=not page.has_price) for name, (label, *_) in PRICES.items()
    ]
    return [*whole, *prices]


def _field(name: str, label: str, value: str, *, is_hidden: bool = False) -> Component:
    field = dbc.Input(
        id=field_id(name),
        type="text",  # a number field keeps what is out of its bounds to itself, and nothing could be said of it
        value=value,
        maxLength=12,
        autoComplete="off",
        debounce=_STOP_MS,
        className="rp-campaign-input num",
        inputmode="decimal" if name in PRICES else "numeric",
    )
    return html.Div(
        [
            html.Label(label, htmlFor=field_id(name), className="rp-label"),
            field,
            html.Span(_NOTES[name], className="rp-campaign-note"),
        ],
        className="rp-campaign-field",
        hidden=is_hidden,
    )


def _tiles(preview: Preview, formats: Formats) -> tuple[Tile, ...]:
    drawn = preview.drawn
    n_over = f"{formats.number(drawn.n_not_drawn)} more would fit" if drawn.n_not_drawn else "all who fit"
    held = f"{formats.percent(drawn.options.held_share)} by lot"
    expected = formats.money(drawn.expected) if drawn.expected is not None else NONE
    return (
        Tile("Found", formats.number(len(drawn.found.candidates)), "before anyone is left out"),
        Tile("Left out", formats.number(drawn.n_left_out), "reasons below"),
        Tile("Drawn", formats.number(len(drawn.drawn)), n_over, meaning=MEANINGS["Drawn"]),
        Tile("Get the mail", formats.number(drawn.n_sent), "with a reference each"),
        Tile("Held out", formats.number(len(drawn.held)), held, meaning=MEANINGS["Held out"]),
        Tile("Expected", expected, "of them, in 4 weeks", meaning=MEANINGS["Expected of a campaign"]),
    )


def _sample_card(preview: Preview, formats: Formats, links: Links) -> Component:
    drawn = preview.drawn
    if not preview.sample:
        return card("The list", "", [html.P("Nobody is left to send to.", className="rp-campaign-none")])
    is_by_profile = drawn.found.is_by_profile
    numbers = (
        (Head("Fit", MEANINGS["Fit"], "rp-num"),)
        if is_by_profile
        else (
            Head("Chance", MEANINGS["Chance"], "rp-num"),
            Head("Expected of all", MEANINGS["Expected of all"], "rp-num"),
        )
    )
    heads = (Head("Customer"), Head("Product to offer"), *numbers)
    rows = [part for one in preview.sample for part in _sample_rows(one, formats, links)]
    order = "best fit first" if is_by_profile else "most expected first"
    note = f"{formats.number(len(preview.sample))} of {formats.number(drawn.n_sent)}, {order}"
    return card("The list", note, [plain_table(heads, rows, "rp-campaign-sample")])


def _sample_rows(one: SampleRow, formats: Formats, links: Links) -> tuple[Component, Component]:
    more = [html.Span(f" and {formats.number(one.n_more)} more", className="rp-campaign-also")] if one.n_more else []
    product = [page_link(one.product, links.product(one.product_id)), number(f" {one.product_id}", "rp-id"), *more]
    expected = NONE if one.expected is None else formats.expected(one.expected, cents=one.expected < 10)
    numbers = (formats.chance(one.chance), expected) if one.fit is None else (formats.percent(one.fit),)
    first = html.Tr(
        [name_cell(one.name, links.customer(one.customer_id)), html.Td(product), *map(number_cell, numbers)],
        className="rp-campaign-offer",
    )
    return first, html.Tr(html.Td(one.reason, colSpan=2 + len(numbers)), className="rp-campaign-reason")


def _text_card(preview: Preview) -> Component:
    price: Sequence[Component] = [html.P(preview.price, className="rp-campaign-price num")] if preview.price else []
    return html.Section(
        [
            html.Div(
                [
                    html.H2("Text for the mailing", className="rp-card-title"),
                    copy_button(preview.text, "Copy", "the text"),
                ],
                className="rp-card-head rp-campaign-text-head",
            ),
            html.Div(
                [
                    html.P(preview.text, className="rp-campaign-text", **attributes(data_rp_text="true")),
                    *price,
                    html.P(
                        "What is in braces is a column of the list. The text names no customer.",
                        className="rp-campaign-note",
                    ),
                ],
                className="rp-card-body",
            ),
        ],
        className="rp-card",
    )
