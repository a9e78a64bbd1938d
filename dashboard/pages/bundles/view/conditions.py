"""The conditions of the bundles page, and what takes the place of the results where nothing fits."""

import json
from collections.abc import Sequence
from typing import Any

import dash_bootstrap_components as dbc
from dash.development.base_component import Component

from dashboard.components import html
from dashboard.components.elements import attributes, icon
from dashboard.components.empty_states import empty_state
from dashboard.display.formats import Formats
from dashboard.pages.bundles.data.comparison import NOBODY
from dashboard.pages.bundles.data.filters import FIRST, MOST, NONE, SIZES, SUBSTITUTES, Filters
from dashboard.pages.bundles.data.page import BundlesPage, advice_words, count_words, empty_title, empty_why
from dashboard.pages.bundles.data.whose import HEADINGS, choice_label
from dashboard.records.bundles import MembersOf
from recsys.schema.bundle_groups import EVERYBODY, Members

ANY = "*"  # a native select takes an empty value for no choice
CONTROLS = ("segment", "kind", "category", "size", "baskets", "support", "confidence", "lift", "hide")
APART = ("segment", "kind")  # whose bundles and which kind: choices, which a reset leaves
OF_TOGETHER = "rp-of-together"  # conditions of what is bought together, hidden where substitutes are shown
_STOP_MS = 350  # until a number that is typed counts as typed


def whose_value(members: Members) -> str:
    """Return the value of the control for some customers: `*`, `segment:Cafe`, `region:North`, `rfm:At risk`."""
    return ANY if members == EVERYBODY else ":".join(members)


def said_of(values: dict[str, Any]) -> dict[str, Any]:
    """Return controls' values as an address says them: whose bundles as a group and a name."""
    chosen = values.get("segment")
    group, _, name = chosen.partition(":") if isinstance(chosen, str) else ("", "", "")
    return {**values, "group": group, "segment": name}


def members_options(members: Sequence[MembersOf], formats: Formats) -> list[dict[str, Any]]:
    """Return the options of a select, under a heading for each group: an option that cannot be chosen."""
    options: list[dict[str, Any]] = []
    before = ""
    for one in members:
        group = one.members[0]
        if group != before and group in HEADINGS:
            options.append({"value": f"#{group}", "label": f"\N{EM DASH} {HEADINGS[group]}", "disabled": True})
        options.append({"value": whose_value(one.members), "label": choice_label(one, formats)})
        before = group
    return options


def choices(page: BundlesPage, formats: Formats, compare: str) -> Component:
    """Return the choices beside the page's title: which kind of bundles, and whom to compare with (`compare`)."""
    kinds = [{"value": ANY, "label": "together"}, {"value": SUBSTITUTES, "label": "instead of each other"}]
    others = members_options(tuple(one for one in page.members if one.n_bundles), formats)
    kind, nobody = page.filters.kind or ANY, {"value": NOBODY, "label": "Nobody"}
    return html.Div(
        [
            _field("Bought", "kind", _select("kind", kinds, kind))
            if any(one.n_substitutes for one in page.members)
            else _unasked("kind", kind),
            _field("Compare with", "compare", _select("compare", [nobody, *others], compare), "rp-compare-field")
            if len(others) > 1
            else _unasked("compare", NOBODY),
        ],
        className="rp-bundle-choices",
    )


def filter_card(page: BundlesPage, formats: Formats) -> Component:
    """Return the card of the conditions."""
    filters = page.filters
    categories = [{"value": ANY, "label": "Any"}, *({"value": name, "label": name} for name in page.categories)]
    whose = members_options(page.members, formats)
    sizes = [{"value": "0", "label": "2 to 4"}, *({"value": str(size), "label": str(size)} for size in SIZES)]
    return html.Section(
        [
            _field("Customers", "segment", _select("segment", whose, whose_value(filters.members)), "rp-field-wide")
            if len(page.members) > 1
            else _unasked("segment", whose_value(filters.members)),
            _field("Order days from", "baskets", _number_field("baskets", filters.baskets), OF_TOGETHER),
            _field("Lift from", "lift", _number_field("lift", filters.lift), OF_TOGETHER),
            html.Button(
                [icon("sliders"), html.Span("More")],
                type="button",
                className="btn btn-quiet rp-more-button",
                disable_n_clicks=True,
                **attributes(data_rp_more="true", aria_expanded="false", aria_controls="bundles-more"),
            ),
            html.Div(
                [
                    _field(
                        "Contains category",
                        "category",
                        _select("category", categories, filters.category or ANY),
                        "rp-field-wide",
                    )
                    if page.categories
                    else _unasked("category", ANY),
                    _field("Products", "size", _select("size", sizes, str(filters.size)), OF_TOGETHER),
                    _field("Support from, %", "support", _number_field("support", filters.support), OF_TOGETHER),
                    _field(
                        "Confidence from, %", "confidence", _number_field("confidence", filters.confidence), OF_TOGETHER
                    ),
                    dbc.Switch(
                        id="bundles-hide",
                        value=filters.hide,
                        label="Hide redundant",
                        className="rp-switch-field rp-of-together",
                    ),
                ],
                id="bundles-more",
                className="rp-more",
            ),
            html.Div(
                [
                    html.Span(count_parts(page, formats), id="bundles-count", role="status"),
                    set_button("Reset", FIRST, "btn btn-ghost rp-reset"),
                ],
                className="rp-filter-count num",
            ),
        ],
        className="rp-card rp-filters",
        **attributes(aria_label="Conditions"),
    )


