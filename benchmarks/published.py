"""python -m benchmarks.published DIR: two versions of a size, with tables made by SQL instead of the models.

The tables that a customer's page, a basket and a product's buyers are read from are complete, with made-up scores,
neighbours, pairs and bundles: the time of a look-up does not depend on them. Segments are those that a build finds;
the version before has its customers and segments as they were 30 days earlier. The other tables are empty.
"""

import argparse
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from benchmarks.orders import Size, make_orders
from recsys.artifacts.layout import new_version_id
from recsys.artifacts.manifest import BuildFacts
from recsys.artifacts.publish import building
from recsys.outputs.segments import Learning, Segmented, SegmentsBefore, segment_customers
from recsys.schema.build_report import BuildReport, SegmentsReport
from recsys.schema.bundle_groups import EVERYBODY, Members, members_key
from recsys.schema.published import ARTIFACT_TABLES
from recsys.schema.segments import RFM_NAMES

Values = dict[str, Any]

_LAST_DAY = date(2025, 12, 30)
_DAY_BEFORE = date(2025, 11, 30)
_BUILT_BEFORE = datetime(2025, 12, 1, 2, tzinfo=UTC)
_SEED = 7
_SLICE_ROWS = 200_000
_LIST_LENGTH = 20  # of each list and of the similar customers
_OF_BASKETS, _LEAST_BASKETS = 10_000, 50  # of each group, of each of its bundles
_GROUPS: tuple[Members, ...] = (
    EVERYBODY,
    *(("segment", f"Segment {n}") for n in range(12)),
    *(("region", f"Region {n}") for n in range(7)),
    *(("rfm", name) for name in RFM_NAMES),
)

_SETUP = """
CREATE MACRO customer_of(i) AS printf('C%06d', i);
CREATE MACRO product_of(i) AS printf('P%06d', i);
CREATE TABLE baskets AS
    SELECT customer, product, DATE '1970-01-01' + day AS ordered_on,
        (1 + hash(customer, product, day) % 12)::DOUBLE AS quantity,
        round((1 + hash(customer, product, day) % 12) * (100 + hash(product) % 5000) / 100, 2) AS revenue
    FROM (SELECT DISTINCT customer, product, day FROM given);
CREATE TABLE bought AS
    SELECT customer, product, count(*) AS n_baskets, min(ordered_on) AS first_on, max(ordered_on) AS last_on,
        CASE WHEN count(*) > 2 THEN round(2 * (max(ordered_on) - min(ordered_on)) / (count(*) - 1)) / 2 END
            AS usual_gap_days,
        median(quantity) AS usual_quantity, round((100 + any_value(hash(product)) % 5000) / 100, 2) AS last_price,
        sum(quantity) AS units, round(sum(revenue), 2) AS revenue,
        round(coalesce(sum(revenue) FILTER (ordered_on > DATE '2024-12-30'), 0), 2) AS revenue_12m
    FROM baskets GROUP BY customer, product;
CREATE TABLE lists AS
    SELECT customer, list, rank, product, last_price, kind, last_on, gap, who, n, due_on, worth,
        (1 + product % 12)::DOUBLE AS quantity, round(.9 / (1 + rank), 4) AS chance
    FROM (
        SELECT customer, 'usual' AS list, product, last_price,
            CASE WHEN usual_gap_days IS NULL THEN 'bought_before' ELSE 'due_again' END AS kind, last_on,
            usual_gap_days AS gap, NULL AS who, n_baskets AS n, last_on + (usual_gap_days::INT) AS due_on,
            NULL::DOUBLE AS worth, row_number() OVER (PARTITION BY customer ORDER BY n_baskets DESC, product) AS rank
        FROM bought
        UNION ALL
        SELECT customer, 'lost', product, last_price, 'stopped', last_on, usual_gap_days, NULL, n_baskets,
            last_on + (usual_gap_days::INT), revenue,
            row_number() OVER (PARTITION BY customer ORDER BY revenue DESC, product)
        FROM bought WHERE DATE '2025-12-30' - last_on > 1.5 * usual_gap_days
        UNION ALL
        SELECT customer, 'new', (customer * 7919 + rank * 104729) % $n_products,
            round((100 + hash(customer, rank) % 5000) / 100, 2), 'similar_customers', NULL, NULL,
            customer_of((customer + rank * 31) % $n_customers), 1 + rank % 9, NULL, NULL, rank
        FROM range($n_customers) t(customer), range(1, $list_length + 1) r(rank))
    WHERE rank <= $list_length;
CREATE TABLE raised AS
    SELECT customer, count(*) FILTER (is_due) AS due_products, sum(expected) FILTER (is_due) AS due_expected,
        count(*) FILTER (list = 'lost') AS lost_products, sum(expected) FILTER (list = 'lost') AS lost_expected,
        count(*) FILTER (list = 'new') AS new_products, sum(expected) FILTER (list = 'new') AS new_expected
    FROM (SELECT *, chance * quantity * last_price AS expected,
        list = 'usual' AND (due_on IS NULL OR due_on <= DATE '2026-01-06') AS is_due FROM lists)
    GROUP BY customer
"""

