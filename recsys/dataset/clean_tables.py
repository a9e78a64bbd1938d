"""The clean tables on disk: a folder of Parquet files, written at once and checked when opened."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from recsys.dataset.validation import check_parquet, check_references
from recsys.errors import TableError
from recsys.schema.clean import CLEAN_TABLES

_KEYS = {"customers": "customer_id", "products": "product_id"}  # what other tables may refer to
REPORT = "cleaning_report.json"  # also marks a folder that an import may replace


@dataclass(frozen=True)
class CleanTables:
    """A folder of clean tables that keep their contract.

    rows         number of rows of each table that is there
    fingerprint  SHA-256 over the names and bytes of the files: equal data, equal fingerprint
    """

    folder: Path
    rows: dict[str, int]
    fingerprint: str

    def path(self, name: str) -> Path:
        """Return the path of a clean table's Parquet file."""
        return self.folder / f"{name}.parquet"


def open_tables(folder: Path) -> CleanTables:
    """Check the clean tables of a folder against their contracts and return them.

    Raises TableError naming the file, column and value; for a missing folder or table, how to make it;
    and for a data set without a single order line.
    """
    rows = check_tables(folder)
    return CleanTables(folder, rows, fingerprint(folder))


def check_tables(folder: Path) -> dict[str, int]:
    """Return how many rows each clean table of a folder has; optional ones that are not there are left out.

    Raises TableError like open_tables.
    """
    if not folder.is_dir():
        raise TableError(f"there is no folder {folder}; make it with `python -m recsys import` or `sample`")
    paths = _paths(folder)
    with ThreadPoolExecutor(1) as thread:  # references beside values; a wrong value is reported first
        references = [
            thread.submit(check_references, path, paths[parent], key)
            for name, path in paths.items()
            for parent, key in _KEYS.items()
            if name not in _KEYS and path.exists() and key in CLEAN_TABLES[name].column_names
        ]
        rows = {name: check_parquet(path, CLEAN_TABLES[name]) for name, path in paths.items()}
        for reference in references:
            reference.result()
    if not rows["order_lines"]:
        raise TableError(f"{paths['order_lines']} has no rows; there is nothing to learn from")
    return rows


def fingerprint(folder: Path) -> str:
    """Return the SHA-256 of the tables' names and bytes. Raises TableError for a missing one that is not optional."""
    digest = hashlib.sha256()
    for name, path in _paths(folder).items():
        if not path.exists():
            raise TableError(f"{path} is missing; make the clean tables with `python -m recsys import` or `sample`")
        with path.open("rb") as file:
            digest.update(name.encode())
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


def _paths(folder: Path) -> dict[str, Path]:
    """Return the path of each clean table, without the optional ones that the folder does not have."""
    paths = {name: folder / f"{name}.parquet" for name in CLEAN_TABLES}
    return {name: path for name, path in paths.items() if path.exists() or not CLEAN_TABLES[name].optional}
