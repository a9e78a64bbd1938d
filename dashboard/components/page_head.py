"""The head of a page about one customer or product: name, number, what it is, on a phone the way back."""

from collections.abc import Sequence

from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.elements import icon, page_link, unseen


def page_head(
    title: str,
    facts: str,
    back: tuple[str, str],
    *,
    number: Sequence[Component] = (),
    tags: Sequence[Component] = (),
    actions: Component | None = None,
    on_phone: Sequence[Component] = (),
) -> Component:
    """Return the head.

    back    to the list that it is from: its name and address
    number  after the title, on a phone before the facts; none where the name is the number
    tags    what the title alone would hide: blocked, not available
    on_phone    of the actions, which a phone has no room for up here, those that it has below the facts
    """
    return html.Div(
        [
            page_link([icon("chevron-left"), unseen(back[0])], back[1], "rp-icon-button rp-back"),
            html.Div(
                [
                    html.Div(
                        [html.H1(html.Span(title), className="rp-title", tabIndex="-1"), *number, *tags],
                        className="rp-title-line",
                    ),
                    html.P([*number, facts], className="rp-subtitle num"),
                    *([html.Div(list(on_phone), className="rp-head-on-phone")] if on_phone else []),
                ],
                className="rp-head-text",
            ),
            *([html.Div(actions, className="rp-head-actions")] if actions is not None else []),
        ],
        className="rp-head",
    )