# Sorted by the tables' keys; other columns are null.
_TABLES = {
    "customers": """
        SELECT customer_of(customer) AS customer_id, 'Customer ' || customer AS name,
            'Segment ' || customer % 12 AS segment,
            'Region ' || customer % 7 AS region, 'Rep ' || customer % 40 AS rep,
            CASE WHEN customer % 20 > 0 THEN TRUE WHEN customer % 40 > 0 THEN FALSE END AS may_contact,
            CASE WHEN customer % 10 > 0 THEN 'c' || customer || '@example.com' END AS email,
            'active' AS status, min(ordered_on) AS first_order_on, max(ordered_on) AS last_order_on,
            count(DISTINCT ordered_on) AS n_orders, count(DISTINCT ordered_on) AS n_order_days,
            sum(revenue) AS revenue_12m, 0.9 * sum(revenue) AS revenue_12m_before,
            count(DISTINCT ordered_on) AS orders_12m, 0 AS orders_12m_before,
            count(DISTINCT product) AS active_products, '030' || customer AS phone,
            CASE WHEN count(DISTINCT ordered_on) > 2 THEN round((max(ordered_on) - min(ordered_on))
                / (count(DISTINCT ordered_on) - 1)::DOUBLE, 1) END AS usual_gap_days,
            $as_of::DATE - max(ordered_on) AS recency_days,
            count(DISTINCT ordered_on) FILTER (ordered_on > $as_of::DATE - INTERVAL 1 YEAR) AS order_days_12m,
            any_value(COLUMNS(raised.* EXCLUDE (customer)))
        FROM baskets JOIN raised USING (customer) WHERE ordered_on <= $as_of::DATE
        GROUP BY customer ORDER BY customer""",
    "products": """
        SELECT product_of(product) AS product_id, 'Product ' || product AS name,
            'Category ' || product % 40 AS category,
            'Supplier ' || product % 300 AS supplier, round((100 + hash(product) % 5000) / 100, 2) AS unit_price,
            count(customer) AS n_customers, coalesce(sum(n_baskets), 0)::BIGINT AS n_baskets, 0 AS units_12m,
            0 AS revenue_12m
        FROM range($n_products) t(product) LEFT JOIN bought USING (product) GROUP BY product ORDER BY product""",
    "purchases": """
        SELECT customer_of(customer) AS customer_id, product_of(product) AS product_id, * EXCLUDE (customer, product)
        FROM bought ORDER BY customer, product""",
    "basket_lines": """
        SELECT customer_of(customer) AS customer_id, product_of(product) AS product_id, ordered_on, quantity, revenue
        FROM baskets ORDER BY customer, product, ordered_on""",
    "recommendations": """
        SELECT customer_of(customer) AS customer_id, list, rank, product_of(product) AS product_id,
            'ranker' AS model, 1 / (1 + rank)::DOUBLE AS score, chance,
            quantity, 'own' AS quantity_from, last_price AS price, 'last' AS price_from,
            quantity * last_price AS value, chance * quantity * last_price AS expected, kind AS reason_kind,
            n AS reason_n, 20 AS reason_of,
            coalesce(last_on, DATE '2025-12-20') AS reason_on, gap AS reason_gap_days,
            DATE '2025-12-30' - last_on AS reason_since_days, who AS reason_customer_id, due_on, worth,
            worth / 2 AS at_stake, CASE WHEN list = 'lost' THEN FALSE END AS also_due
        FROM lists ORDER BY customer, list, rank""",
    "similar_customers": """
        SELECT customer_of(customer) AS customer_id, rank,
            customer_of((customer + rank * 31) % $n_customers) AS neighbour_id,
            1 / (1 + rank)::DOUBLE AS similarity, 40 - rank AS n_shared, 60 + rank AS n_products
        FROM range($n_customers) t(customer), range(1, $list_length + 1) r(rank) ORDER BY customer, rank""",
    "similar_products": """
        SELECT product_of(product) AS product_id, rank, product_of((product + rank * 7919) % $n_products) AS other_id,
            1 / (1 + rank)::DOUBLE AS similarity, 10 + rank AS n_customers, 60 - rank AS n_baskets,
            1 + (51 - rank) / 10::DOUBLE AS lift
        FROM range($n_products) t(product), range(1, 51) r(rank) ORDER BY product, rank""",
    "bundles": """
        SELECT segment, "group", rank AS bundle_id, key || '/' || rank AS bundle_key, size, 50 AS n_baskets,
            [product_of(one) FOR one IN range(first, first + size)] AS products, 10000 AS of_baskets,
            .005::DOUBLE AS support, product_of(first + size - 1) AS consequent_id, .4::DOUBLE AS confidence,
            lift, .75 * lift AS lift_low, 1.35 * lift AS lift_high, .5::DOUBLE AS zhangs_metric,
            .0025::DOUBLE AS leverage, FALSE AS redundant, rank > 1990 AND size = 2 AS substitutes, 20::DOUBLE AS price,
            15::DOUBLE AS cost, 5 AS n_have_all, 5 AS n_miss_one, 5 AS n_miss_two, 3.75 * lift AS typical
        FROM (SELECT *, 40 / (1 + rank * .02) + hash(key, rank) % 100 / 100 AS lift,
                2 + rank % 3 AS size, (rank * 9) % ($n_products - 4) AS first
            FROM (SELECT 'all' AS "group", '' AS segment, '' AS key
                UNION ALL SELECT 'segment', 'Segment ' || n, 'Segment ' || n FROM range(12) s(n)
                UNION ALL SELECT 'region', 'Region ' || n, 'region:Region ' || n FROM range(7) s(n)
                UNION ALL SELECT 'rfm', name, 'rfm:' || name FROM (SELECT unnest($named) AS name)),
            range(1, 2001) r(rank))
        ORDER BY segment, "group", rank""",
    "prospects": """
        SELECT product_of(product) AS product_id,
            row_number() OVER (PARTITION BY product ORDER BY chance DESC, customer) AS rank,
            customer_of(customer) AS customer_id, 'new' AS list, rank AS list_rank, chance,
            chance * quantity * last_price AS expected
        FROM lists WHERE list = 'new' ORDER BY product, 2""",
    "customer_months": """
        SELECT customer_of(customer) AS customer_id, date_trunc('month', ordered_on)::DATE AS month,
            round(sum(revenue), 2) AS revenue, count(DISTINCT ordered_on) AS n_orders
        FROM baskets GROUP BY customer, month ORDER BY customer, month""",
    "buyers": """
        SELECT product_of(product) AS product_id,
            row_number() OVER (PARTITION BY product ORDER BY n_baskets DESC, last_on DESC, customer) AS rank,
            customer_of(customer) AS customer_id, n_baskets, last_on, usual_quantity, revenue_12m
        FROM bought ORDER BY product, rank""",
    "cohorts": """
        WITH firsts AS (
            SELECT customer, date_trunc('quarter', min(ordered_on))::DATE AS first_quarter
            FROM baskets GROUP BY customer
        ), active AS (
            SELECT first_quarter, date_trunc('quarter', ordered_on)::DATE AS quarter,
                count(DISTINCT customer) AS n_active, sum(revenue) AS revenue
            FROM baskets JOIN firsts USING (customer) GROUP BY ALL)
        SELECT year(first_quarter) || '-Q' || quarter(first_quarter) AS cohort, quarter, first_quarter,
            max(n_active) OVER (PARTITION BY first_quarter) AS n_customers, n_active, revenue
        FROM active ORDER BY cohort, active.quarter""",
}


