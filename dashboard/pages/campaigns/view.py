"""How the list of campaigns is drawn."""

from dash import dcc
from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.elements import page_link
from dashboard.components.empty_states import empty_state
from dashboard.components.page_guard import is_open
from dashboard.components.table import table_card
from dashboard.display.formats import Formats
from dashboard.display.table import TableState
from dashboard.display.urls import Links
from dashboard.pages.campaigns.data import CampaignsPage, campaigns_table, head_words


def campaigns_view(page: CampaignsPage, state: TableState, formats: Formats, links: Links) -> Component:
    """Draw the page."""
    table = campaigns_table(page, formats, links)
    return html.Div(
        [
            dcc.Store(id="page-version", data=page.version),
            html.Div(
                [
                    html.H1("Campaigns", className="rp-title", tabIndex="-1"),
                    html.P(head_words(page, formats), className="rp-subtitle num"),
                ],
                className="rp-page-head",
            ),
            table_card(table, state, formats) if page.lines else _nothing(links),
            html.P(_foot(), className="rp-footnotes rp-campaign-foot") if page.lines else None,
        ],
        className="rp-page rp-list-page",
    )


def _nothing(links: Links) -> Component:
    """Return how to start, for who may make campaigns; to the others that there is nothing to see yet."""
    if not is_open("new_campaign"):
        return empty_state("No campaigns yet", html.P("What marketing sends out, and what came of it, is shown here."))
    places = (
        ("bundles", "Choose a bundle", links.bundles()),
        ("segments", "Choose a segment", links.segments()),
        ("products", "Choose a product", links.products()),
    )
    why = (
        "A campaign is a list of customers with something to offer each. Make one of a bundle, a segment or a product."
    )
    actions = [
        page_link(words, href, "btn btn-primary" if at == 0 else "btn btn-quiet")
        for at, (name, words, href) in enumerate(places)
        if is_open(name)
    ]
    return empty_state("No campaigns yet", html.P(why), actions)


def _foot() -> str:
    return (
        "The difference is told from 30 customers held out, in points, with the bounds that it lies between 19 times "
        "in 20. Ordered is one of the products offered, within the window."
    )
