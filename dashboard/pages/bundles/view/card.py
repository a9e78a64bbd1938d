"""The card of a chosen bundle: its figures, what a discount costs, and who has all of it or misses some."""

import json
from collections.abc import Collection

import dash_bootstrap_components as dbc
from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.elements import attributes, icon, page_link
from dashboard.components.page_guard import is_open
from dashboard.components.table import table_card
from dashboard.display.bundle_offer import MOST_DISCOUNT, Offer, offer_sentence
from dashboard.display.formats import Formats
from dashboard.display.table import TableRows, TableState
from dashboard.display.urls import Links
from dashboard.pages.bundles.data.gaps import gap_sentence, gap_title, lacks_choices, order_sentence
from dashboard.records.bundles import Bundle, Gaps

GAP_ROWS = 10
_STOP_MS = 350
NEW_CAMPAIGN = "new_campaign"  # the page's name in the table of permissions


def gap_hint() -> Component:
    """Return what is shown where no bundle is selected."""
    return html.Section(
        [
            html.H2("Who misses one", className="rp-card-title"),
            html.P(
                "Select a bundle in the table or in the chart: here is then who has all of it, who misses one or two "
                "products, what a set brings, and what a discount on it would have to bring back."
            ),
        ],
        className="rp-card rp-gap-hint",
    )


def gap_view(
    bundle: Bundle,
    table: TableRows,
    gaps: Gaps,
    state: TableState,
    formats: Formats,
    links: Links,
    *,
    discount: float = 0,
    away: Collection[str] = (),
) -> Component:
    """Return the card of a selected bundle: its figures, its offer, and the viewer's customers.

    discount  percent, as typed before
    away      products that cannot be had now
    """
    about = html.Div(
        [
            _head(bundle, links),
            html.P(gap_sentence(bundle, formats)),
            _away(bundle, away),
            _figures(bundle, formats),
            _offer(bundle, discount, formats),
            _switch(bundle, gaps, formats),
            html.P(order_sentence(gaps, formats)) if gaps.shown else None,
        ],
        className="rp-gap-about num",
    )
    if not table.records:
        parts = [
            html.Div(
                html.H2(gap_title(bundle, formats, gaps.lacks), className="rp-card-title"), className="rp-card-head"
            ),
            about,
            html.P(_nobody(gaps), className="rp-gap-others"),
        ]
        return html.Section(parts, className="rp-card rp-gap-cards")
    return html.Div(
        [
            table_card(table, state, formats, page_rows=GAP_ROWS, about=about, is_narrow=True),
            html.P(_others(gaps, formats), className="rp-gap-others") if gaps.others else None,
        ],
        className="rp-gap-cards",
    )


def offer_words(bundle: Bundle, discount: float, formats: Formats) -> str:
    """Return what a discount on the bundle costs and would have to bring back; nothing without one."""
    return "" if bundle.price is None else offer_sentence(Offer(bundle.price, bundle.cost, discount), formats)


# ---- parts ----


def _head(bundle: Bundle, links: Links) -> Component:
    names: list[Component | str] = []
    for part in bundle.parts:
        names += [" + ", page_link(part.name, links.product(part.product_id))]
    back = html.Button(
        [icon("chevron-up"), html.Span("Back to the bundles")],
        type="button",
        className="btn btn-quiet rp-gap-back",
        disable_n_clicks=True,
        **attributes(data_rp_gap_back="true"),
    )
    # An offer of what is bought instead of the other is no bundle to write about.
    campaign = (
        page_link(
            "Make campaign list",
            links.new_campaign(**{"from": "bundle", "bundle": bundle.key}),
            "btn btn-primary rp-gap-campaign",
        )
        if is_open(NEW_CAMPAIGN) and not bundle.substitutes
        else None
    )
    return html.Div(
        [
            html.H3(names[1:], className="rp-gap-name", tabIndex="-1", **attributes(data_rp_gap_name="true")),
            campaign,
            back,
        ],
        className="rp-gap-head",
    )


def _away(bundle: Bundle, away: Collection[str]) -> Component | None:
    names = " and ".join(part.name for part in bundle.parts if part.product_id in away)
    return html.P(html.B(f"{names} cannot be had now, the stock system says.")) if names else None


def _figures(bundle: Bundle, formats: Formats) -> Component:
    """Return price, and margin for who may see it, as short labelled figures."""
    parts = [("Price of the set", formats.price(bundle.price))]
    if bundle.margin is not None and bundle.price:
        share = formats.percent(bundle.margin / bundle.price)
        parts += [("Cost", formats.price(bundle.cost)), ("Margin", f"{formats.price(bundle.margin)} ({share})")]
    shown = [html.Div([html.Dt(label), html.Dd(value)]) for label, value in parts]
    return html.Dl(shown, className="rp-gap-figures")


def _offer(bundle: Bundle, discount: float, formats: Formats) -> Component | None:
    """Return the field of a discount and what it costs; None where no price is known, and of substitutes."""
    if bundle.price is None or bundle.substitutes:
        return None
    field = dbc.Input(
        id={"type": "bundle-discount", "bundle": bundle.key},
        type="number",
        value=f"{discount:g}" if discount else "",
        min=0,
        max=MOST_DISCOUNT,
        step="any",
        debounce=_STOP_MS,
        inputmode="decimal",
        className="rp-number-field num",
        placeholder="0",
    )
    # As the browser writes the field's id.
    name = json.dumps({"bundle": bundle.key, "type": "bundle-discount"}, separators=(",", ":"), ensure_ascii=False)
    return html.Div(
        [
            html.Label("Discount, %", htmlFor=name, className="rp-label"),
            field,
            html.P(
                offer_words(bundle, discount, formats), id={"type": "bundle-offer", "bundle": bundle.key}, role="status"
            ),
        ],
        className="rp-gap-offer",
        **attributes(data_rp_gap_offer="true"),
    )


def _switch(bundle: Bundle, gaps: Gaps, formats: Formats) -> Component:
    """Return the buttons that choose whom the table shows: counts are of all customers."""
    choices = [
        html.Button(
            [f"{words} ", html.Span(formats.number(n), className="num")],
            type="button",
            className="rp-choice",
            disable_n_clicks=True,
            **attributes(data_rp_lacks=said, aria_pressed="true" if lacks == gaps.lacks else "false"),
        )
        for lacks, (said, words, n) in enumerate(lacks_choices(bundle))
    ]
    return html.Div(choices, className="rp-choices rp-gap-switch", role="group", **attributes(aria_label="Customers"))


def _nobody(gaps: Gaps) -> str:
    if not gaps.others:
        return ("Nobody has all of it.", "Whoever bought some of it lacks more than one product, or has all.")[
            min(gaps.lacks, 1)
        ]
    belong = "They belong" if gaps.others > 1 else "It belongs"
    return f"None of them is yours. {belong} to other reps."


def _others(gaps: Gaps, formats: Formats) -> str:
    return f"and {formats.number(gaps.others)} {'customer' if gaps.others == 1 else 'customers'} of other reps"