def publish_pages(size: Size, root: Path) -> str:
    """Publish a version of a size and return its id. Takes up to six minutes for 20 million lines."""
    return _publish(_made(size), size, root)


def publish_two(size: Size, root: Path) -> str:
    """Publish the same after a version of 30 days before, of which there are customers, segments and products."""
    connection = _made(size)
    then = _segments(connection, _DAY_BEFORE, before=None)
    tables = {"customers": then.customers, "segments": then.segments}
    tables |= {
        name: pa.concat_tables(_rows(connection, _TABLES[name], _values(size))) for name in ("products", "cohorts")
    }
    with building(root) as build:
        for name, table in ARTIFACT_TABLES.items():
            build.write(name, tables.get(name, table.arrow_schema().empty_table()))
        build.publish(_facts(size, then.report, _DAY_BEFORE), built_at=_BUILT_BEFORE)
    return _publish(connection, size, root)


def _made(size: Size) -> duckdb.DuckDBPyConnection:
    """Return a database with the orders of a size, and the lists made of them."""
    orders = make_orders(size)
    connection = duckdb.connect()
    columns = {"customer": orders.customers, "product": orders.products, "day": orders.days}
    connection.register("given", pa.table({name: pa.array(values) for name, values in columns.items()}))
    for statement in _SETUP.split(";"):
        values = {name: value for name, value in _values(size).items() if f"${name}" in statement}
        connection.execute(statement, values)
    connection.unregister("given")
    return connection


