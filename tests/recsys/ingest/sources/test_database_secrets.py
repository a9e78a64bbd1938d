"""No message of an import shows a password, wherever somebody wrote it and however wrong the URL is."""

from datetime import date
from pathlib import Path

import pytest

from recsys.errors import SourceError
from recsys.ingest.clean import clean
from recsys.ingest.sources import OwnTables

SECRET = "gehe!m77"  # noqa: S105 - of nothing
QUERY = 'query = "SELECT 1"\n'


def refusal(folder: Path, table_map: str) -> str:
    (folder / "map.toml").write_text(table_map, encoding="utf-8")
    (folder / "products.csv").write_text("product_id\np1\n", encoding="utf-8")
    (folder / "order_lines.csv").write_text("order_id\n1\n", encoding="utf-8")
    with pytest.raises(SourceError) as caught:
        clean(OwnTables(folder, folder / "map.toml"), folder / "clean", today=date(2025, 12, 31))
    assert SECRET not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    "database",
    [
        f"postgresql+psycopg://u:{SECRET}@host/shop",
        f"postgresql:/u:{SECRET}@host/shop",
        f"u:{SECRET}@host",
        f"postgresql://host/shop?user=u&password={SECRET}",
        f"mssql+pyodbc:///?odbc_connect=PWD%3D{SECRET}",
    ],
)
def test_a_password_in_a_map_is_refused_whatever_else_is_wrong(tmp_path: Path, database: str) -> None:
    said = refusal(tmp_path, f'[customers]\ndatabase = "{database}"\n{QUERY}')
    assert "[customers] database is a URL with a password" in said
    assert said.endswith('database = "env:ERP_URL"')


@pytest.mark.parametrize(
    "database", ["postgresql+psycopg://user@host:5432/shop", "shop.sqlite", "sqlite:///C:/shop.db"]
)
def test_a_database_without_a_password_is_none(tmp_path: Path, database: str) -> None:
    assert "password, and a map" not in refusal(tmp_path, f'[customers]\ndatabase = "{database}"\n{QUERY}')


@pytest.mark.parametrize(
    ("table_map", "shown"),
    [
        (f'[customers]\ndatabase = ["postgresql://u:{SECRET}@host/x"]\n{QUERY}', "database is ['postgresql://u:***@host/x']"),
        (f'[sources]\nshop = "postgresql://u:{SECRET}@host/x"\n', "sources.shop is 'postgresql://u:***@host/x'"),
        (f'[customers]\nfile = "postgresql://u:{SECRET}@host/x"\n', "file is 'postgresql://u:***@host/x', the URL of"),
    ],
)  # fmt: skip
def test_a_url_in_the_wrong_place_is_shown_without_its_password(tmp_path: Path, table_map: str, shown: str) -> None:
    assert shown in refusal(tmp_path, table_map)


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql:/u:{SECRET}@host/x",
        f"postgresql://u:{SECRET}@host:port/x",
        f"postgresql+psycopg://u:p@{SECRET}@host/x",
    ],
)
def test_a_url_of_the_environment_that_cannot_be_read_is_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("ERP_URL", url)
    said = refusal(tmp_path, f'[customers]\ndatabase = "env:ERP_URL"\n{QUERY}')
    assert said.startswith("[customers]: the database is no URL that can be read")


@pytest.mark.parametrize("text", [r"E'a\'' ; COMMIT; DROP TABLE x; SELECT ''", r"'a\''"])
def test_a_quotation_mark_that_databases_read_differently_is_refused(tmp_path: Path, text: str) -> None:
    said = refusal(tmp_path, f"[customers]\ndatabase = 'shop.db'\nquery = '''SELECT {text} AS x'''\n")
    assert said.endswith("[customers] query has a backslash before a quotation mark; write the mark twice instead")
