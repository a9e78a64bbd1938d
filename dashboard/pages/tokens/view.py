"""How the page of tokens is drawn."""

from collections.abc import Sequence

import dash_bootstrap_components as dbc
from dash import dcc
from dash.development.base_component import Component

from dashboard.access.permissions import EVENTS, READ, SCOPES, STOCK
from dashboard.access.tokens import LONGEST_NAME, MOST_PER_HOUR, PER_HOUR
from dashboard.activity.token_records import NewToken, Token
from dashboard.components import html
from dashboard.components.copy_sentence import copied, copy_button
from dashboard.components.elements import attributes, icon, page_link, unseen
from dashboard.components.empty_states import empty_state
from dashboard.components.plain_table import Head, plain_table
from dashboard.display.formats import Formats
from dashboard.display.meanings import MEANINGS
from dashboard.display.urls import Links
from dashboard.pages.tokens.data import (
    TokenRow,
    TokensPage,
    bar_shares,
    days_words,
    head_words,
    last_day,
    limit_words,
)

LEAST_HEIGHT = 5
SCOPE_WORDS = {
    READ: "read: lists, products, segments",
    EVENTS: "events: send what happens in the shop",
    STOCK: "stock: say what is available",
}
_FOOT = (
    "Bars: calls by hour, each row on its own scale. Revoking works within one minute and cannot be undone. "
    "A token never opens the pages of the app."
)


def tokens_view(
    page: TokensPage, formats: Formats, links: Links, version: str, *, is_new: bool, has_ended: bool
) -> Component:
    """Return the page, with the form of a new token or with the tokens that ended if wanted."""
    return html.Div(
        [
            dcc.Store(id="page-version", data=version),
            dcc.Store(id="tokens-done"),
            copied(),
            html.Div(
                [
                    html.H1("API tokens", className="rp-title", tabIndex="-1"),
                    html.P(head_words(page, formats), className="rp-subtitle num"),
                    html.Div(
                        [
                            html.A(
                                [icon("book"), "API description"],
                                href=links.api_description(),
                                className="btn btn-quiet",
                            ),
                            page_link([icon("plus-lg"), "New token"], links.tokens(new=True), "btn btn-primary"),
                        ],
                        className="rp-tokens-actions",
                    ),
                ],
                className="rp-page-head",
            ),
            html.Div(_form_card(links) if is_new else None, id="tokens-new"),
            html.Div(id="tokens-why", role="status", className="rp-tokens-why"),
            _tokens_card(page, formats, links, has_ended=has_ended),
            html.P(_FOOT, className="rp-tokens-foot"),
        ],
        className="rp-page rp-tokens",
    )


def made_card(made: NewToken, address: str, formats: Formats, links: Links) -> Component:
    """Return a new token, to be copied: nobody can see it again."""
    token = made.token
    try_it = f'curl -H "Authorization: Bearer $TOKEN" {address}api/v1/versions/current'
    return _card(
        f"New token: {token.name}",
        limit_words(token, formats),
        [
            html.P(
                [
                    html.B("Copy the token now, it is shown once."),
                    f" After that only its end ({token.ends_with}) is kept here; if it gets lost, make another.",
                ]
            ),
            html.Div(
                [
                    html.Code(made.text, className="rp-tokens-text"),
                    copy_button(made.text, "Copy", "the token", primary=True),
                    page_link("I have it", links.tokens(), "btn btn-quiet"),
                ],
                className="rp-tokens-made",
            ),
            html.P(["Try it: ", html.Code(try_it)], className="rp-tokens-try") if READ in token.scopes else None,
        ],
    )


def why_words(words: str) -> Component:
    """Return why something was not done."""
    return html.P(words)


def _form_card(links: Links) -> Component:
    return _card(
        "New token",
        "For one program. It is shown once, after this.",
        [
            _field("Name", "tokens-name", dbc.Input(id="tokens-name", maxLength=LONGEST_NAME, autocomplete="off")),
            html.Fieldset(
                [
                    html.Legend("What it may do", className="rp-legend"),
                    dbc.Checklist(
                        id="tokens-scopes",
                        options=[{"value": one, "label": SCOPE_WORDS[one]} for one in SCOPES],
                        value=[READ],
                        className="rp-radios",
                    ),
                ]
            ),
            html.Div(
                [
                    _field(
                        "Last day (empty: does not expire)",
                        "tokens-last-day",
                        dbc.Input(id="tokens-last-day", type="date"),
                    ),
                    _field(
                        "Calls an hour, at most",
                        "tokens-per-hour",
                        dbc.Input(
                            id="tokens-per-hour", type="number", value=PER_HOUR, min=1, max=MOST_PER_HOUR, step=1
                        ),
                    ),
                ],
                className="rp-tokens-fields",
            ),
            html.Div(
                [
                    html.Button("Make token", id="tokens-make", type="button", className="btn btn-primary"),
                    page_link("Cancel", links.tokens(), "btn btn-quiet"),
                ],
                className="rp-tokens-actions",
            ),
            html.Div(id="tokens-message", role="status", className="rp-tokens-why"),
        ],
    )


