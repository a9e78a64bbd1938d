"""The smallest parts of a screen: icons, links, text for screen readers alone."""

from typing import Any

from dash.development.base_component import Component

from dashboard.components import html

Children = str | Component | list[Any] | None


def attributes(**named: Any) -> dict[str, Any]:
    """Return `aria-*` and `data-*` attributes, whose hyphens no keyword can have: `aria_label` is `aria-label`.

    One that is None is left out.
    """
    return {name.replace("_", "-"): value for name, value in named.items() if value is not None}


def icon(name: str, class_name: str = "") -> Component:
    """Return an icon, hidden from screen readers: a word beside it says the same."""
    return html.Span(className=f"bi bi-{name} {class_name}".strip(), **attributes(aria_hidden="true"))


def unseen(text: str) -> Component:
    """Return text for screen readers only."""
    return html.Span(text, className="visually-hidden")


def page_link(children: Children, href: str, class_name: str = "rp-link", **rest: Any) -> Component:
    """Return a link to another page: navigation.js opens it without loading the app again."""
    return html.A(children, href=href, className=class_name, **attributes(data_rp_page="true"), **rest)


def sentence_start(words: str) -> str:
    """Return the words with a capital first letter; the rest is unchanged."""
    return words[:1].upper() + words[1:]


def number(text: str, class_name: str = "") -> Component:
    """Return a number for a column, tile or chip, in digits of equal width."""
    return html.Span(text, className=f"num {class_name}".strip())


def with_chevron(sentence: str) -> list[Component | str]:
    """Return a text whose last word stays on one line with the chevron that CSS draws after it."""
    start, _, last = sentence.rpartition(" ")
    return [f"{start} " if start else "", html.Span(last, className="rp-last-word")]
