"""Of a chosen bundle: its figures in a sentence, and the customers who have all of it, miss one or miss two."""

from dataclasses import replace
from functools import cache
from typing import Any

from dashboard.data.bundle_queries import MOST_LACKING
from dashboard.display.formats import Formats
from dashboard.display.meanings import MEANINGS
from dashboard.display.page_context import PageContext
from dashboard.display.table import CellOf, TableColumn, TableRows, table_of
from dashboard.pages.bundles.data.whose import of_whose
from dashboard.records.bundles import Bundle, Gap, Gaps

GAPS = "gaps"
NO_CONTACT = "no contact"
FIRST_LACKS = 1
_LACKS = {"all": 0, "one": 1, "two": 2}  # as addresses say it

GAP_COLUMNS = (
    TableColumn("customer", "Customer", width=124, grow=4),
    TableColumn("number", "Number", width=96, on_phone="hidden", file_label="Customer number"),
    TableColumn("segment", "Segment", in_file_only=True),
    TableColumn("region", "Region", width=124, grow=2, on_phone="hidden"),
    TableColumn("contact", "Contact", width=92, on_phone="plain", meaning=MEANINGS["Contact"]),
    TableColumn("misses", "Misses", width=124, grow=4, meaning=MEANINGS["Misses"]),
    TableColumn("product", "Product number", in_file_only=True),
    TableColumn("price", "Price", "number", 80, on_phone="hidden", meaning=MEANINGS["Price"], decimals=2),
    TableColumn("chance", "Chance", "number", 84, meaning=MEANINGS["Chance of the missing"], decimals=4),
    TableColumn(
        "expected",
        "Expected",
        "number",
        100,
        on_phone="value",
        meaning=MEANINGS["Expected of the missing"],
        phone_words="expected",
        decimals=2,
    ),
    TableColumn("last", "Last order", "date", 104, on_phone="hidden", meaning=MEANINGS["Last order"]),
)


def lacks_of(said: Any, bundle: Bundle | None = None) -> int:
    """Return how many products the customers to show lack, as an address says it: `all`, `one`, `two`.

    One, where the bundle does not have the choice.
    """
    lacks = _LACKS.get(said, FIRST_LACKS) if isinstance(said, str) else FIRST_LACKS
    return lacks if bundle is None or said in [choice for choice, *_ in lacks_choices(bundle)] else FIRST_LACKS


def lacks_choices(bundle: Bundle) -> tuple[tuple[str, str, int], ...]:
    """Return the choices of whom to show: as an address says it, in words, and how many there are among all customers.

    Of a pair, nobody who bought some of it lacks two; of a version of an earlier release they were not counted.
    """
    counts = (bundle.n_have_all, bundle.n_miss_one, bundle.n_miss_two)
    words = ("Have both", "Have one", "") if bundle.substitutes else ("Have all", "Miss one", "Miss two")
    return tuple(
        (said, words[lacks], n)
        for said, lacks in _LACKS.items()
        if lacks <= MOST_LACKING and (n := counts[lacks]) is not None and bundle.size > lacks
    )


def gap_title(bundle: Bundle, formats: Formats, lacks: int = FIRST_LACKS) -> str:
    """Return `118 customers miss exactly one`, `1 customer misses two`, `41 customers have all`."""
    n = (bundle.n_have_all, bundle.n_miss_one, bundle.n_miss_two or 0)[lacks]
    if bundle.substitutes:
        does = (("has both", "have both"), ("has one of the two", "have one of the two"), ("", ""))[lacks]
        return f"{formats.number(n)} {'customer' if n == 1 else 'customers'} {does[n != 1]}"
    does = (("has all", "have all"), ("misses exactly one", "miss exactly one"), ("misses two", "miss two"))[lacks]
    return f"{formats.number(n)} {'customer' if n == 1 else 'customers'} {does[n != 1]}"


