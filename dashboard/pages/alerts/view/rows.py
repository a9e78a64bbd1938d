"""The rows of one kind of alert, the bar for what is done with several of them, and what is below the list."""

from collections.abc import Sequence

from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.elements import attributes, icon, number, page_link, unseen
from dashboard.components.outcome_actions import line_actions
from dashboard.components.timeline import purchase_line
from dashboard.display.alert_lines import AlertLine
from dashboard.display.formats import Formats
from dashboard.display.urls import Links, dial_address
from dashboard.pages.alerts.data.filters import FIRST_SHOWN, SNOOZED
from dashboard.pages.alerts.data.page import HEADS, AlertsPage
from dashboard.pages.alerts.view.shown import Shown

OF_PRODUCTS = ("lost", "due", "season")


def rows_card(page: AlertsPage, shown: Shown) -> Component:
    """Return the card with the bar, the heads, the rows and the foot."""
    kind = page.filters.kind
    rows = [_row(line, page, shown) for line in page.rows]
    bar = [_bar(page, shown)] if shown.may_record or shown.may_assign else []
    return html.Section(
        [
            *bar,
            _heads(page, shown),
            html.Ol(rows, className="rp-alert-rows"),
            _foot(page, shown.formats),
        ],
        className=f"rp-card rp-alerts-card rp-alerts-{kind}",
    )


def _bar(page: AlertsPage, shown: Shown) -> Component:
    """Return the bar of what is done with the chosen alerts; alerts.js shows it while some are."""
    is_snoozed = page.filters.state == SNOOZED
    buttons: list[Component] = []
    if shown.may_record and not is_snoozed:
        buttons.append(_menu("snooze", [icon("moon"), "Snooze until"], _days(shown)))
    if shown.may_assign and page.people:
        people = [(str(one), name) for one, name in page.people]
        buttons.append(_menu("assign", [icon("person"), "Assign to"], [*people, ("0", "Nobody")]))
    if shown.may_record and not is_snoozed and page.filters.kind in (*OF_PRODUCTS, "missed"):
        words = "Drop" if page.filters.kind == "missed" else "Not relevant"
        buttons.append(_do("dismiss", [icon("x-lg"), words], "btn btn-quiet"))
    return html.Div(
        [
            _check("all", "Choose all that are shown"),
            html.Span(
                [
                    html.B("", className="rp-alert-chosen", **attributes(data_rp_chosen="true")),
                    html.Span("", className="rp-alert-sum", **attributes(data_rp_sum="true")),
                ],
                className="num",
                role="status",
            ),
            html.Div([*buttons, _do("clear", ["Clear"], "btn btn-ghost")], className="rp-alert-bulk-buttons"),
        ],
        className="rp-alert-bulk",
        hidden=True,
        **attributes(data_rp_alert_bar="true"),
    )


def _days(shown: Shown) -> list[tuple[str, str]]:
    return [(day.isoformat(), words) for day, words in shown.days]


def _menu(do: str, words: Sequence[Component | str], options: Sequence[tuple[str, str]]) -> Component:
    """Return a button that opens a list of choices; shell.js opens it, a choice is what is done."""
    panel = f"alert-{do}-panel"
    opener = html.Button(
        [*words, icon("chevron-down", "rp-chevron")],
        type="button",
        className="btn btn-quiet",
        disable_n_clicks=True,
        **attributes(data_rp_opens=panel, aria_expanded="false", aria_controls=panel),
    )
    choices = [_do(do, [text], "rp-menu-choice", value) for value, text in options]
    return html.Div([opener, html.Div(choices, id=panel, className="rp-panel rp-panel-menu")], className="rp-opens")


def _do(do: str, words: Sequence[Component | str], class_name: str, value: str | None = None) -> Component:
    return html.Button(
        list(words),
        type="button",
        className=class_name,
        disable_n_clicks=True,
        **attributes(data_rp_alert_do=do, data_rp_value=value),
    )


def _check(name: str, words: str) -> Component:
    return html.Button(
        unseen(words),
        type="button",
        role="checkbox",
        className="rp-check",
        disable_n_clicks=True,
        **attributes(data_rp_check=name, aria_checked="false"),
    )


def _heads(page: AlertsPage, shown: Shown) -> Component:
    main, days, worth, extra = HEADS[page.filters.kind]
    begin, end = (shown.formats.day(day, shown.as_of) for day in shown.span)
    dots = [html.Span(begin), html.Span(end)] if any(line.dots for line in page.rows) else []
    return html.Div(
        [
            html.Span(_check("all", "Choose all that are shown") if shown.may_record or shown.may_assign else None),
            html.Span(main),
            html.Span(dots, className="rp-alert-span num"),
            html.Span(days, className="rp-alert-number"),
            html.Span(worth, className="rp-alert-number"),
            html.Span(extra),
            html.Span("State"),
            html.Span(html.Span("Phone", className="rp-on-paper")),
        ],
        className="rp-alert-heads",
    )


