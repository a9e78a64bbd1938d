"""The lists of the product page as CSV: the rows, columns and order of the screen, raw values, rounded. No Dash."""

from dashboard.display.csv import csv_text, rounded
from dashboard.display.page_context import PageContext
from dashboard.display.pitch_csv import pitch_cells, pitch_heads
from dashboard.display.product_pairs import also_bought, substitutes
from dashboard.pages.product.data.page import prospect_list
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
        "To say",
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
                context.speech.add_on(product, one.pair.other, one.pair.n_baskets),
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
    has_chances = prospects.has_chances
    return csv_text(
        ("Customer", "Customer number", "Segment", "Region", *pitch_heads(has_chances=has_chances)),
        [
            (
                one.prospect.customer.name,
                one.prospect.customer.customer_id,
                one.prospect.customer.segment,
                one.prospect.customer.region,
                *pitch_cells(one.prospect.line, (one.say, one.sentence), has_chances=has_chances),
            )
            for one in prospects.lines
        ],
    )
