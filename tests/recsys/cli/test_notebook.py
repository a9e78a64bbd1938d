"""The names that a notebook asks `recsys` for. Day 0 is 1 January 2026."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import recsys
from recsys.errors import ArtifactError, RecsysError

CleanFolder = Callable[..., Path]

LINES = [
    *((f"c{n}", number, "abcd", 2, 3.5) for n in range(4) for number in (0, 7, 14)),
    *(("c4", number, "abc", 2, 3.5) for number in (3, 9)),
]


@pytest.fixture
def artifacts(clean_folder: CleanFolder) -> Path:
    folder = clean_folder(LINES, products={"d": {"name": "Salt", "unit_price": 4.25}})
    recsys.build_version(folder, folder.parent / "artifacts", recsys.BuildOptions(), recsys.Silent())
    return folder.parent / "artifacts"


def imported_after(code: str) -> set[str]:
    """Return the names of all modules that a fresh Python has after running `code`."""
    command = [sys.executable, "-c", f"{code}\nimport sys\nprint(*sys.modules)"]
    return set(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())


def test_import_of_recsys_imports_nothing_of_it() -> None:
    imported = imported_after("import recsys")
    assert not imported & {"numpy", "numba", "pandas", "pyarrow", "scipy", "duckdb", "pydantic", "typer"}
    assert [name for name in imported if name.startswith("recsys.")] == []


def test_every_name_is_there_and_is_listed() -> None:
    assert dir(recsys) == sorted(recsys.__all__)
    for name in recsys.__all__:
        assert getattr(recsys, name) is not None


def test_an_unknown_name_is_refused_with_those_there_are() -> None:
    with pytest.raises(AttributeError, match="recsys has no 'open_table'; it has BuildOptions, .* open_tables"):
        recsys.open_table  # type: ignore[attr-defined]  # noqa: B018


def test_tables_are_opened_with_their_rows(clean_folder: CleanFolder) -> None:
    assert recsys.open_tables(clean_folder(LINES)).rows["order_lines"] == 54  # 4 x 3 x 4 and 2 x 3


def test_the_list_of_new_products_has_the_one_that_alike_customers_buy(artifacts: Path) -> None:
    version = recsys.open_version(artifacts)
    first, *_ = recsys.customer_list(version, "c4")
    assert (first.rank, first.product_id, first.product, first.price) == (1, "d", "Salt", 4.25)
    assert first.reason == "4 of 5 customers have bought it."  # the 4 most similar ones are those 4


def test_usual_products_are_those_bought_before(artifacts: Path) -> None:
    version = recsys.open_version(artifacts)
    assert {row.product_id for row in recsys.customer_list(version, "c4", "usual")} == {"a", "b", "c"}
    assert recsys.customer_list(version, "c4", "seasonal") == []


def test_an_older_version_is_opened_by_its_id(artifacts: Path) -> None:
    version = recsys.open_version(artifacts)
    recsys.build_version(artifacts.parent / "clean", artifacts, recsys.BuildOptions(list_length=1), recsys.Silent())
    assert recsys.open_version(artifacts).id != version.id
    older = recsys.open_version(artifacts, version.id)
    assert len(recsys.customer_list(older, "c4", "usual")) == 3
    assert len(recsys.customer_list(recsys.open_version(artifacts), "c4", "usual")) == 1


def test_what_is_not_there_is_named(artifacts: Path) -> None:
    version = recsys.open_version(artifacts)
    with pytest.raises(RecsysError, match=f"version {version.id} has no customer 'c9'"):
        recsys.customer_list(version, "c9")
    with pytest.raises(ValueError, match="there is no list 'best'; the lists are usual, new, seasonal"):
        recsys.customer_list(version, "c4", "best")
    with pytest.raises(ArtifactError, match="build"):
        recsys.open_version(artifacts / "none")