def gap_sentence(bundle: Bundle, formats: Formats) -> str:
    """Return a bundle's figures in three sentences."""
    others = [part.name for part in bundle.parts if part.product_id != bundle.consequent_id]
    rest = f"{', '.join(others[:-1])} and {others[-1]}" if len(others) > 1 else others[0]
    n, of = formats.number(bundle.n_baskets), formats.number(bundle.of_baskets)
    days = f"On {n} of {of} order days{of_whose(bundle.members)}"
    low, high = formats.number(bundle.lift_low, 1), formats.number(bundle.lift_high, 1)
    if bundle.substitutes:
        by_chance = formats.number(bundle.n_baskets - (bundle.leverage or 0) * bundle.of_baskets)
        return f"{days}, where chance would give {by_chance}: customers buy one instead of the other."
    share, lift = formats.percent(bundle.confidence), formats.number(bundle.lift, 1)
    return (
        f"{days}. With {rest} comes {bundle.consequent.name} on {share} of the days, "
        f"{lift} times what chance would give ({low} to {high} with 95\N{NO-BREAK SPACE}% confidence)."
    )


def order_sentence(gaps: Gaps, formats: Formats) -> str:
    """Return in which order the customers are, and how many of them may not be contacted."""
    order = "Most expected first." if any(gap.expected for gap in gaps.shown) else "Largest first."
    n = gaps.n_not_contactable
    if not n:
        return order
    does = "does" if n == 1 else "do"
    return f"{order} {formats.number(n)} of them {does} not want to be contacted: marked, and in no campaign."


def gap_table(context: PageContext, bundle: Bundle, gaps: Gaps) -> TableRows:
    """Return who of the viewer's customers has all of a bundle, or lacks so many of its products."""
    formats, links, as_of = context.formats, context.links, context.as_of
    day, price = cache(lambda on: formats.day(on, as_of)), cache(formats.price)  # many share one
    cells: dict[str, CellOf[Gap]] = {
        "customer": CellOf(
            lambda gap: gap.customer.name,
            lambda gap: gap.customer.name,
            lambda gap: links.customer(gap.customer.customer_id),
        ),
        "number": CellOf(lambda gap: gap.customer.customer_id),
        "segment": CellOf(lambda gap: gap.customer.segment),
        "region": CellOf(lambda gap: gap.customer.region),
        "contact": CellOf(lambda gap: None if gap.is_contactable else NO_CONTACT),
        "product": CellOf(lambda gap: " + ".join(part.product_id for part in gap.missing)),
        "misses": CellOf(lambda gap: " + ".join(part.name for part in gap.missing)),
        "price": CellOf(lambda gap: gap.price, lambda gap: price(gap.price)),
        "chance": CellOf(lambda gap: gap.chance, lambda gap: formats.chance(gap.chance)),
        "expected": CellOf(lambda gap: gap.expected, lambda gap: price(gap.expected)),
        "last": CellOf(lambda gap: gap.customer.last_order_on, lambda gap: day(gap.customer.last_order_on)),
    }
    if gaps.lacks == 1:
        cells["misses"] = CellOf(
            lambda gap: gap.missing[0].name,
            lambda gap: gap.missing[0].name,
            lambda gap: links.product(gap.missing[0].product_id),
        )
    about = (GAPS, gap_title(bundle, formats, gaps.lacks), ("customer", "customers"))
    return table_of(about, _gap_columns(gaps), gaps.shown, lambda gap: gap.customer.customer_id, cells)


def _gap_columns(gaps: Gaps) -> tuple[TableColumn, ...]:
    """Return the columns without those that no row fills: the number where it is the name, and what is missing."""
    left_out = set() if gaps.lacks else {"misses", "product", "price", "chance", "expected"}
    if not any(gap.customer.region for gap in gaps.shown):
        left_out.add("region")
    if all(gap.customer.name == gap.customer.customer_id for gap in gaps.shown):
        left_out.add("number")
    if not any(gap.chance is not None for gap in gaps.shown):
        left_out |= {"chance", "expected"}
    kept = tuple(column for column in GAP_COLUMNS if column.name not in left_out)
    return kept if "expected" not in left_out else tuple(map(_on_phone_too, kept))


def _on_phone_too(column: TableColumn) -> TableColumn:
    """Return the price and the last order as a phone shows them where nothing is expected."""
    if column.name in ("price", "last"):
        return replace(column, on_phone="value" if column.name == "price" else "fact")
    return column
