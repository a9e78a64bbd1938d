from datetime import datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from recsys.cli import app, main
from recsys.dataset.clean_tables import open_tables

RUN = CliRunner()
SMALL = ("--customers", "20", "--products", "120")


def test_the_command_writes_tables_and_says_how_many_rows(tmp_path: Path) -> None:
    result = RUN.invoke(app, ["sample", "--out", str(tmp_path / "out"), "--until", "2025-06-30", "--seed", "3", *SMALL])
    assert result.exit_code == 0
    rows = open_tables(tmp_path / "out").rows
    assert f"{rows['order_lines']:,}" in result.stdout
    assert "invented" in result.stdout


def test_without_a_date_orders_go_up_to_today(tmp_path: Path) -> None:
    before = datetime.now().astimezone().date()
    result = RUN.invoke(app, ["sample", "--out", str(tmp_path / "out"), *SMALL])
    after = datetime.now().astimezone().date()
    assert any(f"up to {day}" in result.stdout for day in (before, after))


@pytest.mark.parametrize("wrong", [["--until", "30.06.2025"], ["--until", "2025-06-31"], ["--customers", "many"], []])
def test_wrong_usage_exits_with_2(tmp_path: Path, wrong: list[str]) -> None:
    out = ["--out", str(tmp_path / "out")] if wrong else []
    result = RUN.invoke(app, ["sample", *out, *wrong])
    assert result.exit_code == 2
    assert not (tmp_path / "out").exists()


def test_too_few_customers_are_one_line_and_exit_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["recsys", "sample", "--out", str(tmp_path / "out"), "--customers", "3"])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 1
    assert capsys.readouterr().err.strip() == "Error: customers is 3; it must be 20 to 90,000"
    assert not (tmp_path / "out").exists()
