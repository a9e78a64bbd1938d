"""`python -m recsys import propose`: what it prints and writes, and what it refuses."""

import sqlite3
import tomllib
import zipfile

import pytest
from typer.testing import CliRunner

from recsys.cli import app
from recsys.errors import SourceError

LINES = "order_id,customer_id,product_id,order_date,quantity,net_amount\n" + "".join(
    f"o{n},k{n % 7},p{n % 5},2025-03-{n % 28 + 1:02},2,10.5\n" for n in range(40)
)


@pytest.fixture
def propose(monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    return lambda *arguments: CliRunner().invoke(app, ["import", "propose", *map(str, arguments)])


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "lines.csv").write_text(LINES)
    return tmp_path / "mine"


def test_without_out_the_map_is_printed(propose, folder):
    result = propose(folder)
    assert result.exit_code == 0
    assert tomllib.loads(result.stdout)["order_lines"]["columns"]["revenue"] == "net_amount"


def test_with_out_each_field_is_told_with_how_sure_it_is_and_the_next_command(propose, folder, tmp_path):
    result = propose(folder, "--out", tmp_path / "map.toml")
    assert result.exit_code == 0
    assert tomllib.loads((tmp_path / "map.toml").read_text())["order_lines"]["from"] == "lines"
    [revenue] = [line.split() for line in result.stdout.splitlines() if line.startswith("order_lines.revenue")]
    assert revenue[1] == "net_amount"
    assert revenue[2].endswith("%")
    assert f"python -m recsys import tables {folder} --map {tmp_path / 'map.toml'} --dry-run" in result.stdout


def test_the_command_that_is_told_runs(propose, folder, tmp_path):
    propose(folder, "--out", tmp_path / "map.toml")
    result = CliRunner().invoke(
        app,
        ["import", "tables", str(folder), "--map", str(tmp_path / "map.toml"), "--dry-run", "--today", "2025-06-30"],
    )
    assert result.exit_code == 0
    assert "40 orders" in result.stdout


def test_a_map_that_is_there_is_not_written_over(propose, folder, tmp_path):
    (tmp_path / "map.toml").write_text("# my answers")
    result = propose(folder, "--out", tmp_path / "map.toml")
    assert result.exit_code == 2
    assert "exists, perhaps with your answers" in result.output
    assert (tmp_path / "map.toml").read_text() == "# my answers"


def test_an_archive_is_read_and_named_in_the_next_command(propose, folder, tmp_path):
    with zipfile.ZipFile(tmp_path / "mine.zip", "w") as archive:
        archive.write(folder / "lines.csv", "export/lines.csv")
    result = propose(tmp_path / "mine.zip", "--out", tmp_path / "map.toml")
    assert result.exit_code == 0
    assert f"import tables {tmp_path / 'mine.zip'} " in result.stdout
    assert tomllib.loads((tmp_path / "map.toml").read_text())["order_lines"]["from"] == "lines"


def test_the_tables_of_a_sqlite_file_become_queries(propose, tmp_path):
    with sqlite3.connect(tmp_path / "shop.sqlite") as database:
        database.execute(
            'CREATE TABLE "Order Lines" (order_id, customer_id, product_id, order_date, quantity, net_amount)'
        )
        rows = [line.split(",") for line in LINES.splitlines()[1:]]
        database.executemany('INSERT INTO "Order Lines" VALUES (?, ?, ?, ?, ?, ?)', rows)
    database.close()
    result = propose(tmp_path / "shop.sqlite")
    source = tomllib.loads(result.stdout)["sources"]["order_lines"]
    assert source == {"database": "shop.sqlite", "query": 'SELECT * FROM "Order Lines"'}


def test_a_database_is_asked_by_url_with_a_query_a_table(propose, tmp_path):
    with sqlite3.connect(tmp_path / "shop.sqlite") as database:
        database.execute("CREATE TABLE t (order_id, customer_id, product_id, order_date, quantity, net_amount)")
        database.executemany(
            "INSERT INTO t VALUES (?, ?, ?, ?, ?, ?)", [line.split(",") for line in LINES.splitlines()[1:]]
        )
    database.close()
    result = propose(f"sqlite:///{tmp_path / 'shop.sqlite'}", "--query", "lines=SELECT * FROM t")
    assert result.exit_code == 0
    assert tomllib.loads(result.stdout)["sources"]["lines"]["query"] == "SELECT * FROM t"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere"], "there is no file or folder nowhere; check the name"),
        (["sqlite:///shop.db"], "a database needs one query a table: --query 'orders=SELECT"),
        (["{folder}", "--query", "lines=SELECT 1"], "--query needs a database beside the files"),
        (["sqlite:///shop.db", "--query", "SELECT 1"], "--query is 'SELECT 1'; it must be NAME=SELECT"),
        (["a.zip", "{folder}"], "a.zip is an archive, which is read alone"),
        (["sqlite:///a.db", "sqlite:///b.db"], "2 databases are named; name one"),
    ],
)
def test_what_is_named_wrongly_is_said(propose, folder, arguments, message):
    result = propose(*(argument.format(folder=folder) for argument in arguments))
    assert isinstance(result.exception, SourceError)
    assert message in str(result.exception)


def test_files_without_lines_of_orders_are_refused(propose, tmp_path):
    (tmp_path / "notes.csv").write_text("a,b\nx,y\n")
    result = propose(tmp_path / "notes.csv")
    assert "no file looks like order lines" in str(result.exception)


def test_escape_sequences_of_a_file_do_not_reach_the_terminal(propose, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "lines.csv").write_text(LINES.replace("p1", "p\x1b[31m"))
    assert "\x1b" not in propose(tmp_path / "mine").output
