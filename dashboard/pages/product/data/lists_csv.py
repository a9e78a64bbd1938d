"""The lists of the product page as CSV: the rows, columns and order of the screen, the values raw. No Dash."""

from dashboard.display.csv import csv_text
from dashboard.display.page_context import PageContext
from dashboard.pages.product.data.page import prospect_list
from dashboard.pages.product.data.pairs import also_bought, substitutes
from dashboard.records.products import Product


def list_csv(context: PageContext, product: Product, part: str, n_prospects: int) -> str | None:
    """Return a part of the product's page as CSV; None for one that it has not.

    n_prospects     how many of those who should have it
    """
    if part == "also":
        return _also(context, product)
    if part == "instead":
        return _instead(context, product)
    return _should(context, product, n_prospects) if part == "should" else None


def _also(context: PageContext, product: Product) -> str:
    heads = ("Product", "Number", "Together", "Of order days", "Share", "Lift", "Customers with both", "Price")
    return csv_text(
        heads,
        [
            (
                one.pair.other.name,
                one.pair.other.product_id,
                one.pair.n_baskets,
                product.n_baskets,
                one.share,
                one.pair.lift,
                one.pair.n_customers,
                one.pair.other.price,
            )
            for one in also_bought(context.products, product)
        ],
    )


def _instead(context: PageContext, product: Product) -> str:
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
            for one in substitutes(context.products, product)
        ],
    )


def _should(context: PageContext, product: Product, n: int) -> str:
    prospects = prospect_list(context, product.product_id, n)
    chance = ("Chance", "Expected") if prospects.has_chances else ()
    return csv_text(
        ("Customer", "Number", "Quantity", "Price", "If ordered", *chance, "Reason"),
        [
            (
                one.prospect.customer.name,
                one.prospect.customer.customer_id,
                one.prospect.line.quantity,
                one.prospect.line.price,
                one.prospect.line.value,
                *((one.prospect.line.chance, one.prospect.line.expected) if chance else ()),
                one.sentence,
            )
            for one in prospects.lines
        ],
    )
