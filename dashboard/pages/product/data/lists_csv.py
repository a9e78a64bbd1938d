"""The lists of the product page as CSV: the rows, columns and order of the screen, raw values, rounded. No Dash."""

from dashboard.display.csv import csv_text, rounded
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
    heads = (
        "Product",
        "Product number",
        "Order days together",
        "Of order days",
        "Share",
        "Lift",
        "Customers with both",
        "Price",
    )
    return csv_text(
        heads,
        [
            (
                one.pair.other.name,
                one.pair.other.product_id,
                one.pair.n_baskets,
                product.n_baskets,
                rounded(one.share, 4),
                rounded(one.pair.lift, 2),
                one.pair.n_customers,
                rounded(one.pair.other.price, 2),
            )
            for one in also_bought(context.products, product)
        ],
    )


def _instead(context: PageContext, product: Product) -> str:
    heads = ("Product", "Product number", "Pack", "Price", "Customers with both", "Customers, ever")
    return csv_text(
        heads,
        [
            (
                one.product.name,
                one.product.product_id,
                one.product.pack_size,
                rounded(one.product.price, 2),
                one.n_both,
                one.product.n_customers,
            )
            for one in substitutes(context.products, product)
        ],
    )


def _should(context: PageContext, product: Product, n: int) -> str:
    prospects = prospect_list(context, product.product_id, n)
    chance = ("Chance", "Expected, 4 weeks") if prospects.has_chances else ()
    return csv_text(
        ("Customer", "Customer number", "Segment", "Region", "Quantity", "Price", "If ordered", *chance, "Reason"),
        [
            (
                one.prospect.customer.name,
                one.prospect.customer.customer_id,
                one.prospect.customer.segment,
                one.prospect.customer.region,
                *(rounded(value, 2) for value in (line.quantity, line.price, line.value)),
                *((rounded(line.chance, 4), rounded(line.expected, 2)) if chance else ()),
                one.sentence,
            )
            for one in prospects.lines
            for line in (one.prospect.line,)
        ],
    )
