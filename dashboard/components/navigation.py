"""The two bars around every page."""

from collections.abc import Callable, Mapping
from typing import Any

import dash_bootstrap_components as dbc
from dash.development.base_component import Component

from dashboard.access.viewer import Viewer
from dashboard.components import html
from dashboard.components.data_status import Chip
from dashboard.components.elements import attributes, icon, page_link, unseen
from dashboard.components.search import search_box
from dashboard.display.formats import Formats
from dashboard.display.urls import Links
from dashboard.records.customers import Rep

NAME = "Repertoire"
THEMES = (("light", "Light"), ("dark", "Dark"), ("system", "As the system"))
KEYS = (
    ("/", "Search"),
    ("j k", "Next and previous line of a list"),
    ("e", "Open or close the evidence of a line"),
    ("c", "Copy the sentence to say"),
    ("Space Enter", "Of a call: what to say, the customer"),
    ("p o", "Pitched, ordered"),
    ("s x", "Snooze, not relevant"),
    ("z", "Undo the last outcome"),
    ("b", "Open or close a customer's basket"),
    ("?", "These keys"),
    ("Esc", "Close what is open"),
)
ALL_REPS = "*"  # a native select takes an empty value for no choice


def top_bar(chip: Chip, bell: Component | None = None, *, has_search: bool = True) -> Component:
    """Return the bar with the phone's menu, search where the viewer may search, data chip, bell and theme.

    bell   None for who has no alerts
    """
    return html.Header(
        [
            html.Button(
                [icon("list"), unseen("Menu")],
                type="button",
                className="rp-icon-button rp-menu-button",
                disable_n_clicks=True,
                **attributes(data_rp_menu="true", aria_expanded="false", aria_controls="side"),
            ),
            html.Div(search_box("top"), className="rp-top-search", id="top-search", hidden=not has_search),
            html.Div(
                [
                    html.Div(id="new-data", role="status"),
                    _chip(chip),
                    html.Div(bell, id="bell", hidden=bell is None),
                    html.Div(
                        [
                            _opener([icon("circle-half"), unseen("Theme")], "theme-panel", "rp-icon-button"),
                            html.Div(_theme_choice("top"), id="theme-panel", className="rp-panel rp-panel-theme"),
                        ],
                        className="rp-opens rp-top-theme",
                    ),
                    html.Div(
                        [
                            _opener([icon("keyboard"), unseen("Keys")], "keys-panel", "rp-icon-button", id="keys"),
                            html.Div(_keys(), id="keys-panel", className="rp-panel rp-panel-keys"),
                        ],
                        className="rp-opens rp-top-keys",
                    ),
                    html.Button(
                        [icon("search"), unseen("Search")],
                        type="button",
                        className="rp-icon-button rp-search-button",
                        hidden=not has_search,
                        disable_n_clicks=True,
                        **attributes(data_rp_search_open="true", aria_expanded="false", aria_controls="top-search"),
                    ),
                ],
                className="rp-top-tools",
            ),
        ],
        className="rp-top",
    )


def _chip(chip: Chip) -> Component:
    return html.Div(
        [
            _opener(chip.words, "data-panel", "rp-chip", id="data-chip"),
            html.Div(chip.panel, id="data-panel", className="rp-panel rp-panel-data"),
        ],
        className="rp-opens",
    )


def _opener(children: Any, panel: str, class_name: str, **rest: Any) -> Component:
    """Return a button that opens the panel beside it; shell.js listens, CSS shows the panel by aria-expanded."""
    return html.Button(
        children,
        type="button",
        className=class_name,
        disable_n_clicks=True,
        **attributes(data_rp_opens=panel, aria_expanded="false", aria_controls=panel),
        **rest,
    )


def _keys() -> list[Component]:
    """Return the list of keys; single letters can be switched off for people who dictate (WCAG 2.1.4)."""
    return [
        html.H2([icon("keyboard"), html.Span("Keys")], className="rp-panel-title"),
        html.Dl(
            [
                html.Div([html.Dt(words), html.Dd([html.Kbd(key) for key in keys.split()])], className="rp-key-row")
                for keys, words in KEYS
            ],
            className="rp-keys",
        ),
        html.Div(
            dbc.Checkbox(id="keys-off", label="Switch single keys off", value=False, persistence=True),
            className="rp-keys-off",
        ),
    ]


def _theme_choice(place: str) -> Component:
    return html.Fieldset(
        [
            html.Legend("Theme", className="rp-legend"),
            dbc.RadioItems(
                id={"type": "theme", "place": place},
                options=[{"value": value, "label": label} for value, label in THEMES],
                className="rp-radios",
            ),
        ]
    )


