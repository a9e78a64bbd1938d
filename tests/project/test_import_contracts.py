"""Each import contract of pyproject.toml refuses what it forbids, and it alone does."""

import json
import os
import shutil
import subprocess
import sys
import tomllib

import pytest

from tests.support.processes import ROOT

RECSYS, SQLALCHEMY, RECSYS_LAYERS, READS, SERVING, DASHBOARD_LAYERS, DATABASE, PAGES, PAGE, PAGE_DATA, PAGE_VIEW = (
    "recsys knows nothing of the dashboard, Dash or Flask",
    "of recsys only the reading of databases knows SQLAlchemy",
    "the chapters of recsys, from the top down",
    "the dashboard reads of recsys only artifacts, schema, reasons, errors and visible_text",
    "the serving process holds nothing that trains",
    "the chapters of the dashboard, from the top down",
    "only the activity database knows SQLAlchemy, Alembic and psycopg",
    "pages do not import each other",
    "a page is its data, its view and its callbacks",
    "a page's data has no Dash in it",
    "a page's view asks no repository",
)

# (module that a line is added to, the line, the contract that it breaks); a module that is not there is made
PLANTS = [
    ("recsys.build.pipeline", "import dashboard.settings", RECSYS),
    ("recsys.build.pipeline", "import dash", RECSYS),
    ("recsys.cli.planted", "from flask import Flask", RECSYS),
    ("recsys.sample.planted", "import plotly.graph_objects", RECSYS),
    ("recsys.ingest.sources.databases", "import sqlalchemy", SQLALCHEMY),
    ("recsys.ingest.planted", "from sqlalchemy.orm import Session", SQLALCHEMY),
    ("recsys.kernels.planted", "import recsys.dataset.dates", RECSYS_LAYERS),
    ("recsys.models.planted", "from recsys.build import pipeline", RECSYS_LAYERS),
    ("recsys.errors", "import recsys.options", RECSYS_LAYERS),
    ("recsys.planted", "", RECSYS_LAYERS),
    ("dashboard.data.planted", "from recsys.options import BuildOptions", READS),
    ("dashboard.cli", "import recsys.array_types", READS),
    ("dashboard.factory", "import numba", SERVING),
    ("dashboard.display.planted", "import scipy.sparse", SERVING),
    ("dashboard.web.planted", "import duckdb", SERVING),
    ("recsys.artifacts.reader", "import pandas", SERVING),
    ("dashboard.records.planted", "import dashboard.components.html", DASHBOARD_LAYERS),
    ("dashboard.settings", "import dashboard.state.folder", DASHBOARD_LAYERS),
    ("dashboard.planted", "", DASHBOARD_LAYERS),
    ("dashboard.access.planted", "import sqlalchemy", DATABASE),
    ("dashboard.activity.records", "from sqlalchemy.engine import Row", DATABASE),
    ("dashboard.state.planted", "import alembic.command", DATABASE),
    ("dashboard.web.planted", "import psycopg", DATABASE),
    ("dashboard.activity.planted", "import dashboard.access.viewer", DASHBOARD_LAYERS),
    ("dashboard.pages.unknown.callbacks", "import dashboard.pages.model.callbacks", PAGES),
    ("dashboard.pages.unknown.view", "import dashboard.pages.unknown.callbacks", PAGE),
    ("dashboard.pages.unknown.planted", "", PAGE),
    ("dashboard.pages.customers.data", "import dash", PAGE_DATA),
    ("dashboard.pages.results.data.planted", "import dash_ag_grid", PAGE_DATA),
    ("dashboard.pages.unknown.view", "import dashboard.services", PAGE_VIEW),
    ("dashboard.pages.unknown.view", "import recsys.artifacts.reader", PAGE_VIEW),
]

# Runs in a copy of the two packages: linting imports nothing, but finds a package by its name.
LINTED = """
import contextlib, io, json, re, sys
from pathlib import Path
from importlinter.cli import lint_imports

def broken():
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown):
        lint_imports(config_filename="pyproject.toml", cache_dir=".cache", no_logo=True)
    lines = shown.getvalue().splitlines()
    assert any(line.startswith("Contracts: ") for line in lines), shown.getvalue()
    names = [re.fullmatch(r"(.+) BROKEN(?: \\(.*\\))?", line) for line in lines]
    return [name[1] for name in names if name]

def file_of(module):
    path = Path(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")

def with_plant(module, line):
    path = file_of(module)
    before = path.read_bytes() if path.exists() else None
    path.write_bytes((before or b"") + f"\\n{line}\\n".encode())
    try:
        return broken()
    finally:
        path.unlink() if before is None else path.write_bytes(before)

sys.path.insert(0, "")
plants = json.load(sys.stdin)
found = [broken(), *(with_plant(*plant) for plant in plants)]
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> list[list[str]]:
    """Return the contracts that are broken: first by the code as it is, then with each import of PLANTS added."""
    copy = tmp_path_factory.mktemp("linted")
    for package in ("recsys", "dashboard"):
        shutil.copytree(ROOT / package, copy / package, ignore=lambda _, names: [n for n in names if _is_no_source(n)])
    shutil.copy(ROOT / "pyproject.toml", copy)
    done = subprocess.run(
        [sys.executable, "-c", LINTED],
        cwd=copy,
        env={**os.environ, "COLUMNS": "200"},  # so that no name is broken
        input=json.dumps([(module, line) for module, line, _ in PLANTS]),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: list[list[str]] = json.loads(done.stdout)
    return found


def _is_no_source(name: str) -> bool:
    return "." in name and not name.endswith(".py")


def test_every_contract_has_a_plant() -> None:
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    assert {contract["name"] for contract in linter["contracts"]} == {contract for _, _, contract in PLANTS}


def test_without_a_plant_no_contract_is_broken(broken: list[list[str]]) -> None:
    assert broken[0] == []


@pytest.mark.parametrize("at", range(len(PLANTS)), ids=[f"{module}: {line or 'new'}" for module, line, _ in PLANTS])
def test_a_forbidden_import_breaks_exactly_its_contract(broken: list[list[str]], at: int) -> None:
    assert broken[1 + at] == [PLANTS[at][2]]