def _values(size: Size) -> Values:
    numbers = {"n_customers": size.n_customers, "n_products": size.n_products, "list_length": _LIST_LENGTH}
    return {**numbers, "named": list(RFM_NAMES)}


def _publish(connection: duckdb.DuckDBPyConnection, size: Size, root: Path) -> str:
    segmented = _segmented(connection)
    made = {"customers": segmented.customers, "segments": segmented.segments}
    with building(root) as build:
        for name, table in ARTIFACT_TABLES.items():
            sql = _TABLES.get(name)
            rows = _rows(connection, sql, _values(size)) if sql else table.arrow_schema().empty_table()
            build.write(name, made.get(name, rows))
        return build.publish(_facts(size, segmented.report, _LAST_DAY))


def _segmented(connection: duckdb.DuckDBPyConnection) -> Segmented:
    """Return the customers with their segments, also those of the version before, and the table segments."""
    then = _segments(connection, _DAY_BEFORE, before=None)
    columns: list[list[Any]] = [then.customers[name].to_pylist() for name in ("customer_id", "rfm_segment", "cluster")]
    named, clusters = (dict(zip(columns[0], each, strict=True)) for each in columns[1:])
    before = SegmentsBefore(new_version_id(_BUILT_BEFORE, []), _DAY_BEFORE, named, clusters, then.report)
    return _segments(connection, _LAST_DAY, before)


def _segments(connection: duckdb.DuckDBPyConnection, day: date, before: SegmentsBefore | None) -> Segmented:
    rows = pa.concat_tables(_rows(connection, _TABLES["customers"], {"as_of": day}))
    return segment_customers(rows, before, Learning(day, bounds_days=1, seed=_SEED))


def _rows(connection: duckdb.DuckDBPyConnection, sql: str, sizes: Values) -> Iterator[pa.Table]:
    used = {name: value for name, value in sizes.items() if f"${name}" in sql}
    for batch in connection.sql(sql, params=used).to_arrow_reader(_SLICE_ROWS):
        yield pa.Table.from_batches([batch])


def _facts(size: Size, segments: SegmentsReport, as_of: date) -> BuildFacts:
    groups = dict.fromkeys((members_key(*each) for each in _GROUPS), _OF_BASKETS)
    report = BuildReport(segments=segments, group_baskets=groups, bundle_baskets=dict.fromkeys(groups, _LEAST_BASKETS))
    return BuildFacts(
        as_of=as_of,
        first_order_on=_LAST_DAY - timedelta(days=729),
        last_order_on=as_of,
        fingerprint="",
        source_rows={"customers": size.n_customers, "products": size.n_products, "order_lines": size.n_lines},
        options={},
        seed=_SEED,
        seconds={},
        evaluation=report.as_json(),
    )


def main() -> None:
    """Publish two versions of so many customers, products and order lines."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.published", description=__doc__)
    parser.add_argument("artifacts", type=Path, metavar="DIR")
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--products", type=int, default=20_000)
    parser.add_argument("--lines", type=int, default=5_000_000)
    asked = parser.parse_args()
    asked.artifacts.mkdir(parents=True, exist_ok=True)
    publish_two(Size("asked", asked.customers, asked.products, asked.lines), asked.artifacts)


if __name__ == "__main__":
    main()
