"""Filters above a list, each a choice that is in the address, and saved views of them; toolbar.js listens."""

from collections.abc import Sequence

from dash.development.base_component import Component

from dashboard.activity.records import SavedView
from dashboard.components import html
from dashboard.components.elements import attributes, icon, page_link, unseen

Options = Sequence[tuple[str, str]]  # value and words
ALL = "*"  # a native select takes an empty value for no choice


def toolbar(
    fields: Sequence[Component], views: Component, buttons: Sequence[Component], asked: str = "view-asked"
) -> Component:
    """Return the bar: filters, saved views, what is done with the list.

    asked   the store that a view which is to be saved or removed is written to
    """
    of_views = html.Div(views, className="rp-views", **attributes(data_rp_views=asked))
    parts = [html.Div(list(fields), className="rp-toolbar-filters"), of_views, *buttons]
    return html.Div(parts, className="rp-toolbar")


def named(names: Sequence[str]) -> list[tuple[str, str]]:
    """Return options whose values are their words."""
    return [(name, name) for name in names]


def filter_field(label: str, name: str, options: Options, value: str, every: str = "All") -> Component:
    """Return a filter; the script puts the choice into the address under `name`. A value that is no option stays."""
    known = {option for option, _ in options}
    rest = [(value, value)] if value and value not in known else []
    select = html.Select(
        [html.Option(words, value=option) for option, words in ((ALL, every), *options, *rest)],
        name=name,
        className="rp-toolbar-select",
        **attributes(data_rp_filter=name, data_rp_value=value or ALL),
    )
    class_name = "rp-toolbar-field rp-toolbar-set" if value else "rp-toolbar-field"
    return html.Label([html.Span(label, className="rp-toolbar-label"), select], className=class_name)


def filter_switch(name: str, condition: str, children: Sequence[Component | str], *, is_on: bool) -> Component:
    """Return a button that puts a condition into the address under `name`, or takes it out."""
    return html.Button(
        list(children),
        type="button",
        className="rp-choice rp-toolbar-switch",
        disable_n_clicks=True,
        **attributes(data_rp_switch=name, data_rp_value=condition, aria_pressed="true" if is_on else "false"),
    )


def saved_views(views: Sequence[SavedView], address: str, query: str, *, in_address: bool = False) -> list[Component]:
    """Return saved views as links, each with a button that removes it; and one that saves the query, if there is any.

    address     of the page, without filters
    in_address  what is saved is what the address says by then: the table's own filters change it
    """
    shown = [_view(view, address) for view in views]
    save = html.Button(
        [icon("bookmark-plus"), "Save view"],
        type="button",
        className="btn btn-ghost",
        disable_n_clicks=True,
        **attributes(data_rp_save_view=query),
    )
    return [*shown, *([save] if query or in_address else [])]


def _view(view: SavedView, address: str) -> Component:
    remove = html.Button(
        [icon("x-lg"), unseen(f"Remove the view {view.name}")],
        type="button",
        className="rp-view-remove",
        disable_n_clicks=True,
        **attributes(data_rp_view=view.id),
    )
    link = page_link(view.name, f"{address}{'?' if view.query else ''}{view.query}")
    return html.Span([link, remove], className="rp-view")
