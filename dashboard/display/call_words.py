"""A call in words: why it is due and the first thing to say; and which calls an address asks for."""

from collections.abc import Mapping

from dashboard.display.page_context import PageContext
from dashboard.display.reason_text import brief_reason
from dashboard.display.request_values import text_of
from dashboard.records.calls import CAMPAIGN, LOST_PRODUCT, ORDER, REASONS, STEP, Call, CallFilters, CallList

REASON_WORDS = {ORDER: "Order due", STEP: "Next step", LOST_PRODUCT: "Lost a product", CAMPAIGN: "Campaign"}
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


def first_words(context: PageContext, call: Call, *, names_customers: bool = True) -> str:
    """Return the first thing to say: of a next step its text, of a campaign the product offered, else the reason of the
    first product.

    names_customers     whether a reason may name another customer
    """
    if call.step is not None:
        return call.step.text
    if call.why == CAMPAIGN and call.campaign is not None:
        return f"{context.products.name(call.campaign.product_id)}: clicked in the mail, {call.campaign.campaign}."
    formatter = context.reason_formatter(names_customers=names_customers)
    return brief_reason(call.first, formatter) if call.first else ""


def why_no_calls(context: PageContext, found: CallList, filters: CallFilters) -> str:
    """Return why no call is open, and when the next one is."""
    if filters.is_set:
        return "No call fits these filters."
    if found.done and len(found.done) >= context.desk.calls:
        return "All calls of the day are done."
    if found.next_on is None:
        return "No order, no next step and no lost product is due."
    when = context.formats.weekday(found.next_on, context.desk.today)
    return f"No calls due; the next is {when} ({context.formats.number(found.next_n)})."
