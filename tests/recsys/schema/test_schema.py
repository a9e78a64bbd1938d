"""The schema is consistent, and data/README.md documents exactly its columns."""

import re
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from recsys.ingest.clean import clean
from recsys.ingest.sources import SOURCES, OwnTables
from recsys.ingest.sources.map_models import FORMAT_KEYS
from recsys.schema.clean import CLEAN_TABLES, CUSTOMERS, ORDER_LINES, RETURNS
from recsys.schema.columns import Column, Table, bound_text
from recsys.schema.published import (
    ALERT_CUSTOMERS,
    ALERT_PAIRS,
    ARTIFACT_TABLES,
    COHORTS,
    PUBLISHED_CUSTOMERS,
    RECOMMENDATIONS,
    SEGMENTS,
)

PAGE = (Path(__file__).parents[3] / "data" / "README.md").read_text(encoding="utf-8")
TYPES = {
    "text": "text",
    "date": "date",
    "moment": "date and time",
    "number": "number",
    "whole": "whole number",
    "flag": "true or false",
}
EVERY_TABLE = [*CLEAN_TABLES.values(), *ARTIFACT_TABLES.values()]


def page_row(column: Column) -> str:
    limits = [f"above {bound_text(column.above)}"] if column.above is not None else []
    limits += [f"at least {bound_text(column.at_least)}"] if column.at_least is not None else []
    limits += [f"at most {bound_text(column.at_most)}"] if column.at_most is not None else []
    required = "yes" if column.required else ""
    return f"| `{column.name}` | {', '.join([TYPES[column.kind], *limits])} | {required} | {column.meaning} |"


def section(title: str) -> str:
    return PAGE.split(f"### {title}:", 1)[1].split("\n## ", 1)[0].split("\n### ", 1)[0]


@pytest.mark.parametrize("table", CLEAN_TABLES.values(), ids=lambda table: table.name)
def test_data_page_has_exactly_the_columns_of_each_table(table):
    rows = [line for line in section(table.name).splitlines() if line.startswith("| `")]
    assert rows == [page_row(column) for column in table.columns]


DESCRIBED = [RECOMMENDATIONS, ALERT_PAIRS, ALERT_CUSTOMERS, SEGMENTS, COHORTS]


@pytest.mark.parametrize("table", DESCRIBED, ids=lambda table: table.name)
def test_data_page_has_exactly_the_columns_of_published_tables(table):
    rows = [line for line in section(table.name).splitlines() if line.startswith("| `")]
    assert rows == [page_row(column) for column in table.columns]


def test_data_page_has_the_columns_of_segments_of_the_published_customers():
    page = PAGE.split("### customers: their segments", 1)[1].split("\n### ", 1)[0]
    first = PUBLISHED_CUSTOMERS.column_names.index("recency_days")
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    assert rows == [page_row(column) for column in PUBLISHED_CUSTOMERS.columns[first:]]


@pytest.mark.parametrize("table", [table for table in CLEAN_TABLES.values() if table.unique], ids=lambda t: t.name)
def test_data_page_names_each_unique_key(table):
    assert f"Key: {', '.join(f'`{name}`' for name in table.key)}, once each." in section(table.name)


def test_data_page_names_every_import_command_and_every_format_key():
    for name in SOURCES:
        assert f"`import {name} " in PAGE
    for option in FORMAT_KEYS:
        assert f"`{option}`" in PAGE


def test_example_of_the_data_page_can_be_imported(tmp_path):
    own_files = PAGE.split("## Your own files", 1)[1].split("\n## ", 1)[0]
    blocks = dict(re.findall(r"```csv (\S+)\n(.*?)```", own_files, re.DOTALL))
    assert list(blocks) == ["kunden.csv", "artikel.csv", "belege.csv"]
    for name, content in blocks.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    [table_map] = re.findall(r"```toml\n(.*?)```", own_files, re.DOTALL)
    (tmp_path / "map.toml").write_text(table_map, encoding="utf-8")
    report = clean(OwnTables(tmp_path, tmp_path / "map.toml"), tmp_path / "clean", today=date(2025, 6, 30))
    assert report.rows_out == {"customers": 2, "products": 2, "order_lines": 3, "returns": 0}
    assert report.left_out == report.repaired == ()
    assert report.revenue == 1_208.5
    assert duckdb.sql(f"FROM '{tmp_path}/clean/customers.parquet'").fetchall() == [
        ("00123", "Café Mühlbach", "Café", "01632 960101", "active", "Lindau"),
        ("00124", "Hotel Seeblick", "Hotel", None, "active", "Bregenz"),
    ]


# Versions of earlier releases do without them, and each of their rows has a key all the same.
LATER_KEYS = {"bundles": ("group",)}


@pytest.mark.parametrize("table", EVERY_TABLE, ids=lambda table: table.name)
def test_key_columns_are_in_the_table_and_required(table):
    assert set(table.key) <= {*table.required, *LATER_KEYS.get(table.name, ())}


@pytest.mark.parametrize("table", EVERY_TABLE, ids=lambda table: table.name)
def test_column_names_are_unique(table):
    assert len(set(table.column_names)) == len(table.column_names)


def test_arrow_schema_has_the_columns_in_order_and_only_optional_ones_nullable():
    schema = CUSTOMERS.arrow_schema()
    assert tuple(schema.names) == CUSTOMERS.column_names
    assert [field.name for field in schema if not field.nullable] == ["customer_id", "name"]
    assert schema.field("may_contact").type == pa.bool_()


def test_unknown_column_is_a_key_error():
    with pytest.raises(KeyError):
        CUSTOMERS.column("colour")


def test_returns_have_the_columns_of_order_lines():
    assert isinstance(RETURNS, Table)
    assert RETURNS.columns == ORDER_LINES.columns
