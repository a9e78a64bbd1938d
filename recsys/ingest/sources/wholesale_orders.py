"""The public "wholesale and retail orders" set: a file of orders with one line each, and a file of products.

The customer status (Silver, Gold, Platinum, in several spellings) is a loyalty level and does not say whether the
customer is active: it becomes the `segment`, for which best sellers and bundles are computed, not our `status`.
"""

from dataclasses import dataclass
from pathlib import Path

from recsys.errors import SourceError
from recsys.ingest.sources.raw_files import Format, RawFile, open_file
from recsys.ingest.sources.session import ImportSession
from recsys.ingest.sources.staging import NO_ROW_COLUMNS, refuse_without_rows, stage
from recsys.ingest.sources.value_parsing import Field
from recsys.runtime.did_you_mean import nearest

ORDERS = (
    Field("customer_id", "text", "Customer ID"),
    Field("customer_status", "text", "Customer Status"),
    Field("ordered_on", "date", "Date Order was placed"),
    Field("order_id", "text", "Order ID"),
    Field("product_id", "text", "Product ID"),
    Field("quantity", "number", "Quantity Ordered"),
    Field("revenue", "number", "Total Retail Price for This Order"),
    Field("cost", "number", "Cost Price Per Unit"),
)
PRODUCTS = (
    Field("product_id", "text", "Product ID"),
    Field("name", "text", "Product Name"),
    Field("product_line", "text", "Product Line"),
    Field("product_category", "text", "Product Category"),
    Field("product_group", "text", "Product Group"),
    Field("supplier", "text", "Supplier Name"),
)


@dataclass(frozen=True)
class WholesaleOrders:
    """The two files of the set."""

    orders: Path
    products: Path

    def stage(self, session: ImportSession) -> None:
        """Create the four relations; raises SourceError for a missing file or column."""
        _stage_file(session, "orders", self.orders, ORDERS)
        _stage_file(session, "listed", self.products, PRODUCTS)
        session.run(_ORDER_LINES)
        session.run("CREATE VIEW returns AS SELECT * FROM order_lines WHERE false")
        session.run(_CUSTOMERS)
        session.run(_PRODUCTS)
        session.repair(
            "customers", "the segment is the status of the latest order, of several", session.number(_SEVERAL)
        )
        capitals = session.number(
            "SELECT count(*) FROM orders WHERE problem IS NULL AND customer_status = upper(customer_status)"
        )
        session.notes.append(f"{capitals:,} orders spell the customer status in capitals; SILVER is read as Silver")
        session.notes.append("the customer status is kept as the segment; it does not say whether a customer is active")


def _stage_file(session: ImportSession, name: str, path: Path, fields: tuple[Field, ...]) -> None:
    form = Format(date_format=("%d-%b-%y",))
    raw = open_file(session.connection, path, form, session.scratch, limits=session.limits)
    for field in fields:
        _refuse_missing(raw, str(field.column))
    stage(session, name, raw, list(fields))
    refuse_without_rows(session, name, raw)


def _refuse_missing(raw: RawFile, column: str) -> None:
    if column not in raw.types:
        columns = list(raw.types)
        raise SourceError(
            f"{raw.label} has no column '{column}'{nearest(column, columns)}; it has {', '.join(columns)}"
        )
    raw.refuse_repeated([column])


_ORDER_LINES = """
    CREATE VIEW order_lines AS
    SELECT order_id, customer_id, product_id, ordered_on, quantity, revenue, file, row, line, problem FROM orders
"""

_STATUSES = """
    SELECT customer_id, upper(customer_status[1]) || lower(customer_status[2:]) AS segment, ordered_on, order_id
    FROM orders WHERE problem IS NULL AND customer_id IS NOT NULL AND customer_status IS NOT NULL
"""

_SEVERAL = f"""
    SELECT count(*) FROM
    (SELECT customer_id FROM ({_STATUSES}) GROUP BY customer_id HAVING count(DISTINCT segment) > 1)
"""  # noqa: S608 - own names

_CUSTOMERS = f"""
    CREATE TABLE customers AS
    WITH latest AS (
        SELECT customer_id, segment FROM ({_STATUSES})
        QUALIFY row_number() OVER (PARTITION BY customer_id ORDER BY ordered_on DESC, order_id DESC, segment) = 1
    )
    SELECT customer_id, NULL::VARCHAR AS name, segment, {NO_ROW_COLUMNS}
    FROM (SELECT DISTINCT customer_id FROM orders WHERE problem IS NULL AND customer_id IS NOT NULL)
    LEFT JOIN latest USING (customer_id)
"""  # noqa: S608 - own names

# List price and cost: those of the latest order; the set has no price list.
_PRODUCTS = """
    CREATE VIEW products AS
    WITH latest AS (
        SELECT product_id, round(revenue / quantity, 4) AS unit_price, cost FROM orders
        WHERE problem IS NULL AND quantity > 0 AND revenue >= 0
        QUALIFY row_number() OVER (PARTITION BY product_id ORDER BY ordered_on DESC, order_id DESC, revenue) = 1
    )
    SELECT product_id, name, concat_ws(' > ', product_line, product_category, product_group) AS category,
        supplier, unit_price, cost, file, row, line, problem
    FROM listed LEFT JOIN latest USING (product_id)
"""
