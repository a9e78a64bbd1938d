"""The expressions of a map file: what they compute, and where each mistake is said to be."""

import duckdb
import pytest

from recsys.errors import SourceError
from recsys.ingest.sources.expressions import parse

PLACE = "map.toml: [order_lines.computed] revenue"
ROW = {
    "quantity": "3", "price": "2.5", "discount": "0.1", "first": "Ada", "last": "", "Unit price": "4",
    "orders.State": "paid", "day": "2025-03-31",
}  # fmt: skip
TYPES = {"number": "DOUBLE", "date": "DATE", "text": "VARCHAR", "flag": "BOOLEAN"}


def read(column, kind):
    if column not in ROW:
        raise KeyError(list(ROW))
    return f"nullif('{ROW[column]}', '')::{TYPES[kind]}"


def value(text, kind="number"):
    return duckdb.sql(f"SELECT {parse(text, PLACE).compile(kind, read)}").fetchall()[0][0]


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("quantity * price * (1 - discount)", 6.75),
        ("quantity + 2 * price", 8),
        ("10 - 2 - 3", 5),
        ("8 / 4 / 2", 1),
        ("-quantity", -3),
        ("quantity / 0", None),
        ("[Unit price] * 2", 8),
        ("case when quantity > 2 then 1 else 0 end", 1),
        ("CASE WHEN orders.State IN ('open') THEN 1 WHEN quantity = 3 THEN 2 END", 2),
        ("coalesce(number(last), 7)", 7),
        ("round(price, 0) + abs(-1) + least(5, 2) + greatest(1, 3)", 9),
        ("year(day) * 100 + month(day) + day(day) / 100", 202503.31),
        ("length(concat(first, 'x'))", 4),
    ],
)
def test_numbers_are_computed(text, result):
    assert value(text) == result


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("join(' ', first, last)", "Ada"),
        ("concat(first, last, '-', quantity + 1)", "Ada-4"),
        ("part('7001-B', '-', 1)", "7001"),
        ("pad_left('12', 5, '0')", "00012"),
        ("pad_left('123456', 5, '0')", "123456"),
        ("upper(left(first, 1))", "A"),
        ("concat(lower(right(first, 2)), replace(trim(' it''s '), '''', '’'))", "dait’s"),
        ("coalesce(last, first)", "Ada"),
        ("concat(year(day), '/', 1)", "2025/1"),
    ],
)
def test_texts_are_computed(text, result):
    assert value(text, "text") == result


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("orders.State not in ('cancelled', 'draft') and quantity >= 3", True),
        ("last is empty and first is not empty", True),
        ("last in ('x')", False),
        ("last not in ('x')", True),
        ("not (quantity < 3 or price <> 2.5)", True),
        ("day >= date('2025-01-01')", True),
        ("date('31/03/2025', '%d/%m/%Y') = day_of(day)", True),
        ("starts_with(first, 'A') and ends_with(first, 'a') and contains(first, 'd')", True),
        ("quantity = 0", False),
        ("true and not false", True),
    ],
)
def test_conditions_are_decided(text, result):
    assert value(text, "flag") is result


@pytest.mark.parametrize(
    ("text", "kind", "message"),
    [
        ("quantity *", "number", "ends too early; is a bracket, an operand or `end` missing?"),
        ("quantity price", "number", "'price' at character 10 does not fit"),
        (
            "quantty * 2",
            "number",
            "'quantty' at character 1 is no column (did you mean 'quantity'?); there are quantity",
        ),
        ("2 * summ(price)", "number", "'summ(price)' at character 5 is no function; there are coalesce, concat"),
        ("left(first)", "text", "'left(first)' at character 1 has 1 arguments; left() takes 2 to 2"),
        ("price + 'x'", "number", "''x'' at character 9 gives a text, but a number is needed"),
        ("quantity > 2", "number", "'quantity > 2' at character 1 gives true or false, but a number is needed"),
        ("price; DROP TABLE x", "number", "'; DROP TABLE x' at character 6 does not fit"),
        ("(SELECT 1)", "number", "'1)' at character 9 does not fit"),
        ("read_csv('/etc/passwd')", "text", "is no function"),
        ("(" * 80 + "2" + ")" * 80, "flag", "gives a number, but true or false is needed"),
        ("-" * 80 + "1", "number", "is nested more than 60 deep"),
        ("1+" * 3_000 + "1", "number", "has 6,001 characters, at most 4,000 are read"),
    ],
)
def test_mistake_is_named_with_its_place_and_what_may_be_there(text, kind, message):
    with pytest.raises(SourceError) as caught:
        parse(text, PLACE).compile(kind, read)
    assert str(caught.value).startswith(PLACE)
    assert message in str(caught.value)


def test_column_names_cannot_end_the_quotation_that_they_are_in():
    found = parse('["; DROP TABLE x; --] + 1', PLACE)
    assert found.columns == ('"; DROP TABLE x; --',)


def test_columns_of_an_expression_are_named_once():
    assert parse("orders.[Unit price] * q + q", PLACE).columns == ("orders.Unit price", "q")