def side_bar(
    viewer: Viewer,
    reps: tuple[Rep, ...],
    formats: Formats,
    links: Links,
    is_open: Callable[[str], bool],
    signed_in: str = "",
) -> Component:
    """Return the bar with name, navigation, on a phone the theme, and the choice of rep where there is one.

    is_open    returns whether the viewer may open a page, by its name: the others are not offered
    signed_in  who is signed in, for the link to their account; empty where nobody signs in
    """
    return html.Aside(
        [
            page_link(
                [html.Span(className="rp-logo"), html.Span(NAME, className="rp-side-word")], links.home(), "rp-brand"
            ),
            html.Nav(
                html.Ul(
                    [
                        *_nav_part(
                            "",
                            {
                                "calls": _nav_item("telephone", "Calls", links.home()),
                                "customers": _nav_item("shop", "Customers", links.customers(), under="/"),
                                "products": _nav_item("box-seam", "Products", links.products(), under="/"),
                                "alerts": _nav_item("bell", "Alerts", links.alerts()),
                                "results": _nav_item("graph-up", "My results", links.results()),
                            },
                            is_open,
                        ),
                        *_nav_part(
                            "Marketing",
                            {
                                "segments": _nav_item("grid-3x3-gap", "Segments", links.segments()),
                                "bundles": _nav_item("collection", "Bundles", links.bundles()),
                                "campaigns": _nav_item("send", "Campaigns", links.campaigns(), under="/"),
                            },
                            is_open,
                        ),
                        *_nav_part("Data", {"model": _nav_item("clipboard-data", "Model", links.model())}, is_open),
                        *_nav_part(
                            "Administration",
                            {
                                "people": _nav_item("people", "People", links.people()),
                                "tokens": _nav_item("key", "API tokens", links.tokens()),
                                "audit": _nav_item("journal-text", "Audit trail", links.audit()),
                            },
                            is_open,
                        ),
                    ]
                ),
                **attributes(aria_label="Pages"),
            ),
            html.Div(_theme_choice("menu"), className="rp-side-theme"),
            *([_account_link(signed_in, links)] if signed_in else []),
            *([_rep_choice(viewer, reps, formats)] if viewer.may_choose and (reps or viewer.who) else []),
        ],
        id="side",
        className="rp-side",
        **attributes(aria_label="Menu"),
    )


def _nav_part(title: str, items: Mapping[str, Component], is_open: Callable[[str], bool]) -> list[Component]:
    """Return a part of the navigation: its title and the pages that are open, by name; nothing where none is."""
    shown = [item for name, item in items.items() if is_open(name)]
    head = [html.Li(title, className="rp-nav-part rp-side-word")] if shown and title else []
    return [*head, *shown]


def _nav_item(symbol: str, words: str, href: str, under: str | None = None) -> Component:
    """Return a link of the navigation; `under` follows its path in those of the pages that belong to it."""
    return html.Li(
        page_link(
            [icon(symbol), html.Span(words, className="rp-side-word")],
            href,
            "rp-nav-link",
            **attributes(data_rp_under=under),
        )
    )


def _account_link(name: str, links: Links) -> Component:
    """Return a link to a page that the server draws: the browser loads it anew."""
    return html.A(
        [icon("person-circle"), html.Span([unseen("Account of "), name], className="rp-side-word")],
        href=links.account(),
        className="rp-nav-link rp-account-link",
    )


def _rep_choice(viewer: Viewer, reps: tuple[Rep, ...], formats: Formats) -> Component:
    total = sum(rep.n_customers for rep in reps)
    options = [{"value": ALL_REPS, "label": f"All reps ({formats.number(total)})"}]
    options += [{"value": rep.name, "label": f"{rep.name} ({formats.number(rep.n_customers)})"} for rep in reps]
    if viewer.who and not any(rep.name == viewer.who for rep in reps):
        options.append({"value": viewer.who, "label": f"{viewer.who} (0)"})
    return html.Div(
        [
            _opener([icon("person-circle"), unseen("Customers of")], "rep-panel", "rp-icon-button rp-rep-button"),
            html.Div(
                [
                    html.Label("Customers of", htmlFor='{"place":"side","type":"rep"}', className="rp-label"),
                    dbc.Select(
                        id={"type": "rep", "place": "side"},
                        options=options,
                        value=viewer.who or ALL_REPS,
                        className="rp-select",
                    ),
                ],
                id="rep-panel",
                className="rp-rep-panel",
            ),
        ],
        className="rp-opens rp-rep",
    )
