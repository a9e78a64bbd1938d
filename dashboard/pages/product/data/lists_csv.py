"""The lists of the product page as CSV: the rows, columns and order of the screen, the values raw. No Dash."""

from dashboard.display.csv import csv_text
from dashboard.pages.product.data.page import ProductPage


def list_csv(page: ProductPage, part: str) -> str | None:
    """Return a part of the page as CSV; None for one that it has not."""
    make = _PARTS.get(part)
    return make(page) if make else None


def _also(page: ProductPage) -> str:
    heads = ("Product", "Number", "Together", "Of order days", "Share", "Lift", "Customers with both", "Price")
    of = page.product.n_baskets
    return csv_text(
        heads,
        [
            (
                one.pair.other.name,
                one.pair.other.product_id,
                one.pair.n_baskets,
                of,
                one.share,
                one.pair.lift,
                one.pair.n_customers,
                one.pair.other.price,
            )
            for one in page.pairs
        ],
    )


def _instead(page: ProductPage) -> str:
    heads = ("Product", "Number", "Pack", "Price", "Customers with both", "Customers")
    return csv_text(
        heads,
        [
            (
                one.product.name,
                one.product.product_id,
                one.product.pack_size,
                one.product.price,
                one.n_both,
                one.product.n_customers,
            )
            for one in page.substitutes
        ],
    )


def _should(page: ProductPage) -> str:
    has_chances = page.prospects.has_chances
    chance = ("Chance", "Expected") if has_chances else ()
    return csv_text(
        ("Customer", "Number", "Quantity", "Price", "If ordered", *chance, "Reason"),
        [
            (
                one.prospect.customer.name,
                one.prospect.customer.customer_id,
                one.prospect.line.quantity,
                one.prospect.line.price,
                one.prospect.line.value,
                *((one.prospect.line.chance, one.prospect.line.expected) if has_chances else ()),
                one.sentence,
            )
            for one in page.prospects.lines
        ],
    )


_PARTS = {"also": _also, "instead": _instead, "should": _should}