def _row(line: AlertLine, page: AlertsPage, shown: Shown) -> Component:
    _, customer_id, product_id = line.key
    _, days, _, extra = HEADS[page.filters.kind]
    check = [_check("one", f"Choose {line.title}")] if shown.may_record or shown.may_assign else []
    customer = line.customer
    title = page_link(line.title, _href(line, shown.links), "rp-link rp-alert-title")
    named = [number(f" {line.number}", "rp-id")] if line.number and line.number != line.title else []
    return html.Li(
        [
            html.Span(check, className="rp-alert-check"),
            html.Div(
                [html.Div([title, *named]), html.P(_about(line, shown.links), className="rp-alert-about num")],
                className="rp-alert-what",
            ),
            html.Div(_dots(line, shown.formats), className="rp-alert-dots"),
            html.Span(_word(days, line.days), className="rp-alert-days rp-alert-number num"),
            html.B(line.worth, className="rp-alert-worth rp-alert-number num"),
            html.Div(_word(extra, *_extra(line, shown.links)), className=_extra_class(line)),
            html.Span([*_new(line), line.state], className="rp-alert-state num"),
            html.Span(_phone(line), className="rp-alert-phone"),
            *_actions(line, shown),
        ],
        className="rp-alert-row",
        **attributes(
            data_rp_customer=customer.customer_id if customer else None,
            data_rp_name=customer.name if customer else line.title,
            data_rp_alert_customer=customer_id,
            data_rp_alert_product=product_id,
            data_rp_worth=None if line.alert.worth is None else f"{line.alert.worth:.2f}",
        ),
    )


def _about(line: AlertLine, links: Links) -> list[Component | str]:
    """Return what happened; the customer's name leads to their page where the title does not."""
    customer = line.customer
    if customer is None or line.title == customer.name or not line.about.startswith(customer.name):
        return [line.about]
    return [page_link(customer.name, links.customer(customer.customer_id)), line.about.removeprefix(customer.name)]


def _href(line: AlertLine, links: Links) -> str:
    if line.customer is None:
        return links.product(line.key.product_id)
    if line.line is None:
        return links.customer(line.customer.customer_id)
    state = "lost" if line.line.list == "lost" else "due"
    return links.reason(line.customer.customer_id, state, line.key.product_id)


def _dots(line: AlertLine, formats: Formats) -> list[Component]:
    if line.dots is None:
        return []
    n = formats.number(len(line.dots.dots))
    days = f", nothing for {line.days or 'a while'}" if line.key.kind == "lost" else ""
    return [purchase_line(line.dots, f"{n} purchases in a year{days}", is_lost=line.key.kind == "lost")]


def _word(head: str, *said: Component | str) -> list[Component | str]:
    """Return what a cell says; a phone, which has no heads, shows the head before it."""
    return [html.Span(f"{head} ", className="rp-alert-word"), *said] if any(said) else []


def _extra_class(line: AlertLine) -> str:
    """Return the class; a phone leaves out that there is nothing to offer instead."""
    is_none = line.key.kind == "lost" and line.offer is None
    return "rp-alert-extra rp-alert-none num" if is_none else "rp-alert-extra num"


def _extra(line: AlertLine, links: Links) -> list[Component | str]:
    if line.offer is None:
        return [line.extra]
    note = html.P([html.Span(", ", className="rp-alert-word"), line.offer.note])
    return [html.P(page_link(line.offer.name, links.product(line.offer.product_id))), note]


def _new(line: AlertLine) -> list[Component]:
    return [html.Span(className="rp-alert-new"), unseen("New. ")] if line.is_new else []


def _phone(line: AlertLine) -> list[Component]:
    customer = line.customer
    if customer is None or not customer.phone:
        return []
    words = [icon("telephone"), unseen(f"Call {customer.name}")]
    dial = html.A(words, href=dial_address(customer.phone), className="rp-icon-button rp-call-dial")
    return [dial, number(customer.phone, "rp-on-paper")]


def _actions(line: AlertLine, shown: Shown) -> list[Component]:
    """Return the buttons of the phone: what a rep does while they are on the road."""
    if not shown.may_record or line.key.kind not in OF_PRODUCTS:
        return []
    return [line_actions(line.key.product_id, line.title)]


def _foot(page: AlertsPage, formats: Formats) -> Component:
    n, of = formats.number(len(page.rows)), formats.number(page.n)
    more = []
    if page.n > len(page.rows) and page.filters.most == FIRST_SHOWN:
        more = [
            html.Button(
                "Show all" if page.n <= page.most else f"Show {formats.number(page.most)}",
                type="button",
                className="btn btn-ghost",
                disable_n_clicks=True,
                **attributes(data_rp_alert_all="true"),
            )
        ]
    total = f"{page.total} {page.sum_words} in all {of}" if page.total and page.n else ""
    return html.Div([html.Span([f"{n} of {of}", *more]), html.Span(total)], className="rp-table-foot rp-alert-foot num")