def count_parts(page: BundlesPage, formats: Formats) -> list[Component | str]:
    """Return `14 of 312 bundles`, the first number bold."""
    n, rest = count_words(page, formats)
    return [html.B(n), rest]


def _field(label: str, name: str, control: Component, class_name: str = "") -> Component:
    return html.Div(
        [html.Label(label, htmlFor=f"bundles-{name}", className="rp-label"), control],
        className=f"rp-field {class_name}".strip(),
    )


def _unasked(name: str, value: str) -> Component:
    """Return a hidden control that offers no choice; the callbacks need it."""
    return html.Div(dbc.Input(id=f"bundles-{name}", type="hidden", value=value), hidden=True)


def _select(name: str, options: list[dict[str, str]], value: str) -> Component:
    select: Component = dbc.Select(id=f"bundles-{name}", options=options, value=value, className="rp-select")
    return select


def _number_field(name: str, value: float) -> Component:
    field: Component = dbc.Input(
        id=f"bundles-{name}",
        type="number",
        value=f"{value:g}",
        min=0,
        max=MOST[name],
        step="any",
        debounce=_STOP_MS,
        className="rp-number-field num",
        inputmode="decimal",
    )
    return field


def set_button(words: str, filters: Filters, class_name: str, names: Sequence[str] = CONTROLS) -> Component:
    """Return a button that sets controls; bundles.js listens. Whose bundles and which kind stay as they are."""
    values = {f"bundles-{name}": _control_value(getattr(filters, name)) for name in names if name not in APART}
    return html.Button(
        words,
        type="button",
        className=class_name,
        disable_n_clicks=True,
        **attributes(data_rp_set=json.dumps(values)),
    )


def empty_card(page: BundlesPage, formats: Formats) -> Component | None:
    """Return which condition excludes everything, and what to set it to; None while there are bundles to show."""
    if page.shown:
        return None
    if not page.n_of_kind:
        return empty_state(empty_title(page, formats), empty_why(page, formats), _other_choices(page, formats))
    buttons = [
        set_button(
            advice_words(one, formats),
            _with(one.name, one.value),
            "btn btn-primary" if at == 0 else "btn btn-quiet",
            [one.name],
        )
        for at, one in enumerate(page.advice)
    ]
    everything = f"Without any condition ({formats.number(page.n_of_kind)})"
    buttons.append(set_button(everything, NONE, "btn btn-ghost" if buttons else "btn btn-primary"))
    return empty_state(empty_title(page, formats), empty_why(page, formats), buttons)


def _with(name: str, value: Any) -> Filters:
    return Filters(**{name: value})


def _other_choices(page: BundlesPage, formats: Formats) -> list[Component]:
    """Return buttons that lead away from customers who have no bundles of a kind."""
    everybody = next((one for one in page.members if one.members == EVERYBODY), None)
    buttons = []
    if page.filters.kind:
        buttons.append(_choice("What is bought together", {"bundles-kind": ANY}))
    if everybody and page.whose != EVERYBODY:
        n = everybody.n_substitutes if page.filters.kind else everybody.n_bundles
        buttons.append(_choice(f"All customers ({formats.number(n)})", {"bundles-segment": ANY}))
    return buttons


def _choice(words: str, values: dict[str, str]) -> Component:
    return html.Button(
        words,
        type="button",
        className="btn btn-quiet",
        disable_n_clicks=True,
        **attributes(data_rp_set=json.dumps(values)),
    )


def _control_value(value: Any) -> Any:
    """Return a value as the control takes it."""
    if isinstance(value, bool):
        return value
    return (value or ANY) if isinstance(value, str) else f"{value:g}"
