"""How the people page is drawn."""

from collections.abc import Sequence

import dash_bootstrap_components as dbc
from dash import dcc
from dash.development.base_component import Component

from dashboard.access.accounts import LINK_LASTS
from dashboard.access.identity import ROLES
from dashboard.activity.records import AuditEntry, Person, RoleRequest, Session
from dashboard.components import html
from dashboard.components.copy_sentence import copied, copy_button
from dashboard.components.elements import icon, page_link, unseen
from dashboard.components.empty_states import empty_state
from dashboard.components.plain_table import Head, plain_table
from dashboard.components.table import table_card
from dashboard.display.audit_words import kind_words, what_words
from dashboard.display.devices import device
from dashboard.display.formats import Formats
from dashboard.display.meanings import MEANINGS
from dashboard.display.role_words import ROLE_WORDS, field_words, reach_words
from dashboard.display.table import TableState
from dashboard.display.urls import Links
from dashboard.pages.people.data import Account, PeoplePage, RepState, head_words, people_table

LINK_HOURS = int(LINK_LASTS.total_seconds() // 3600)


def people_view(
    page: PeoplePage, state: TableState, formats: Formats, links: Links, version: str, *, has_passwords: bool = False
) -> Component:
    """Return the page; where people have passwords, links that set them are made here."""
    table = people_table(page.accounts, formats, links)
    nobody = empty_state("Nobody yet", "Add the first person here, or on the command line.")
    return html.Div(
        [
            dcc.Store(id="page-version", data=version),
            dcc.Store(id="people-done"),
            copied(),
            html.Div(
                [
                    html.H1("People", className="rp-title", tabIndex="-1"),
                    html.P(head_words(page, formats), className="rp-subtitle num"),
                    page_link("Add a person", links.people("new"), "btn btn-primary rp-people-add"),
                ],
                className="rp-page-head",
            ),
            html.Div(
                [
                    html.Div(
                        [
                            *_requests(page.requests, formats, links),
                            table_card(table, state, formats) if page.accounts else nobody,
                            _roles_card(),
                        ],
                        className="rp-lists",
                    ),
                    html.Div(
                        [
                            *_panel(page, formats, links, has_passwords=has_passwords),
                            _reps_card(page.reps, formats),
                            _log_card(page, formats, links),
                        ],
                        className="rp-aside",
                    ),
                ],
                className=f"rp-columns{' rp-people-open' if _is_open(page) else ''}",
            ),
        ],
        className="rp-page rp-people",
    )


def form(
    subject: str, *, email: str, name: str, roles: Sequence[str], reps: Sequence[str], flags: Sequence[str]
) -> list[Component]:
    """Return the fields of an account. `subject` says whose: `person:3`, `request:5`, `new`."""
    is_new = subject == "new"
    return [
        dcc.Store(id="people-subject", data=subject),
        _field(
            "Email",
            "people-email",
            dbc.Input(id="people-email", type="email", value=email, disabled=not is_new, maxLength=200),
        ),
        _field("Name", "people-name", dbc.Input(id="people-name", value=name, maxLength=200)),
        html.Fieldset(
            [
                html.Legend("Roles", className="rp-legend"),
                dbc.Checklist(
                    id="people-roles",
                    options=[{"value": role, "label": ROLE_WORDS[role]} for role in ROLES],
                    value=list(roles),
                    className="rp-radios",
                ),
            ]
        ),
        _field(
            "Reps whose customers are theirs, as the orders name them, one a line",
            "people-reps",
            dbc.Textarea(id="people-reps", value="\n".join(reps), rows=3),
        ),
        dbc.Checklist(
            id="people-flags",
            options=[
                {"value": "all", "label": "All customers, whoever their rep is"},
                {"value": "disabled", "label": "Disabled: cannot sign in"},
            ],
            value=list(flags),
            className="rp-radios",
        ),
        html.Button("Save", id="people-save", type="button", className="btn btn-primary"),
        html.Div(id="people-message", role="status", className="rp-people-message"),
    ]


def done_words(words: str) -> Component:
    """Return what was done, or why it was not."""
    return html.P(words)


def link_words(person: Person, address: str, links: Links) -> Component:
    """Return a one-time link, to be copied: nobody can see it again."""
    field = dbc.Input(id="people-link", value=address, readonly=True)
    who = person.name or person.email
    return html.Div(
        [
            html.P(
                f"Send {who} this link, in person or by mail. It sets the password, once, within {LINK_HOURS} hours."
            ),
            _field("One-time link", "people-link", field),
            html.Div(
                [
                    copy_button(address, "Copy", "the link"),
                    page_link("Done", links.people(str(person.id)), "btn btn-quiet"),
                ],
                className="rp-people-actions",
            ),
        ],
        className="rp-people-link",
    )


def _link_button(person: Person) -> Component:
    return html.Button(
        "New one-time link", id={"type": "person-link", "person": person.id}, type="button", className="btn btn-quiet"
    )


def _is_open(page: PeoplePage) -> bool:
    return page.opened is not None or page.asked is not None or page.is_adding


def _panel(page: PeoplePage, formats: Formats, links: Links, *, has_passwords: bool) -> list[Component]:
    if page.opened is not None:
        is_local = has_passwords and page.opened.person.issuer is None and not page.opened.person.is_disabled
        return [_account_card(page.opened, page.sessions, formats, links, has_link=is_local)]
    if page.asked is not None:
        one = page.asked
        said = f"Their groups: {', '.join(one.groups)}." if one.groups else "The provider named no group."
        body = form(f"request:{one.id}", email=one.email, name=one.name, roles=(), reps=(), flags=())
        return [_card(one.name or one.email, [html.P(said), *body], _close(links))]
    if page.is_adding:
        body = form("new", email="", name="", roles=(), reps=(), flags=())
        return [_card("Add a person", body, _close(links))]
    return []


def _account_card(
    account: Account, live: Sequence[Session], formats: Formats, links: Links, *, has_link: bool
) -> Component:
    person = account.person
    flags = [name for name, is_set in (("all", person.scope_all), ("disabled", person.is_disabled)) if is_set]
    body = form(
        f"person:{person.id}",
        email=person.email,
        name=person.name,
        roles=person.roles,
        reps=person.rep_names,
        flags=flags,
    )
    unknown = [_warning(f"No customer names {rep} as their rep in the data shown.") for rep in account.unknown_reps]
    rows = [
        html.Li(
            [
                html.Span(device(one.user_agent), className="rp-people-agent"),
                html.Span(f"Since {formats.moment(one.created_at)}, used {formats.moment(one.last_seen_at)}"),
                html.Button(
                    "End", id={"type": "session-end", "session": one.id}, type="button", className="btn btn-quiet"
                ),
            ]
        )
        for one in live
    ]
    sessions = html.Ol(rows, className="rp-people-sessions") if rows else html.P("Signed in nowhere now.")
    return _card(
        person.name or person.email,
        [
            *unknown,
            *body,
            *([_link_button(person)] if has_link else []),
            html.H3("Sessions", className="rp-people-part"),
            sessions,
        ],
        _close(links),
    )


def _requests(requests: Sequence[RoleRequest], formats: Formats, links: Links) -> list[Component]:
    if not requests:
        return []
    rows = [
        html.Li(
            [
                icon("exclamation-triangle-fill"),
                html.Span([html.B(one.name), f" {one.email}, asked {formats.moment(one.last_at)}"]),
                html.Span(
                    [
                        page_link("Give a role", f"{links.people()}?request={one.id}", "btn btn-quiet"),
                        html.Button(
                            ["Refuse", unseen(f" the request of {one.name or one.email}")],
                            id={"type": "request-refuse", "request": one.id},
                            type="button",
                            className="btn btn-quiet",
                        ),
                    ],
                    className="rp-people-actions",
                ),
            ]
        )
        for one in requests
    ]
    body = [
        dcc.Store(id="request-done"),
        html.Ol(rows, className="rp-people-requests"),
        html.Div(id="request-message", role="status", className="rp-people-message"),
    ]
    return [_card("Signed in without a role", body)]


def _reps_card(reps: Sequence[RepState], formats: Formats) -> Component:
    named = [one for one in reps if one.n_customers]
    with_one = sum(bool(one.people) for one in named)
    rows = [_fact("With a person", f"{formats.number(with_one)} of {formats.number(len(named))}")] if named else []
    rows += [
        _fact([icon("exclamation-triangle-fill"), f" {one.name}, no person"], _counted(one.n_customers, formats))
        for one in named
        if not one.people
    ]
    rows += [
        _fact([icon("exclamation-triangle-fill"), f" {one.name}"], f"no customers ({', '.join(one.people)})")
        for one in reps
        if not one.n_customers
    ]
    return _card("Reps in the data", html.Dl(rows, className="rp-facts") if rows else html.P("The data name none."))


def _log_card(page: PeoplePage, formats: Formats, links: Links) -> Component:
    rows = [html.Li(_log_line(one, page.names, formats)) for one in page.log]
    body = html.Ol(rows, className="rp-people-log") if rows else html.P("Nothing yet.")
    return _card("Audit trail", body, page_link("Show all", links.audit()))


def _log_line(entry: AuditEntry, names: dict[int, str], formats: Formats) -> list[Component | str]:
    who = "nobody signed in" if entry.person_id is None else names.get(entry.person_id, f"person {entry.person_id}")
    return [
        html.Span(f"{formats.moment(entry.at)}, {who}", className="rp-people-when"),
        html.Span(kind_words(entry.kind)),
        html.Span(what_words(entry, formats, names), className="rp-people-what"),
    ]


def _roles_card() -> Component:
    rows = [
        html.Tr([html.Th(ROLE_WORDS[role], scope="row"), html.Td(reach_words(role)), html.Td(field_words(role))])
        for role in ROLES
    ]
    table = plain_table(
        (Head("Role"), Head("Customers"), Head("Sees beside orders", MEANINGS["Sees beside orders"])),
        rows,
        "rp-people-roles",
    )
    return html.Section(
        [html.Div(html.H2("What a role sees", className="rp-card-title"), className="rp-card-head"), table],
        className="rp-card",
    )


def _card(title: str, body: Component | list[Component], beside: Component | None = None) -> Component:
    head = [html.H2(title, className="rp-card-title"), beside]
    return html.Section(
        [html.Div(head, className="rp-card-head"), html.Div(body, className="rp-card-body")], className="rp-card"
    )


def _close(links: Links) -> Component:
    return page_link("Close", links.people(), "rp-link rp-people-close")


def _field(label: str, control_id: str, control: Component) -> Component:
    return html.Div([html.Label(label, htmlFor=control_id, className="rp-label"), control], className="rp-people-field")


def _fact(name: str | list[Component | str], value: str) -> Component:
    return html.Div([html.Dt(name), html.Dd(value)])


def _warning(words: str) -> Component:
    return html.P([icon("exclamation-triangle-fill"), f" {words}"], className="rp-people-warning")


def _counted(n: int, formats: Formats) -> str:
    return f"{formats.number(n)} customer{'' if n == 1 else 's'}"
