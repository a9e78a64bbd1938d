"""Services and fees among the products: postage, vouchers, samples. They are offered to nobody.

Found by name, or by behaviour: a product whose unit price has no level is no product.
"""

import re

from recsys.dataset.baskets import Baskets

MIN_LINES = 20  # order days with it, for a price level to be looked for
QUARTILE_RATIO = 8.0  # upper over lower quartile of the unit price: beyond it there is no level

_HEADS = """
postage carriage freight shipping shipment delivery handling courier porto versand versandkosten fracht frachtkosten
lieferung lieferkosten anlieferung voucher vouchers giftcard gutschein gutscheine geschenkgutschein discount discounts
rebate rabatt skonto bonus sample samples muster warenmuster deposit pfand leergut fee fees charge charges surcharge
commission gebühr gebühren provision zuschlag mindermengenzuschlag kleinmengenzuschlag manual adjustment correction
refund korrektur gutschrift rundung rounding insurance versicherung amazonfee
"""
_FILLERS = """
a an and the for of on to per no all our your free order orders next day same express standard special extra bank
dotcom amazon paypal card credit gift customer product goods small minimum quantity store admin service dhl ups dpd
gls fedex hermes royal mail uk eu eur gbp usd cost costs price prices value und für der die das pro je ab bis auf
kosten kostenlos gratis kunde kunden ware bestellung klein
"""
# A name is a service's if it has one of HEADS, and besides only these and FILLERS.
HEADS = frozenset(_HEADS.split())
FILLERS = frozenset(_FILLERS.split())
_WORD = re.compile(r"[^\W\d_]+")


def is_service_name(name: str) -> bool:
    """Return whether a product's name says nothing but that it is a service or fee, such as `DOTCOM POSTAGE`."""
    words = set(_WORD.findall(name.casefold()))
    return bool(words & HEADS) and words <= HEADS | FILLERS


def mark_services(baskets: Baskets) -> None:
    """Create the table `services`: p of each product that is a service or fee."""
    named = baskets.connection.execute(
        f"SELECT p, {baskets.optional_columns('products')['name']} FROM read_parquet(?) "  # noqa: S608 - from recsys/schema
        "JOIN product_rows USING (product_id)",
        [str(baskets.tables.path("products"))],
    ).fetchall()
    by_name = [p for p, name in named if name and is_service_name(name)]
    baskets.connection.execute(
        """
        CREATE TABLE services AS
        SELECT p FROM product_rows WHERE list_contains($by_name, p)
        UNION
        SELECT p FROM basket_lines WHERE revenue > 0 GROUP BY p
        HAVING count(*) >= $min_lines
           AND quantile_cont(revenue / quantity, 0.75) > $ratio * quantile_cont(revenue / quantity, 0.25)
        """,
        {"by_name": by_name, "min_lines": MIN_LINES, "ratio": QUARTILE_RATIO},
    )
