"""Every command in terminals of 80 and 40 columns and into a pipe; data that would command the terminal."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.cells import cell_len

from recsys.cli import main
from recsys.cli.console import BarProgress
from tests.support.artifacts import publish_small, small_rows

Run = Callable[..., tuple[int, str, str]]
NAUGHTY = "A\x1b[31mred\x1b]0;title\x07:100: [bold]x[/bold]\u202e\nB"
WRITTEN = r"A\x1b[31mred\x1b]0;title\x07:100: [bold]x[/bold]\u202e\nB"
NUMBER = re.compile(r"\d[\d.,:%]*")
HEAD = "order_id,customer_id,product_id,ordered_on,quantity,revenue"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a function that calls the command line, COLUMNS wide or into a pipe, and returns code, stdout, stderr."""

    def called(columns: int | None, *arguments: object) -> tuple[int, str, str]:
        monkeypatch.delenv("COLUMNS", raising=False)
        if columns:
            monkeypatch.setenv("COLUMNS", str(columns))
        monkeypatch.setattr(sys, "argv", ["recsys", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            main()
        captured = capsys.readouterr()
        return int(end.value.code or 0), captured.out, captured.err

    return called


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with own files, with clean tables of them and with a small version."""
    root = tmp_path_factory.mktemp("shop")
    own = root / "own"
    own.mkdir()
    (own / "customers.csv").write_text("customer_id,name\n" + "".join(f"c{n},Café {n}\n" for n in range(9)))
    (own / "products.csv").write_text("product_id,name\n" + "".join(f"p{n},Tea {n}\n" for n in range(6)))
    lines = [
        f"{c}-{d},c{c},p{(c + d) % 6},2026-0{d % 3 + 1}-{d + 1:02},2,{c + 1000}.5" for c in range(9) for d in range(27)
    ]
    (own / "order_lines.csv").write_text("\n".join([HEAD, *lines, "x,c1,nothing,2026-01-01,1,1", ""]))
    publish_small(root / "artifacts")
    asked = ["import", "tables", own, "--out", root / "clean"]
    subprocess.run([sys.executable, "-m", "recsys", *map(str, asked)], check=True, capture_output=True)
    return root


COMMANDS = {
    "import": ("import", "tables", "own", "--out", "again", "--today", "2026-06-30"),
    "evaluate": ("evaluate", "--data", "clean", "--models", "popular,own_frequent,tifu_knn", "--days", "10"),
    "show customer": ("show", "customer", "CAFE1", "--artifacts", "artifacts"),
    "show product": ("show", "product", "P1", "--artifacts", "artifacts"),
    "rollback": ("rollback", "{version}", "--artifacts", "artifacts"),
    "versions": ("versions", "--artifacts", "artifacts"),
    "check": ("check", "--artifacts", "artifacts"),
    "sample": ("sample", "--out", "sample", "--customers", "150", "--products", "150", "--until", "2026-06-30"),
    "build": ("build", "--data", "clean", "--artifacts", "built"),
    "help": ("import", "tables", "--help"),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_fits_into_narrow_terminals(
    folders: Path, run: Run, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(folders)
    current = (folders / "artifacts" / "CURRENT").read_text().strip()
    command = [part.format(version=current) for part in COMMANDS[name]]
    code, piped, _ = run(None, *command)
    assert code == 0
    for columns in (80, 40):
        code, printed, _ = run(columns, *command)
        assert code == 0
        assert "…" not in printed
        if name != "help":  # which is 50 columns wide at least
            assert [line for line in printed.splitlines() if cell_len(line) > columns and " " in line.strip()] == []
        if name not in ("build", "evaluate"):  # whose seconds differ from run to run
            assert set(NUMBER.findall(piped)) <= set(NUMBER.findall(printed))


def test_evaluates_figures_are_whole_at_80_columns(folders: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folders)
    _, printed, _ = run(80, *COMMANDS["evaluate"])
    for model in ("popular", "own_frequent", "tifu_knn"):
        figure = r"\d\.\d{3}"
        assert re.search(rf"^{model} +{figure} ± {figure} +{figure} ± {figure}( +{figure})+$", printed, re.MULTILINE)


def test_a_row_is_one_line_in_a_pipe(folders: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folders)
    _, printed, _ = run(None, *COMMANDS["evaluate"])
    heads = next(line for line in printed.splitlines() if "recall@10" in line).split()
    assert heads[-6:] == ["fit", "s", "score", "s", "peak", "MB"]


def test_names_obey_nothing_and_command_nothing(tmp_path: Path, run: Run) -> None:
    rows = small_rows()
    named = {
        table: [row | {"name": NAUGHTY, "segment": NAUGHTY} if key in row else row for row in rows[table]]
        for table, key in (("customers", "segment"), ("products", "none"))
    }
    named["products"] = [row | {"name": NAUGHTY, "category": NAUGHTY} for row in rows["products"]]
    publish_small(tmp_path / "artifacts", changed=named)
    for what, key in (("customer", "CAFE1"), ("product", "P1")):
        code, printed, _ = run(None, "show", what, key, "--artifacts", tmp_path / "artifacts")
        assert code == 0
        assert printed.startswith(f"{WRITTEN} {key}\n")
        assert not set("\x1b\x07\u202e💯") & set(printed)


def test_errors_and_usage_write_control_characters_out(tmp_path: Path, run: Run) -> None:
    publish_small(tmp_path / "artifacts")
    for code, arguments in (
        (1, ("show", "customer", NAUGHTY, "--artifacts", tmp_path / "artifacts")),
        (1, ("rollback", NAUGHTY, "--artifacts", tmp_path / "artifacts")),
        (1, ("import", "tables", tmp_path / NAUGHTY, "--out", tmp_path / "clean")),
        (2, ("evaluate", f"--{NAUGHTY}")),
        (2, ("evaluate", "--data", tmp_path, "--protocol", NAUGHTY)),
    ):
        ended, printed, errors = run(80, *arguments)
        assert ended == code
        assert r"\x1b[31mred" in errors
        assert not set("\x1b\x07\u202e💯") & set(printed + errors)


def test_values_of_an_import_are_reported_as_they_are_written(tmp_path: Path, run: Run) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "customers.csv").write_text("customer_id\nc1\n")
    (own / "products.csv").write_text("product_id\np1\n")
    good = ["1,c1,p1,2026-01-01,1,1"] * 30
    (own / "order_lines.csv").write_text("\n".join([HEAD, *good, "1,c1,:x:\x1b[2J[b],2026-01-01,1,1", ""]))
    code, printed, _ = run(80, "import", "tables", own, "--out", tmp_path / "clean")
    assert code == 0
    assert r"(':x:\x1b[2J[b]')" in " ".join(printed.split())
    assert "\x1b" not in printed


def test_progress_names_a_file_as_it_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    with BarProgress().step("Reading [red]:x:\x1b]0;t\x07.csv"):
        pass
    assert r"Reading [red]:x:\x1b]0;t\x07.csv" in " ".join(capsys.readouterr().err.split())


@pytest.mark.skipif(os.name != "posix", reason="names of files are bytes")
def test_an_output_that_knows_ascii_alone_gets_the_rest_written_out(tmp_path: Path) -> None:
    customers = [row | {"name": "Café"} for row in small_rows()["customers"]]
    publish_small(tmp_path / "artifacts", changed={"customers": customers})
    command = [sys.executable, "-m", "recsys", "show", "customer", "CAFE1", "--artifacts", str(tmp_path / "artifacts")]
    done = subprocess.run(command, capture_output=True, env={**os.environ, "PYTHONIOENCODING": "ascii"}, check=True)
    assert done.stdout.startswith(rb"Caf\xe9 CAFE1")
