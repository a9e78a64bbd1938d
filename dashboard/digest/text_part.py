"""A digest as plain text, in lines of 78 letters; only an address may be longer."""

import textwrap
from collections.abc import Iterator

from dashboard.digest.content import Digest, Item, Section
from recsys.visible_text import visible

WIDTH = 78
INDENT = "  "
TIMES = "\N{MULTIPLICATION SIGN}"
NOTE = f"Amounts are net of VAT; expected = chance {TIMES} quantity {TIMES} price, next 4 weeks."


def text_part(digest: Digest, unsubscribe_at: str) -> str:
    """Return the text; without a way to unsubscribe where that is empty."""
    lines = [digest.head, *_wrapped(digest.about), "", *_wrapped(f"{digest.summary}.")]
    for section in digest.sections:
        lines += ["", "", *_section(section)]
    lines += ["", "", *_wrapped(f"Calls: {digest.calls_at}"), *_wrapped(f"Alerts: {digest.alerts_at}"), ""]
    lines += ["--", *_wrapped(NOTE)]
    if unsubscribe_at:
        lines += ["You get this once a day. To get it no more:", unsubscribe_at]
    return "\n".join(lines) + "\n"


def one_line(text: str) -> str:
    """Return a text of the data in one line, with control characters written out."""
    return visible(" ".join(text.split(" ")), keep="")


def _section(section: Section) -> Iterator[str]:
    head = f"{section.heading} ({section.n})"
    yield head
    yield "-" * len(head)
    for item in section.items:
        yield ""
        yield from _item(item)
    if section.more:
        yield ""
        yield from _wrapped(f"{section.more}: {section.at}")


def _item(item: Item) -> Iterator[str]:
    figure = f"{item.figure} {item.unit}".strip()
    yield from _wrapped(f"{one_line(item.title)}{f', {figure}' if figure else ''}")
    for text in (item.text, item.offer):
        yield from _wrapped(one_line(text), INDENT)
    yield f"{INDENT}{item.at}"


def _wrapped(text: str, indent: str = "") -> list[str]:
    """Return a text in lines; an address is in one, whatever its length."""
    has_address = "://" in text
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=not has_address,
        break_on_hyphens=False,
    )
