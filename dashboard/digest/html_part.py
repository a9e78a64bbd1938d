"""A digest as HTML for mail programs: tables, styles in the elements, nothing that is loaded from elsewhere.

Texts and backgrounds have no colours of their own, so that a mail program shows them light or dark as it likes; what
is coloured is readable on both.
"""

from collections.abc import Iterator
from html import escape

from dashboard.alerts.rules import DUE, LOST, SEASON, SLOWING, STOCK
from dashboard.digest.content import CALLS, Digest, Item, Section
from dashboard.digest.text_part import NOTE, one_line

FONT = "font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
LINE = "1px solid rgba(128,128,128,.3)"
ACCENT = "#0f6b5c"
# The bar before a heading; 3:1 at least on white and on black.
BARS = {LOST: "#d0453f", SLOWING: "#d0453f", DUE: "#b07a14", SEASON: "#3d7cc9", STOCK: "#b07a14", CALLS: "#1a8d79"}
BAR = "#808080"
STYLES = {
    "body": f"margin:0;padding:0;{FONT};font-size:15px;line-height:1.45",
    "page": "padding:20px 12px 28px",
    "sheet": f"width:100%;max-width:600px;{FONT};font-size:15px;line-height:1.45;text-align:left",
    "brand": "font-size:13px;font-weight:600;letter-spacing:.02em;opacity:.75",
    "head": "margin:2px 0 0;font-size:24px;line-height:1.2;font-weight:700",
    "about": "margin:6px 0 0;opacity:.75",
    "summary": "margin:12px 0 0;font-size:17px;font-weight:600",
    "section": "padding:28px 0 8px",
    "heading": "margin:0;padding:0 0 0 10px;font-size:17px;line-height:1.3;font-weight:700;border-left:4px solid {bar}",
    "count": "font-weight:400;opacity:.75",
    "row": f"padding:10px 0;border-top:{LINE};vertical-align:top;overflow-wrap:anywhere",
    "figure": f"padding:10px 0 10px 14px;border-top:{LINE};vertical-align:top;text-align:right;white-space:nowrap",
    "title": "color:inherit;font-weight:600;text-decoration:underline;text-decoration-color:rgba(128,128,128,.6)",
    "text": "margin:2px 0 0",
    "offer": "margin:2px 0 0;opacity:.75",
    "amount": "font-weight:600",
    "unit": "font-size:13px;opacity:.75",
    "more": f"padding:10px 0;border-top:{LINE}",
    "link": "color:inherit",
    "buttons": "padding:28px 0 4px",
    "button": f"display:inline-block;padding:10px 18px;background:{ACCENT};color:#ffffff;font-weight:600;"
    "text-decoration:none;border-radius:6px",
    "foot": "padding:20px 0 0;font-size:13px;opacity:.75",
    "note": "margin:0 0 6px",
}
TABLE = 'role="presentation" cellpadding="0" cellspacing="0" border="0" width="100%"'


def html_part(digest: Digest, unsubscribe_at: str) -> str:
    """Return the page; without a way to unsubscribe where that is empty."""
    rows = "".join(_section(section) for section in digest.sections)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        '<meta name="supported-color-schemes" content="light dark">\n'
        f"<title>{escape(digest.head)}</title>\n</head>\n<body{_style('body')}>\n"
        f'<table {TABLE}><tr><td align="center"{_style("page")}>\n<table {TABLE}{_style("sheet")}>\n'
        f"<tr><td>{_top(digest)}</td></tr>\n{rows}"
        f"<tr><td{_style('buttons')}>{_link(digest.calls_at, 'Open today’s calls', 'button')}</td></tr>\n"
        f"<tr><td{_style('foot')}>{_foot(digest, unsubscribe_at)}</td></tr>\n"
        "</table>\n</td></tr></table>\n</body>\n</html>\n"
    )


def _top(digest: Digest) -> str:
    return "".join(
        (
            f"<div{_style('brand')}>Repertoire</div>",
            f"<h1{_style('head')}>{escape(digest.head)}</h1>",
            f"<p{_style('about')}>{_safe(digest.about)}</p>",
            f"<p{_style('summary')}>{escape(digest.summary)}</p>",
        )
    )


def _section(section: Section) -> str:
    heading = _style("heading").replace("{bar}", BARS.get(section.kind, BAR))
    count = f"<span{_style('count')}>{section.n}</span>"
    rows = "".join(_rows(section))
    return (
        f"<tr><td{_style('section')}><h2{heading}>{escape(section.heading)} {count}</h2></td></tr>\n"
        f"<tr><td><table {TABLE}>\n{rows}</table></td></tr>\n"
    )


def _rows(section: Section) -> Iterator[str]:
    for item in section.items:
        yield f"<tr><td{_style('row')}>{_what(item)}</td><td{_style('figure')}>{_figure(item)}</td></tr>\n"
    if section.more:
        yield f'<tr><td colspan="2"{_style("more")}>{_link(section.at, section.more, "link")}</td></tr>\n'


def _what(item: Item) -> str:
    text = f"<div{_style('text')}>{_safe(item.text)}</div>" if item.text else ""
    offer = f"<div{_style('offer')}>{_safe(item.offer)}</div>" if item.offer else ""
    return f"{_link(item.at, one_line(item.title), 'title')}{text}{offer}"


def _figure(item: Item) -> str:
    unit = f"<div{_style('unit')}>{escape(item.unit)}</div>" if item.unit else ""
    return f"<div{_style('amount')}>{escape(item.figure)}</div>{unit}" if item.figure else ""


def _foot(digest: Digest, unsubscribe_at: str) -> str:
    note = f"<p{_style('note')}>{escape(NOTE)}</p>"
    if not unsubscribe_at:
        return note
    links = f"{_link(unsubscribe_at, 'Unsubscribe', 'link')}"
    return f"{note}<p{_style('note')}>You get this once a day. {links}</p>"


def _link(at: str, text: str, style: str) -> str:
    return f'<a href="{escape(at)}"{_style(style)}>{escape(text)}</a>'


def _safe(text: str) -> str:
    return escape(one_line(text))


def _style(name: str) -> str:
    return f' style="{escape(STYLES[name])}"'
