"""The alerts page: tabs, the rule, filters, the rows."""

from dash import dcc
from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.csv_file import csv_file, csv_file_parts
from dashboard.components.elements import attributes, icon, number, page_link
from dashboard.components.empty_states import empty_state
from dashboard.components.toolbar import filter_field, named
from dashboard.display.formats import Formats
from dashboard.pages.alerts.data.filters import SNOOZED, STATES, AlertFilters
from dashboard.pages.alerts.data.page import VALUES, AlertsPage, Tab
from dashboard.pages.alerts.view.rows import rows_card
from dashboard.pages.alerts.view.rule import BACKTEST, PREVIEW_ASKED, backtest_view, rule_card
from dashboard.pages.alerts.view.shown import Shown

BODY, FILTERS = "alerts-body", "alerts-filters"
ASKED, DONE = "alerts-asked", "alerts-done"
ASSIGN_ASKED, ASSIGNED = "alerts-assign-asked", "alerts-assigned"
RULE_ASKED, RULE_SET = "alert-own-rule-asked", "alert-own-rule"
TEAM_ASKED, TEAM_SET = "alert-rule-asked", "alert-rule"
STORES = (ASSIGN_ASKED, ASSIGNED, RULE_ASKED, RULE_SET, TEAM_ASKED, TEAM_SET, PREVIEW_ASKED)
CSV = csv_file("alerts")


def alerts_view(page: AlertsPage, area: Component, shown: Shown) -> Component:
    """Draw the page; `area` is what the buttons of outcomes need."""
    return html.Div(
        [
            dcc.Store(id="page-version", data=page.version),
            dcc.Store(id=FILTERS, data=page.filters.query),
            *(dcc.Store(id=name) for name in STORES),
            area,
            html.Div(alerts_body(page, shown), id=BODY, className="rp-alerts-body"),
        ],
        className="rp-page rp-alerts",
        **attributes(data_rp_alerts="true", data_rp_currency=shown.formats.currency, data_rp_locale=shown.formats.tag),
    )


def alerts_body(page: AlertsPage, shown: Shown) -> list[Component]:
    """Return all that a change changes."""
    formats = shown.formats
    body = rows_card(page, shown) if page.rows else empty_state(page.nothing, _why(page), _reset(page, shown))
    return [
        _head(page, shown),
        _tabs(page, shown),
        rule_card(page, shown),
        _toolbar(page, formats),
        body,
        html.P(backtest_view(page.preview, page.filters.kind), id=BACKTEST, className="rp-alert-backtest num"),
    ]


def _head(page: AlertsPage, shown: Shown) -> Component:
    number_of = shown.formats.number
    total = sum(tab.n for tab in page.tabs)
    customers = f"{number_of(page.n_customers)} customer{'' if page.n_customers == 1 else 's'}"
    new = f", {number_of(page.new)} new since your last visit" if page.new else ""
    snoozed = [
        page_link(
            [icon("moon"), f"Snoozed {number_of(page.n_snoozed)}"],
            shown.links.alerts(**{**page.filters.query, "state": SNOOZED}),
            "btn btn-ghost num",
        )
    ]
    return html.Div(
        [
            html.Div(
                [
                    html.H1("Alerts", className="rp-title", tabIndex="-1"),
                    html.P(f"{number_of(total)} open for {customers}{new}", className="rp-subtitle num"),
                ],
                className="rp-page-head",
            ),
            html.Div(
                [*(snoozed if page.n_snoozed else []), *csv_file_parts(CSV, "these alerts", is_there=bool(page.rows))],
                className="rp-alerts-tools",
            ),
        ],
        className="rp-alerts-head",
    )


def _tabs(page: AlertsPage, shown: Shown) -> Component:
    return html.Nav(
        [_tab(tab, page.filters, shown) for tab in page.tabs],
        className="rp-tabs",
        **attributes(aria_label="Kinds of alerts"),
    )


def _tab(tab: Tab, filters: AlertFilters, shown: Shown) -> Component:
    return page_link(
        [f"{tab.name} ", number(shown.formats.number(tab.n), "rp-tab-count")],
        shown.links.alerts(**AlertFilters(tab.kind).query),
        "rp-tab",
        **attributes(aria_current="page" if tab.kind == filters.kind else None),
    )


def _toolbar(page: AlertsPage, formats: Formats) -> Component:
    filters = page.filters
    find = html.Label(
        [
            html.Span("Customer", className="rp-toolbar-label"),
            dcc.Input(
                id="alerts-customer",
                value=filters.customer,
                type="search",
                debounce=True,
                placeholder="All",
                autoComplete="off",
                maxLength=80,
                className="rp-toolbar-select",
            ),
        ],
        className="rp-toolbar-field rp-toolbar-set" if filters.customer else "rp-toolbar-field",
        **attributes(data_rp_find_in="customer"),
    )
    fields: list[Component] = [find] if filters.kind != "stock" else []
    if len(page.categories) > 1 or filters.category:
        fields.append(filter_field("Category", "category", named(page.categories), filters.category))
    fields.append(filter_field("State", "state", list(STATES.items()), filters.state))
    if page.total:
        values = [(f"{value:g}", formats.money(value)) for value in sorted({*VALUES, filters.worth} - {0.0})]
        worth = f"{filters.worth:g}" if filters.worth else ""
        fields.append(filter_field("Worth from", "worth", values, worth, every=formats.money(0)))
    select = html.Button(
        [icon("check2-square"), "Select"],
        type="button",
        className="btn btn-quiet rp-alert-select",
        disable_n_clicks=True,
        **attributes(data_rp_alert_do="select", aria_pressed="false"),
    )
    return html.Div([html.Div([*fields, select], className="rp-toolbar-filters")], className="rp-toolbar")


def _why(page: AlertsPage) -> str:
    if page.filters.is_set:
        return "Other filters show more."
    return "When the data change, what meets the rule above comes here by itself."


def _reset(page: AlertsPage, shown: Shown) -> list[Component]:
    if not page.filters.is_set:
        return []
    href = shown.links.alerts(**AlertFilters(page.filters.kind).query)
    return [page_link("Show all alerts", href, "btn btn-primary")]
