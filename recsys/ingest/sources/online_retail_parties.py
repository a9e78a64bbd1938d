"""Customers and products of Online Retail, collected from its cleaned lines; no file of the set lists them."""

from pathlib import Path

from recsys.ingest.sources.session import ImportSession
from recsys.ingest.sources.staging import NO_ROW_COLUMNS


def make_products(session: ImportSession) -> None:
    """Create the table `products`.

    The name is the most frequent description, the price the most frequent one on the last day of sale; of ties, the
    first description or the lowest price.
    """
    session.run(
        f"""
        CREATE TABLE products AS
        WITH kept AS (SELECT * FROM all_lines WHERE problem IS NULL),
        named AS (
            SELECT product_id, description FROM kept GROUP BY product_id, description
            QUALIFY row_number() OVER (PARTITION BY product_id ORDER BY count(description) DESC, description) = 1
        ),
        sold AS (SELECT product_id, price, moment::DATE AS day FROM kept WHERE NOT is_return),
        priced AS (
            SELECT product_id, price FROM sold
            SEMI JOIN (SELECT product_id, max(day) AS day FROM sold GROUP BY product_id) USING (product_id, day)
            GROUP BY product_id, price
            QUALIFY row_number() OVER (PARTITION BY product_id ORDER BY count(*) DESC, price) = 1
        )
        SELECT product_id, description AS name, price AS unit_price, {NO_ROW_COLUMNS}
        FROM named LEFT JOIN priced USING (product_id)
        """  # noqa: S608 - own names
    )


def make_customers(session: ImportSession, *, keep_all: bool, reps: Path | None) -> None:
    """Create the table `customers`; the region is the country of the latest line.

    keep_all  also keep customers whose lines were all dropped
    reps      the staged file of sales reps, None without one
    """
    rep, join = "", ""
    if reps is not None:
        rep, join = "rep,", "LEFT JOIN (SELECT customer_id, rep FROM reps WHERE problem IS NULL) USING (customer_id)"
    kept = "problem IS NULL OR problem.outcome = 'dropped'" if keep_all else "problem IS NULL"
    session.run(
        f"""
        CREATE TABLE customers AS
        WITH seen AS (
            SELECT customer_id, country, max(moment) AS last FROM all_lines
            WHERE customer_id IS NOT NULL AND ({kept}) GROUP BY customer_id, country
            QUALIFY row_number() OVER (PARTITION BY customer_id ORDER BY last DESC, country) = 1
        )
        SELECT customer_id, NULL::VARCHAR AS name, country AS region, {rep} {NO_ROW_COLUMNS} FROM seen {join}
        """  # noqa: S608 - own names
    )
    if reps is not None:
        unknown = session.number(
            "SELECT count(customer_id) FROM reps ANTI JOIN customers USING (customer_id) WHERE problem IS NULL"
        )
        without = session.number("SELECT count(*) FROM customers WHERE rep IS NULL")
        unread = session.number("SELECT count(*) FROM reps WHERE problem IS NOT NULL OR customer_id IS NULL")
        session.notes.append(
            f"{reps.name}: {unknown:,} customers are not in the orders, "
            f"{without:,} customers of the orders have no rep, {unread:,} rows name no customer or cannot be read"
        )


def note_repairs(session: ImportSession) -> None:
    """Note in the session how many rows the rules of the source repaired."""
    kept = "FROM all_lines WHERE problem IS NULL"
    for name, condition in (("order_lines", "NOT is_return"), ("returns", "is_return")):
        for reason, repaired in {
            "the product's code takes capital letters": "code <> product_id",
            "quantity is what cancellations left of it": "remaining <> abs(quantity)",
        }.items():
            session.repair(name, reason, session.number(f"SELECT count(*) {kept} AND {condition} AND {repaired}"))
    for table, key, column, reason in (
        ("products", "product_id", "description", "the name is the most frequent of several descriptions"),
        ("customers", "customer_id", "country", "the region is the latest of several countries"),
    ):
        several = f"SELECT {key} {kept} GROUP BY {key} HAVING count(DISTINCT {column}) > 1"
        session.repair(table, reason, session.number(f"SELECT count(*) FROM ({several})"))  # noqa: S608 - own names
