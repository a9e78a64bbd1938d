"""The files of a campaign: for the mailing tool, of who is held out, of what came of it; as CSV and as a workbook."""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import xlsxwriter

from dashboard.activity.campaign_records import HELD, SENT, Member, Offer
from dashboard.activity.database import campaign_events
from dashboard.campaigns.candidates import bundle_of
from dashboard.campaigns.draw import has_addresses, may_be_mailed
from dashboard.campaigns.effects import Row as EffectRow
from dashboard.campaigns.errors import CampaignError
from dashboard.campaigns.queries import CampaignState
from dashboard.campaigns.sources import source_of
from dashboard.campaigns.words import TOO_FEW
from dashboard.display.csv import LONGEST_NAME, Cell, csv_text, rounded
from dashboard.display.page_context import PageContext
from dashboard.records.customers import Customer

MEDIA_TYPES: Mapping[str, str] = {
    "csv": "text/csv;charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
MAILING_HEADS = (
    "Customer number", "Customer", "Email", "Phone", "Rep", "Segment", "Region", "Offer", "Product to offer",
    "Product number", "Bundle", "Reason", "Price", "Chance", "If ordered", "Expected, 4 weeks", "Reference",
)  # fmt: skip
HELD_HEADS = (
    "Customer number", "Customer", "Rep", "Segment", "Region", "Offer", "Product not offered", "Product number",
    "Chance", "If ordered", "Expected, 4 weeks",
)  # fmt: skip
RESULT_HEADS = (
    "Of", "Name", "Product number", "Sent", "Ordered of sent", "Share of sent", "Held out", "Ordered of held out",
    "Share of held out", "Difference", "Difference from", "Difference to", "Told", "Revenue of sent",
)  # fmt: skip
# Columns that are left out where no row has anything in them: the viewer's role does not see them.
_ONLY_IF_SEEN = frozenset({"Email", "Phone"})
# How a workbook shows the numbers of a column.
_FORMS = {
    "Price": "#,##0.00",
    "If ordered": "#,##0.00",
    "Expected, 4 weeks": "#,##0.00",
    "Revenue of sent": "#,##0.00",
    "Chance": "0.0 %",
    "Share of sent": "0.0 %",
    "Share of held out": "0.0 %",
}
_WIDEST, _LETTER = 60, 1.1  # letters of a column, and its width for each
_CREATED = date(2000, 1, 1)  # so that equal content is an equal file


@dataclass(frozen=True)
class Sheet:
    """A table to be written as a file; `name` is without its ending.

    n_left_out  customers who were drawn and may not get mail any more; they are in no mailing file
    """

    name: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    n_left_out: int = 0


def mailing_sheet(context: PageContext, state: CampaignState) -> Sheet:
    """Return all that a mailing needs: a row for each customer who gets the mail and product, with its reference.

    Who is held out is never in it; neither is who may not get mail any more, by the newest version and by the events of
    all campaigns: they are counted. What the viewer's role does not see is not in it.
    """
    facts = context.snapshot.cache.names(context.version.id).customers
    with context.desk.database.read() as at:
        left = campaign_events.unsubscribed(at)
    sent, addressed = [one for one in state.members if one.arm == SENT], has_addresses(facts)
    allowed = [
        one
        for one in sent
        if one.customer_id in facts
        and one.customer_id not in left
        and not may_be_mailed(facts[one.customer_id], addressed)
    ]
    rows = tuple(_mailing_rows(context, state, allowed))
    heads, rows = _seen(MAILING_HEADS, rows)
    return Sheet(file_stem(state), heads, rows, len(sent) - len(allowed))


def held_sheet(context: PageContext, state: CampaignState) -> Sheet:
    """Return who is held out, for the record: with what they would have been offered, and nothing to write to."""
    held = [one for one in state.members if one.arm == HELD]
    rows = []
    for member, customer, offer in _offered(context, state, held):
        numbers = (rounded(offer.chance, 4), rounded(offer.value, 2), rounded(offer.expected, 2))
        product = context.products.name(offer.product_id)
        rows.append((*_who(member, customer), offer.rank, product, offer.product_id, *numbers))
    return Sheet(f"{file_stem(state)}-held-out", HELD_HEADS, tuple(rows))


def result_sheet(context: PageContext, state: CampaignState) -> Sheet:
    """Return what came of a campaign, as on its page: by product, by segment, and all customers.

    Raises CampaignError for one that was not sent yet.
    """
    if state.effects is None:
        raise CampaignError("The campaign was not sent yet, so there is no result.")
    found, shows_revenue = state.effects, context.snapshot.groups.has_revenue
    parts = [
        *(("product", context.products.name(row.key), row.key, row) for row in found.products),
        *(("segment", row.key or "No segment", None, row) for row in found.segments),
        ("all", "All customers", None, EffectRow("", found.overall)),
    ]
    rows = tuple((of, name, number, *_result(row, shows_revenue=shows_revenue)) for of, name, number, row in parts)
    return Sheet(f"{file_stem(state)}-result", RESULT_HEADS, rows)


def file_stem(state: CampaignState) -> str:
    """Return `Chai-and-oat-cookies-November-2026-11-03`: the campaign's name and its day, without what files forbid."""
    day = state.campaign.sent_on or state.campaign.at.date()
    name = re.sub(r"[^\w]+", "-", state.campaign.name).strip("-")[: LONGEST_NAME - 11].rstrip("-")
    return f"{name or 'campaign'}-{day.isoformat()}"


def as_csv(sheet: Sheet) -> str:
    """Return a sheet as CSV; see `csv_text`."""
    return csv_text(sheet.heads, sheet.rows)


def as_workbook(sheet: Sheet) -> bytes:
    """Return a sheet as an Excel workbook: texts are texts, whatever they begin with; numbers are numbers."""
    content = io.BytesIO()
    # No formula and no address is made of a text, and the same content is the same file.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(content, options)
    book.set_properties({"created": _CREATED})
    page = book.add_worksheet("Campaign")
    head = book.add_format({"bold": True, "bottom": 1})
    forms = {name: book.add_format({"num_format": form}) for name, form in _FORMS.items()}
    page.write_row(0, 0, sheet.heads, head)
    for at, row in enumerate(sheet.rows, 1):
        for column, (name, cell) in enumerate(zip(sheet.heads, row, strict=True)):
            _write(page, (at, column), cell, forms.get(name))
    for column, name in enumerate(sheet.heads):
        longest = max((len(str(row[column])) for row in sheet.rows if row[column] is not None), default=0)
        page.set_column(column, column, min(max(longest, len(name)), _WIDEST) * _LETTER + 1)
    page.freeze_panes(1, 0)
    if sheet.rows:
        page.autofilter(0, 0, len(sheet.rows), len(sheet.heads) - 1)
    book.close()
    return content.getvalue()


# ---- inner ----


def _mailing_rows(context: PageContext, state: CampaignState, members: Sequence[Member]) -> Iterator[tuple[Cell, ...]]:
    bundle = _bundle_name(context, state)
    for member, customer, offer in _offered(context, state, members):
        product = context.products.get(offer.product_id)
        price = product.price if product else None
        number, name, rep, segment, region = _who(member, customer)
        yield (
            number,
            name,
            customer.email,
            customer.phone,
            rep,
            segment,
            region,
            offer.rank,
            product.name if product else offer.product_id,
            offer.product_id,
            bundle,
            offer.reason,
            rounded(price, 2),
            rounded(offer.chance, 4),
            rounded(offer.value, 2),
            rounded(offer.expected, 2),
            offer.reference,
        )


def _offered(
    context: PageContext, state: CampaignState, members: Sequence[Member]
) -> Iterator[tuple[Member, Customer, Offer]]:
    """Yield the offers of members whom the viewer sees, each with the customer as the viewer sees them."""
    by_customer: dict[str, list[Offer]] = {}
    for offer in state.offers:
        by_customer.setdefault(offer.customer_id, []).append(offer)
    for member in members:
        customer = context.snapshot.visible.get(member.customer_id)
        if customer is not None:
            for offer in by_customer.get(member.customer_id, ()):
                yield member, customer, offer


def _who(member: Member, customer: Customer) -> tuple[str, str, str | None, str, str | None]:
    return customer.customer_id, customer.name, customer.rep, member.stratum, customer.region


def _bundle_name(context: PageContext, state: CampaignState) -> str | None:
    source = source_of(state.campaign.source)
    if source.kind != "bundle":
        return None
    try:
        return bundle_of(context, source).name
    except CampaignError:  # the newest version has no such bundle any more
        return " + ".join(map(context.products.name, state.campaign.product_ids))


def _seen(
    heads: tuple[str, ...], rows: tuple[tuple[Cell, ...], ...]
) -> tuple[tuple[str, ...], tuple[tuple[Cell, ...], ...]]:
    """Return heads and rows without the columns that nobody may see any of."""
    kept = [at for at, head in enumerate(heads) if head not in _ONLY_IF_SEEN or any(row[at] for row in rows)]
    return tuple(heads[at] for at in kept), tuple(tuple(row[at] for at in kept) for row in rows)


def _result(row: EffectRow, *, shows_revenue: bool) -> tuple[Cell, ...]:
    sent, held, difference = row.found.sent, row.found.held, row.found.difference
    is_told = difference is not None
    shares = [rounded(arm.share, 4) if is_told else None for arm in (sent, held)]
    bounds = (difference.value, difference.low, difference.high) if difference else (None, None, None)
    return (
        sent.n,
        sent.ordered,
        shares[0],
        held.n,
        held.ordered,
        shares[1],
        *(rounded(bound, 4) for bound in bounds),
        "Yes" if is_told else TOO_FEW,
        rounded(sent.revenue, 2) if shows_revenue else None,
    )


def _write(page: "xlsxwriter.worksheet.Worksheet", at: tuple[int, int], cell: Cell, form: object) -> None:
    if cell is None:
        return
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        page.write_string(*at, str(cell))
    else:
        page.write_number(*at, cell, form)
