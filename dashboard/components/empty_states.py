"""What is shown where there is nothing else to show: what is missing, why, and what to do next."""

from collections.abc import Sequence

from dash import dcc
from dash.development.base_component import Component

from dashboard.access.viewer import Viewer
from dashboard.components import html
from dashboard.components.elements import Children, attributes, icon, number, page_link
from dashboard.display.urls import Links

Near = tuple[str, str, str]  # name, id, address
LONGEST_ID = 60  # letters of a wrong id that are shown
_ASK = "An administrator can change whose customers are yours."
BUILD_COMMAND = "python -m recsys build --data DIR --artifacts DIR"


def empty_state(title: str, why: Children, actions: Sequence[Component] = (), *, level: int = 2) -> Component:
    """Return a title that states the fact, a sentence with its cause, and what can be done.

    level   of the title: 1 where it is the page's own
    """
    head = (
        html.H1(title, className="rp-empty-title", tabIndex="-1")
        if level == 1
        else html.H2(title, className="rp-empty-title")
    )
    return html.Div(
        [head, html.Div(why, className="rp-empty-why"), html.Div(list(actions), className="rp-empty-actions")],
        className="rp-card rp-empty",
    )


def unknown_id(title: str, why: str, near: Sequence[Near], version: str, all_of: tuple[str, str]) -> Component:
    """Return the page for an unknown id; `near` is what is spelled most like it, `all_of` names the list of all."""
    parts: list[Component] = [html.P(why)]
    if near:
        parts += [html.P("Spelled most like it:"), html.Ul([_near(*one) for one in near], className="rp-near")]
    actions = [page_link(*all_of, "btn btn-primary")]
    return html.Div(
        [dcc.Store(id="page-version", data=version), empty_state(title, parts, actions, level=1)],
        className="rp-page rp-unknown",
    )


def unknown_customer(version: str, links: Links) -> Component:
    """Return what a page about a customer shows of one whom the viewer does not see."""
    to_all = page_link("All customers", links.customers(), "btn btn-primary")
    why = "There is none with this number, or they are another rep's."
    return html.Div(
        [dcc.Store(id="page-version", data=version), empty_state("Unknown customer", why, [to_all], level=1)],
        className="rp-page",
    )


def quoted_id(wanted: str) -> str:
    """Return a wrong id in quotation marks, cut where it is long."""
    short = wanted if len(wanted) <= LONGEST_ID else f"{wanted[:LONGEST_ID]}\N{HORIZONTAL ELLIPSIS}"
    return f"\N{LEFT DOUBLE QUOTATION MARK}{short}\N{RIGHT DOUBLE QUOTATION MARK}"


def _near(name: str, number_of: str, href: str) -> Component:
    link = page_link(name, href)
    return html.Li(link if name == number_of else [link, " ", number(number_of, "rp-id")])


def no_customers(viewer: Viewer) -> Component:
    """Return the notice that the viewer has no customers, and what to do."""
    if viewer.role == "rep":
        what = "Choose another rep, or All reps." if viewer.may_choose else _ASK
        why = f"No customer names {viewer.who} as their rep in the data shown. {what}"
        return empty_state("No customers", html.P(why))
    if not viewer.reaches_any:
        return empty_state("No customers", html.P(f"No rep's customers are yours yet. {_ASK}"))
    return empty_state("No customers", html.P("The data shown hold none. Import some and build again."))


def no_data() -> Component:
    """Return the notice that the app runs, but no version has been built."""
    return empty_state(
        "No data yet",
        [
            html.P("No version of the data can be shown: none has been built, or none is sound."),
            html.P(["Build one: ", html.Code(BUILD_COMMAND)]),
            html.P("This page shows it within seconds."),
        ],
        [reload_button("Look again")],
        level=1,
    )


def no_data_page() -> Component:
    """Return that notice as a page: it was drawn from no version, so the first one counts as new."""
    return html.Div([dcc.Store(id="page-version", data=""), no_data()], className="rp-page")


def version_gone() -> Component:
    """Return the notice that the page was drawn from a version that is no longer kept."""
    return html.Div(
        [
            html.P("This page shows older data that are no longer kept. Reload it to see the newest."),
            reload_button("Reload the page"),
        ],
        className="rp-gone",
        role="alert",
    )


def page_too_old() -> Component:
    """Return the notice that an earlier release drew the page; shell.js shows it when an answer says so."""
    words = "The app was updated since this page was loaded. Load it again to go on."
    return _hidden_notice("page-too-old", words, reload_button("Reload"))


def signed_out(links: Links) -> Component:
    """Return the notice that the session has ended; shell.js shows it when an answer says so, and hides it again."""
    sign_in = html.A("Sign in", href=links.sign_in(), className="btn btn-primary", **attributes(data_rp_sign_in="true"))
    words = "You are signed out, so nothing was saved or loaded. Sign in to go on from here."
    return _hidden_notice("signed-out", words, sign_in)


def cannot_check() -> Component:
    """Return the notice that the database does not say who is there; shell.js shows and hides it like that."""
    words = "Who you are cannot be checked now: the database does not answer. What you see stays; try again soon."
    return _hidden_notice("cannot-check", words)


def no_answer() -> Component:
    """Return the notice that no answer came to a click; shell.js shows and hides it, and sends the click again."""
    words = "No answer has come to your last click. Check the connection, then try again."
    return _hidden_notice("no-answer", words, _again_button("Try again", data_rp_again="true"))


def reload_button(words: str, class_name: str = "btn btn-primary") -> Component:
    """Return a button that loads the page again; shell.js listens for it."""
    return _again_button(words, class_name, data_rp_reload="true")


def _again_button(words: str, class_name: str = "btn btn-primary", **mark: str) -> Component:
    return html.Button(
        [icon("arrow-clockwise"), html.Span(words)],
        type="button",
        className=class_name,
        disable_n_clicks=True,
        **attributes(**mark),
    )


def _hidden_notice(notice_id: str, words: str, *beside: Component) -> Component:
    return html.Div(
        [html.P(words), *beside], id=notice_id, className="rp-gone rp-page-too-old", role="alert", hidden=True
    )


def unreadable_page(what: str, why: str, version: str) -> Component:
    """Return the page of what is kept in the database while that does not answer: `Tokens cannot be read now`."""
    words = [html.P(why), html.P("Try again in a moment.")]
    return html.Div(
        [dcc.Store(id="page-version", data=version), empty_state(f"{what} cannot be read now", words, level=1)],
        className="rp-page",
    )
