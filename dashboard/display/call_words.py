"""A call in words: why it is due and the first thing to say; and which calls an address asks for."""

from collections.abc import Mapping

from dashboard.display.page_context import PageContext
from dashboard.display.reason_text import brief_reason
from dashboard.display.request_values import text_of
from dashboard.records.calls import LOST_PRODUCT, ORDER, REASONS, STEP, Call, CallFilters

REASON_WORDS = {ORDER: "Order due", STEP: "Next step", LOST_PRODUCT: "Lost a product"}
MOST_WORDS = 120  # letters of a filter that came by the address


def filters_of(query: Mapping[str, object]) -> CallFilters:
    """Return the filters that an address names; what is not known counts as all."""
    reason = text_of(query.get("reason"))
    try:
        value = float(text_of(query.get("value")) or 0)
    except ValueError:
        value = 0.0
    return CallFilters(
        text_of(query.get("region"))[:MOST_WORDS],
        text_of(query.get("segment"))[:MOST_WORDS],
        reason if reason in REASONS else "",
        value if 0 < value < 1e9 else 0.0,
    )


def first_words(context: PageContext, call: Call) -> str:
    """Return the first thing to say: of a next step its text, else the reason of the first product."""
    if call.step is not None:
        return call.step.text
    return brief_reason(call.first, context.reason_formatter()) if call.first else ""
