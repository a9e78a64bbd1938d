"""The drawer of a call: who, what to say, the lists in short, the last time, and what came of it."""

from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.copy_sentence import copy_button, said
from dashboard.components.elements import attributes, icon, number, page_link, unseen
from dashboard.components.outcome_actions import line_actions, may_record
from dashboard.components.state_counts import STATE_WORDS, state_icon
from dashboard.display.formats import Formats
from dashboard.display.urls import Links, dial_address
from dashboard.pages.calls.data.drawer import Drawer, ShortList
from dashboard.records.customers import Customer, Recommendation


def drawer_view(drawer: Drawer, formats: Formats, links: Links) -> Component:
    """Draw the drawer."""
    customer = drawer.call.customer
    return html.Div(
        [
            html.Div(
                [
                    html.H2(customer.name, className="rp-drawer-title", tabIndex="-1"),
                    html.Button(
                        [icon("x-lg"), unseen("Close")],
                        type="button",
                        className="rp-icon-button",
                        disable_n_clicks=True,
                        **attributes(data_rp_close_drawer="true"),
                    ),
                ],
                className="rp-drawer-head",
            ),
            html.Div(
                [
                    html.P(drawer.facts, className="rp-drawer-facts num"),
                    html.Div([*_dial(customer), _open(customer, links)], className="rp-drawer-buttons"),
                    *(
                        [html.P([icon("calendar-check"), drawer.step], className="rp-drawer-step")]
                        if drawer.step
                        else []
                    ),
                    *_say(drawer),
                    *(_short(one, formats, links, customer) for one in drawer.lists),
                    *_last(drawer),
                ],
                className="rp-drawer-body",
            ),
            *_actions(drawer),
        ],
        className="rp-drawer-inside",
        **attributes(data_rp_customer=customer.customer_id, data_rp_name=customer.name),
    )


def _dial(customer: Customer) -> list[Component]:
    if not customer.phone:
        return []
    return [
        html.A([icon("telephone"), html.Span(customer.phone, className="num")], href=dial_address(customer.phone),
               className="btn btn-primary")
    ]  # fmt: skip


def _open(customer: Customer, links: Links) -> Component:
    keys = html.Kbd("Enter", **attributes(aria_hidden="true"))
    return page_link(["Open customer", keys], links.customer(customer.customer_id), "btn btn-quiet rp-drawer-open")


def _say(drawer: Drawer) -> list[Component]:
    if not drawer.say:
        return [html.P("Nothing is due, lost or new for them now.", className="rp-others")]
    everything = "\n".join(sentence for _, sentence in drawer.say)
    head = [html.H3("Say", className="rp-drawer-label"), copy_button(everything, "Copy", "what to say", key="c")]
    lines = [html.Li([state_icon(state), said(sentence, drawer.language)]) for state, sentence in drawer.say]
    return [html.Div(head, className="rp-drawer-say-head"), html.Ol(lines, className="rp-drawer-say")]


def _short(one: ShortList, formats: Formats, links: Links, customer: Customer) -> Component:
    amount = formats.money(one.expected) if one.expected is not None else ""
    head = [
        html.H3(
            [state_icon(one.state), f"{STATE_WORDS[one.state]} {formats.number(one.n)}"], className="rp-drawer-label"
        ),
        number(amount),
    ]
    rows = [_line(line, formats) for line in one.lines]
    if one.more:
        more = page_link(f"{formats.number(one.more)} more", f"{links.customer(customer.customer_id)}?list={one.state}")
        rest = formats.money(one.more_expected) if one.more_expected is not None else ""
        rows.append(html.Li([more, html.Span(), number(rest, "rp-drawer-rest")]))
    return html.Section([html.Div(head, className="rp-drawer-list-head"), html.Ol(rows, className="rp-drawer-lines")])


def _line(line: Recommendation, formats: Formats) -> Component:
    expected = formats.money(line.expected) if line.expected is not None else ""
    return html.Li(
        [
            html.Span(line.product_name),
            number(formats.quantity_price(line.quantity, line.price), "rp-drawer-quantity"),
            html.B(expected, className="num"),
        ]
    )


def _last(drawer: Drawer) -> list[Component]:
    if not drawer.last:
        return []
    return [html.H3("Last time", className="rp-drawer-label"), html.P(drawer.last, className="rp-others num")]


def _actions(drawer: Drawer) -> list[Component]:
    """Return the buttons of the call: they record what came of the product that is raised first."""
    first = drawer.call.first
    if first is None or not may_record():
        return []
    about = html.P(f"Raised first: {first.product_name}", className="rp-drawer-about")
    return [html.Div([about, line_actions(first.product_id, first.product_name)], className="rp-drawer-actions")]