def _tokens_card(page: TokensPage, formats: Formats, links: Links, *, has_ended: bool) -> Component:
    shown = (*page.live, *(page.ended if has_ended else ()))
    if not shown and not page.ended:
        return empty_state("No token yet", "A program that asks the API needs one; make the first one here.")
    heads = (
        Head("Name", MEANINGS["Token"]),
        Head("Scopes", MEANINGS["Scopes"]),
        Head("Last used", MEANINGS["Last used"]),
        Head("24 hours to now", MEANINGS["Calls of 24 hours"]),
        Head("Most an hour", MEANINGS["Most an hour"], "rp-num"),
        Head("Expires", MEANINGS["Expires"]),
        Head("Revoke", MEANINGS["Revoke"]),
    )
    table = plain_table(heads, [_row(one, formats) for one in shown], "rp-tokens-table")
    return html.Section([table, _foot(page, formats, links, has_ended=has_ended)], className="rp-card")


def _foot(page: TokensPage, formats: Formats, links: Links, *, has_ended: bool) -> Component:
    toggle = None
    if page.ended:
        words = "Hide" if has_ended else "Show"
        n = formats.number(len(page.ended))
        toggle = page_link(f"{words} {n} revoked or expired", links.tokens(revoked=not has_ended))
    return html.Div(
        [
            html.Span([f"{formats.number(len(page.live))} in use ", toggle]),
            html.Span(
                f"{formats.number(page.n_calls)} calls in 24 hours, {formats.number(page.n_refused)} refused",
                className="num",
            ),
        ],
        className="rp-tokens-sum",
    )


def _row(row: TokenRow, formats: Formats) -> Component:
    token = row.token
    by = f", by {row.made_by}" if row.made_by else ""
    return html.Tr(
        [
            html.Th(
                [
                    html.Span(token.name, className="rp-tokens-name"),
                    _small(["ends with ", html.Code(token.ends_with), by]),
                ],
                scope="row",
            ),
            html.Td(
                html.Div(
                    [html.Span(one, className="rp-tag") for one in sorted(token.scopes)], className="rp-tokens-scopes"
                )
            ),
            html.Td(_used(row, formats)),
            html.Td(_bars(row, formats)),
            html.Td(_most(row, formats), className="rp-num num"),
            html.Td(_end(row, formats)),
            html.Td(_revoking(token) if token.revoked_at is None else None, className="rp-tokens-revoke"),
        ]
    )


def _used(row: TokenRow, formats: Formats) -> list[Component | str]:
    used = row.token.last_used_at
    words: list[Component | str] = ["never" if used is None else formats.moment(used)]
    if row.unused_for is not None and row.token.revoked_at is None:
        words.append(_warning(f"unused for {days_words(row.unused_for)}"))
    return words


def _bars(row: TokenRow, formats: Formats) -> Component:
    said = f"{formats.number(sum(row.hours))} calls in 24 hours, {formats.number(row.n_refused)} refused"
    bars = [html.Span(style={"height": f"{_height(share):.0f}%"}) for share in bar_shares(row.hours)]
    return html.Div(bars, className="rp-tokens-bars", role="img", title=said, **attributes(aria_label=said))


def _height(share: float) -> float:
    """Return a bar's height in percent: where there was a call it is seen."""
    return max(100 * share, LEAST_HEIGHT) if share else 0


def _most(row: TokenRow, formats: Formats) -> list[Component]:
    if not row.most:
        return [html.B("none"), _small("in 24 hours")]
    return [html.B(formats.number(row.most)), _small(f"of {formats.number(row.token.per_hour)}")]


def _end(row: TokenRow, formats: Formats) -> list[Component | str]:
    token, day = row.token, last_day(row.token)
    if token.revoked_at is not None:
        return ["revoked", _small(formats.moment(token.revoked_at))]
    words: list[Component | str] = [formats.day(day) if day else "never"]
    if row.expires_in is not None:
        words.append(_warning(f"in {days_words(row.expires_in)}" if row.expires_in else "today"))
    return words


def _revoking(token: Token) -> Component:
    """Return a button that asks before it revokes."""
    return html.Details(
        [
            html.Summary(["Revoke", unseen(f" {token.name}")], className="btn btn-quiet"),
            html.P(f"What uses {token.name} is refused within a minute. This cannot be undone."),
            html.Button(
                ["Revoke for good", unseen(f": {token.name}")],
                id={"type": "token-revoke", "token": token.id},
                type="button",
                className="btn btn-quiet rp-tokens-sure",
            ),
        ]
    )


def _card(title: str, beside: str, body: Sequence[Component | None]) -> Component:
    head = [html.H2(title, className="rp-card-title"), html.Span(beside, className="rp-tokens-beside num")]
    return html.Section(
        [html.Div(head, className="rp-card-head"), html.Div(list(body), className="rp-card-body")],
        className="rp-card rp-tokens-new",
    )


def _field(label: str, control_id: str, control: Component) -> Component:
    return html.Div([html.Label(label, htmlFor=control_id, className="rp-label"), control], className="rp-tokens-field")


def _small(words: str | list[Component | str]) -> Component:
    return html.Span(words, className="rp-tokens-small")


def _warning(words: str) -> Component:
    return html.Span([icon("exclamation-triangle-fill"), f" {words}"], className="rp-tokens-small")
