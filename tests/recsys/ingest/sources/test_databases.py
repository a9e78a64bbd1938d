"""Queries of databases become raw files with typed values; nothing is written, and no password is told."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import make_url

from recsys.errors import SourceError
from recsys.ingest.clean import clean
from recsys.ingest.limits import Limits
from recsys.ingest.sources import OwnTables, map_sources
from recsys.ingest.sources.databases import open_query, read_only_uri, refuse_password, refuse_query, tables_of
from recsys.ingest.sources.queries import Blocks, query_as_parquet, said
from recsys.ingest.sources.raw_files import Format, RawFile
from recsys.ingest.sources.session import ImportSession

ORDERS = (
    "CREATE TABLE orders (nr, day, amount, note); "
    "INSERT INTO orders VALUES (1, '2025-03-31', 5.5, 'é'), (2, NULL, 6, NULL);"
)


@pytest.fixture
def shop(tmp_path: Path) -> Callable[..., Path]:
    """Write a SQLite file shop.sqlite of some statements."""

    def write(statements: str = ORDERS) -> Path:
        path = tmp_path / "shop.sqlite"
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript(statements)
        return path

    return write


def ask(session: ImportSession, query: str, folder: Path, database: str = "shop.sqlite") -> list[tuple[object, ...]]:
    raw = open_query(session, database, query, folder, "[orders]")
    return session.rows(f"FROM {raw.relation}")


def refusal(session: ImportSession, query: str, folder: Path, database: str = "shop.sqlite") -> str:
    with pytest.raises(SourceError) as caught:
        ask(session, query, folder, database)
    return str(caught.value)


@pytest.mark.parametrize("database", ["shop.sqlite", "sqlite:///shop.sqlite", "env:ERP_URL"])
def test_rows_of_a_query_keep_their_types(
    session: ImportSession, shop: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, database: str
) -> None:
    path = shop()
    monkeypatch.setenv("ERP_URL", f"sqlite:///{path}")
    raw = open_query(session, database, "SELECT * FROM orders ORDER BY nr;", path.parent, "[orders]")
    assert (raw.label, raw.first_row) == ("[orders]", 1)
    assert raw.types == {"nr": "BIGINT", "day": "VARCHAR", "amount": "DOUBLE", "note": "VARCHAR"}
    assert session.rows(f"FROM {raw.relation}") == [(1, "2025-03-31", 5.5, "é"), (2, None, 6.0, None)]


def test_signs_of_parameters_are_only_signs(session: ImportSession, shop: Callable[..., Path]) -> None:
    query = "SELECT nr, '10:30' AS at, ':x ?' AS sign FROM orders WHERE day LIKE '20%' -- ; two"
    assert ask(session, query, shop().parent) == [(1, "10:30", ":x ?")]


def test_a_column_that_several_have_is_known_as_such(session: ImportSession, shop: Callable[..., Path]) -> None:
    query = "SELECT a.nr, b.nr, a.NR FROM orders a JOIN orders b USING (day)"
    raw = open_query(session, "shop.sqlite", query, shop().parent, "[orders]")
    assert list(raw.types) == ["nr", "nr (2)", "nr (3)"]
    assert raw.repeated == {"nr"}


def test_columns_of_bytes_are_left_out_and_told(session: ImportSession, shop: Callable[..., Path]) -> None:
    assert ask(session, "SELECT nr, x'00ff' AS photo FROM orders LIMIT 1", shop().parent) == [(1,)]
    assert session.notes == ["[orders]: photo left out, the values are bytes"]
    assert "all columns that the query returns are bytes; name others" in refusal(
        session, "SELECT x'00' AS photo", shop("SELECT 1").parent
    )


def test_types_that_differ_from_row_to_row_become_the_one_that_holds_all(
    session: ImportSession, shop: Callable[..., Path]
) -> None:
    path = shop("CREATE TABLE t (a, b); INSERT INTO t VALUES (NULL, 1), ('x', 2.5), (3.0, NULL)")
    assert ask(session, "SELECT * FROM t", path.parent) == [(None, 1.0), ("x", 2.5), ("3", None)]


def blocks(tmp_path: Path, *parts: list[object]) -> pa.Table:
    """Write a column of values, a block each list."""
    written = Blocks(tmp_path, ["a"])
    for values in parts:
        written.add([(value,) for value in values])
    assert written.finish(tmp_path / "rows.parquet", "[orders]") == []
    assert [path.name for path in tmp_path.iterdir()] == ["rows.parquet"]
    return pq.read_table(tmp_path / "rows.parquet")


BERLIN = timezone(timedelta(hours=1))


@pytest.mark.parametrize(
    ("values", "kind", "read"),
    [
        ([Decimal("1.50"), Decimal("2")], pa.decimal128(38, 2), [Decimal("1.50"), Decimal("2.00")]),
        ([Decimal("1.5"), 2, None], pa.decimal128(38, 1), [Decimal("1.5"), Decimal("2.0"), None]),
        ([Decimal("NaN"), Decimal(1)], pa.float64(), None),
        ([Decimal(10) ** 38], pa.float64(), [1e38]),
        ([2**64], pa.decimal128(38, 0), [Decimal(2**64)]),
        ([date(2025, 3, 31)], pa.date32(), [date(2025, 3, 31)]),
        ([datetime(2025, 3, 31, 9)], pa.timestamp("us"), [datetime(2025, 3, 31, 9)]),  # noqa: DTZ001
        ([date(2025, 3, 31), "x"], pa.string(), ["2025-03-31", "x"]),
        ([True, None], pa.bool_(), [True, None]),
        ([UUID(int=7)], pa.string(), ["00000000-0000-0000-0000-000000000007"]),
        ([{"a": "ü"}, [1]], pa.string(), ['{"a": "ü"}', "[1]"]),
        ([None], pa.string(), [None]),
    ],
)
def test_values_of_drivers_keep_their_kind(
    tmp_path: Path, values: list[object], kind: pa.DataType, read: list[object] | None
) -> None:
    table = blocks(tmp_path, values)
    assert table.schema.field("a").type == kind
    assert read is None or table.column("a").to_pylist() == read


def test_times_with_a_zone_are_instants(tmp_path: Path) -> None:
    column = blocks(tmp_path, [datetime(2025, 3, 31, 0, 30, tzinfo=BERLIN)]).column("a")
    assert column.type == pa.timestamp("us", "UTC")
    assert column.cast(pa.timestamp("us")).to_pylist() == [datetime(2025, 3, 30, 23, 30)]  # noqa: DTZ001


def test_blocks_of_different_types_are_brought_together(tmp_path: Path) -> None:
    assert blocks(tmp_path, [None], [1], [2.5]).column("a").to_pylist() == [None, 1.0, 2.5]


def test_decimals_of_later_blocks_may_have_more_places(tmp_path: Path) -> None:
    column = blocks(tmp_path, [Decimal("1.5")], [7], [Decimal("2.125")]).column("a")
    assert column.to_pylist() == [Decimal("1.500"), Decimal("7.000"), Decimal("2.125")]


@pytest.mark.parametrize("journal", ["delete", "wal"])
def test_reading_leaves_nothing_beside_the_file(
    session: ImportSession, shop: Callable[..., Path], journal: str
) -> None:
    path = shop(f"PRAGMA journal_mode = {journal}; {ORDERS}")
    before = path.read_bytes()
    assert ask(session, "SELECT count(*) FROM orders", path.parent) == [(2,)]
    assert tables_of(path) == ["orders"]
    assert path.read_bytes() == before
    assert list(path.parent.glob("shop*")) == [path]


def test_a_file_that_is_missing_is_not_created(session: ImportSession, shop: Callable[..., Path]) -> None:
    folder = shop().parent
    message = refusal(session, "SELECT 1", folder, "shopp.sqlite")
    assert "there is no database" in message
    assert "shopp.sqlite (did you mean 'shop.sqlite'?); check the name" in message
    assert not (folder / "shopp.sqlite").exists()


def test_what_is_no_database_is_refused(session: ImportSession, tmp_path: Path) -> None:
    (tmp_path / "shop.sqlite").write_text("customer_id\nc1\n")
    assert "is no SQLite database, it begins with b'customer'" in refusal(session, "SELECT 1", tmp_path)
    (tmp_path / "shop.sqlite").write_bytes(b"SQLite format 3\0" + b"\xff" * 4_000)
    assert "the database is damaged (file is not a database); export it again" in refusal(
        session, "SELECT * FROM t", tmp_path
    )
    with pytest.raises(SourceError, match="cannot be read"):
        tables_of(tmp_path / "shop.sqlite")


def test_tables_and_views_are_listed_in_their_order(shop: Callable[..., Path]) -> None:
    path = shop("CREATE TABLE b (x INTEGER PRIMARY KEY AUTOINCREMENT); CREATE VIEW a AS SELECT * FROM b;")
    assert tables_of(path) == ["a", "b"]


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("SELECT 1; DELETE FROM orders", "has 2 statements; write one SELECT"),
        ("DELETE FROM orders", "begins with 'DELETE'; only reading is done, begin with SELECT or WITH"),
        ("PRAGMA journal_mode = wal", "begins with 'PRAGMA'"),
        ("WITH x AS (DELETE FROM orders RETURNING *) SELECT * FROM x", "has 'DELETE', which writes"),
        ("SELECT * INTO copy FROM orders", "has 'INTO', which writes"),
        (" -- nothing\n/* at all */ ; ", "query is blank; write what to read"),
    ],
)
def test_only_one_statement_that_reads_is_asked(query: str, says: str) -> None:
    with pytest.raises(SourceError) as caught:
        refuse_query("[orders]", query)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    "query",
    [
        "select 1;",
        "(SELECT 1) UNION (SELECT 2)",
        "WITH a AS (SELECT 1) SELECT * FROM a -- then; delete",
        "SELECT 'delete; into', \"update\", [drop], `create` FROM deleted_orders",
        "VALUES (1)",
    ],
)
def test_words_in_texts_names_and_comments_are_no_statements(query: str) -> None:
    refuse_query("[orders]", query)


def test_a_table_that_is_not_there_is_told_with_those_that_are(
    session: ImportSession, shop: Callable[..., Path]
) -> None:
    assert refusal(session, "SELECT *\n FROM ordrs", shop().parent) == (
        "[orders]: the database does not answer the query (no such table: ordrs); mend the query; the tables are "
        "orders; it is SELECT * FROM ordrs"
    )


def test_a_result_without_rows_is_refused(session: ImportSession, shop: Callable[..., Path]) -> None:
    message = refusal(session, "SELECT * FROM orders WHERE nr > 9", shop().parent)
    assert "[orders]: the query returns no row; change it, or remove the section" in message


def test_a_query_ends_when_its_time_is_over(session: ImportSession, shop: Callable[..., Path]) -> None:
    session.limits = Limits(seconds=2)
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    message = refusal(session, endless, shop().parent)
    assert "[orders]: the database shop.sqlite has not answered in full after 2 seconds; ask for less" in message
    assert "--max-seconds" in message


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://erp:geheim@localhost/x",
        "postgresql+psycopg://erp:ge/he@im@localhost/x",
        "postgresql://localhost/x?user=erp&password=geheim",
        "mssql+pyodbc:///?odbc_connect=DRIVER%3Dx;PWD%3Dgeheim",
    ],
)
def test_a_map_file_may_hold_no_password(url: str) -> None:
    with pytest.raises(SourceError) as caught:
        refuse_password("[orders]", url)
    assert "geheim" not in str(caught.value)
    assert 'database = "env:ERP_URL"' in str(caught.value)


@pytest.mark.parametrize("database", ["postgresql://erp@localhost/x", "shop.sqlite", "env:ERP_URL", "sqlite:///a.db"])
def test_a_database_without_a_password_may_be_in_a_map_file(database: str) -> None:
    refuse_password("[orders]", database)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("foo://erp:geheim@localhost/x", "databases of the kind 'foo' are not known"),
        (
            "oracle+cx_oracle://erp:geheim@localhost/x",
            "needs the package cx_Oracle, which is not installed; install it: pip",
        ),
        ("postgresql+psycopg://erp:geheim@localhost:port/x", "is no URL that can be read; it must be like"),
        ("geheim ://x", "is no URL that can be read"),
        ("sqlite:///:memory:", "names no file; write it behind three slashes"),
        ("", "the environment variable 'ERP_URL', which holds the database, is not set; set it: export ERP_URL="),
    ],
)
def test_a_database_that_cannot_be_asked_is_told_without_its_password(
    session: ImportSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, says: str
) -> None:
    monkeypatch.setenv("ERP_URL", url)
    message = refusal(session, "SELECT 1", tmp_path, "env:ERP_URL")
    assert says in message
    assert "geheim" not in message


def test_a_database_that_is_not_reached_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        query_as_parquet(f"file:{tmp_path}/nowhere/shop.db?mode=ro", "SELECT 1", tmp_path, "[orders]")
    assert str(caught.value) == (
        "[orders]: the database cannot be opened (unable to open database file); look whether host, port, name, user "
        "and password are right and the server is reached"
    )


def test_what_a_driver_says_is_told_without_the_secrets_of_the_url() -> None:
    url = make_url("postgresql://erp:ge%40heim@localhost/x?sslpassword=secret1")
    assert said(ValueError("\nno login with ge@heim or secret1\nTraceback"), url) == "no login with *** or ***"


def test_nothing_can_be_written_even_where_the_words_are_not_seen(shop: Callable[..., Path], tmp_path: Path) -> None:
    path = shop()
    with pytest.raises(SourceError, match="attempt to write a readonly database"):
        query_as_parquet(read_only_uri(path), "DELETE FROM orders", tmp_path, "[orders]")
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM orders").fetchone() == (2,)


@pytest.mark.parametrize(
    ("zone", "day", "noted"),
    [("", date(2025, 3, 30), True), ('day_zone = "Europe/Berlin"', date(2025, 3, 31), False)],
)
def test_times_with_a_zone_are_on_the_day_of_utc_or_of_the_declared_zone(
    session: ImportSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, zone: str, day: date, noted: bool
) -> None:
    line = "'1' AS order_id, 'c1' AS customer_id, 'p1' AS product_id, 2 AS quantity, 5 AS revenue"
    relation = f"(SELECT {line}, TIMESTAMPTZ '2025-03-30 22:30:00+00' AS ordered_on)"
    types = {name: kind for name, kind, *_ in session.rows(f"DESCRIBE FROM {relation}")}
    raw = RawFile("[order_lines]", relation, types, 1, Format())
    monkeypatch.setattr(map_sources, "open_query", lambda *_: raw)  # SQLite has no such times
    (tmp_path / "customers.csv").write_text("customer_id\nc1\n")
    (tmp_path / "products.csv").write_text("product_id\np1\n")
    (tmp_path / "map.toml").write_text(f'[order_lines]\ndatabase = "env:X"\nquery = "SELECT 1"\n{zone}\n')
    report = clean(OwnTables(tmp_path, tmp_path / "map.toml"), tmp_path / "clean", today=date(2025, 12, 31))
    assert report.first_order_on == day
    assert any("are on the day that it was in UTC; for the day elsewhere" in note for note in report.notes) == noted
