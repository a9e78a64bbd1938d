"""Who and what the cleaned lines of Online Retail name: its customers and products, which no file of it lists."""

from pathlib import Path

from recsys.ingest.sources.session import Workbench
from recsys.ingest.sources.staging import NOT_FROM_A_ROW


def make_products(bench: Workbench) -> None:
    """Name: the most frequent description. Price: the most frequent on the last day of sale. Ties: the first."""
    bench.run(
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
        SELECT product_id, description AS name, price AS unit_price, {NOT_FROM_A_ROW}
        FROM named LEFT JOIN priced USING (product_id)
        """  # noqa: S608 - own names
    )


def make_customers(bench: Workbench, *, keep_all: bool, reps: Path | None) -> None:
    """Region: the country of the latest line. `keep_all` also keeps customers of whom no line is left."""
    rep, join = "", ""
    if reps is not None:
        rep, join = "rep,", "LEFT JOIN (SELECT customer_id, rep FROM reps WHERE problem IS NULL) USING (customer_id)"
    who = "problem IS NULL OR problem.outcome = 'dropped'" if keep_all else "problem IS NULL"
    bench.run(
        f"""
        CREATE TABLE customers AS
        WITH seen AS (
            SELECT customer_id, country, max(moment) AS last FROM all_lines
            WHERE customer_id IS NOT NULL AND ({who}) GROUP BY customer_id, country
            QUALIFY row_number() OVER (PARTITION BY customer_id ORDER BY last DESC, country) = 1
        )
        SELECT customer_id, NULL::VARCHAR AS name, country AS region, {rep} {NOT_FROM_A_ROW} FROM seen {join}
        """  # noqa: S608 - own names
    )
    if reps is not None:
        unknown = bench.number(
            "SELECT count(customer_id) FROM reps ANTI JOIN customers USING (customer_id) WHERE problem IS NULL"
        )
        without = bench.number("SELECT count(*) FROM customers WHERE rep IS NULL")
        unread = bench.number("SELECT count(*) FROM reps WHERE problem IS NOT NULL OR customer_id IS NULL")
        bench.notes.append(
            f"{reps.name}: {unknown:,} customers are not in the orders, "
            f"{without:,} customers of the orders have no rep, {unread:,} rows name no customer or cannot be read"
        )


def note_repairs(bench: Workbench) -> None:
    kept = "FROM all_lines WHERE problem IS NULL"
    for name, condition in (("order_lines", "NOT is_return"), ("returns", "is_return")):
        for reason, repaired in {
            "the product's code takes capital letters": "code <> product_id",
            "quantity is what cancellations left of it": "remaining <> abs(quantity)",
        }.items():
            bench.repair(name, reason, bench.number(f"SELECT count(*) {kept} AND {condition} AND {repaired}"))
    for table, key, column, reason in (
        ("products", "product_id", "description", "the name is the most frequent of several descriptions"),
        ("customers", "customer_id", "country", "the region is the latest of several countries"),
    ):
        several = f"SELECT {key} {kept} GROUP BY {key} HAVING count(DISTINCT {column}) > 1"
        bench.repair(table, reason, bench.number(f"SELECT count(*) FROM ({several})"))  # noqa: S608 - own names
