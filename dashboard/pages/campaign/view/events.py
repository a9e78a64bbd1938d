"""The events of the mailing tool: a file of them, what was imported, and what of it was refused."""

from collections.abc import Sequence
from dataclasses import dataclass

from dash import dcc
from dash.development.base_component import Component

from dashboard.activity.campaign_records import EventBatch
from dashboard.components import html
from dashboard.components.campaign_parts import card
from dashboard.components.elements import icon
from dashboard.components.plain_table import Head, number_cell, plain_table
from dashboard.display.formats import Formats
from dashboard.display.meanings import MEANINGS

UPLOAD = "campaign-upload"
N_IMPORTS = 5
N_REFUSED = 20
COMMAND = "python -m dashboard import-events FILE"


@dataclass(frozen=True)
class Refusal:
    """A line of a file that was refused: which, what of it, its value, and what to do."""

    line: int
    thing: str
    value: str
    remedy: str


def events_card(
    imports: Sequence[EventBatch], refused: Sequence[Refusal], n_refused: int, limit_kb: int | None, formats: Formats
) -> Component:
    """Return the card.

    refused     of the import that was just made
    limit_kb    of a file that can be sent from here; None: who looks may import none
    """
    upload = [_upload(limit_kb, formats)] if limit_kb is not None else []
    parts = [*upload, *_refusals(refused, n_refused, formats), _imports(imports, formats)]
    return card("Events of the mailing tool", "of all campaigns, the newest first" if imports else "", parts)


def _upload(limit_kb: int, formats: Formats) -> Component:
    size = f"{formats.number(limit_kb)}\N{NO-BREAK SPACE}kB"
    button = html.Button([icon("upload"), html.Span("Import a file")], type="button", className="btn btn-quiet")
    return html.Div(
        [
            # The field that Upload puts before the button gets the button's words as its name.
            html.Label(
                dcc.Upload(button, id=UPLOAD, max_size=limit_kb * 1024, multiple=False),
                className="rp-campaign-upload",
            ),
            html.P(
                [
                    "CSV or JSON lines with the references of the list, or what Mailchimp and Brevo export. "
                    f"Up to {size}; a larger one: ",
                    html.Code(COMMAND),
                ],
                className="rp-campaign-note",
            ),
        ],
        className="rp-campaign-import",
    )


def _refusals(refused: Sequence[Refusal], n_refused: int, formats: Formats) -> list[Component]:
    if not refused:
        return []
    heads = (Head("Line", "", "rp-num"), Head("What"), Head("Value"), Head("What to do"))
    rows = [
        html.Tr(
            [
                html.Th(formats.number(one.line), scope="row", className="rp-num num"),
                html.Td(one.thing),
                html.Td(one.value),
                html.Td(one.remedy),
            ]
        )
        for one in refused[:N_REFUSED]
    ]
    n, shown = formats.number(n_refused), formats.number(min(N_REFUSED, len(refused)))
    said = f"{n} line{' was' if n_refused == 1 else 's were'} refused"
    more = f"; the first {shown}:" if n_refused > N_REFUSED else ":"
    return [
        html.P(f"{said}{more}", className="rp-campaign-none num"),
        html.Div(plain_table(heads, rows, "rp-campaign-refused"), className="rp-campaign-wide-table"),
    ]


def _imports(imports: Sequence[EventBatch], formats: Formats) -> Component:
    if not imports:
        words = "Nothing was imported yet. Who opened and clicked is known once it is; orders are counted without it."
        return html.P(words, className="rp-campaign-none")
    heads = (
        Head("File"),
        Head("Imported", "", "rp-num"),
        Head("Lines", "", "rp-num"),
        Head("New", MEANINGS["New events"], "rp-num"),
        Head("Known", MEANINGS["Known events"], "rp-num"),
        Head("Refused", MEANINGS["Refused events"], "rp-num"),
    )
    return plain_table(heads, [_import(one, formats) for one in imports[:N_IMPORTS]], "rp-campaign-imports")


def _import(one: EventBatch, formats: Formats) -> Component:
    end = "" if one.ended_at else ", broke off"
    return html.Tr(
        [
            html.Th(one.file, scope="row"),
            number_cell(f"{formats.moment(one.at)}{end}"),
            *(number_cell(formats.number(n)) for n in (one.n_lines, one.n_new, one.n_known, one.n_refused)),
        ]
    )
