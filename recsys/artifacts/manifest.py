"""The manifest of a version: when and from what data it was built, and size and checksum of each file."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pydantic

from recsys.artifacts.layout import MANIFEST
from recsys.errors import ArtifactError

FORMAT = 3


@dataclass(frozen=True)
class TableEntry:
    """One Parquet file: its rows, size in bytes, SHA-256 (hexadecimal), and its columns' Arrow types in order."""

    rows: int
    bytes: int
    sha256: str
    schema: dict[str, str]


@dataclass(frozen=True)
class BuildFacts:
    """The facts of a build.

    as_of        the day from which gaps and 12 months count
    fingerprint  SHA-256 of the clean tables
    source_rows  rows per clean table
    options      the options of the build; JSON values
    seconds      of each step
    evaluation   the metrics of the models, may be empty; JSON values
    """

    as_of: date
    first_order_on: date
    last_order_on: date
    fingerprint: str
    source_rows: dict[str, int]
    options: dict[str, Any]
    seed: int
    seconds: dict[str, float]
    evaluation: dict[str, Any]


@dataclass(frozen=True)
class Manifest:
    """manifest.json; `built_at` is in UTC, `tables` is by table name."""

    format: int
    version: str
    built_at: pydantic.AwareDatetime
    code_version: str
    facts: BuildFacts
    tables: dict[str, TableEntry]

    @property
    def bytes(self) -> int:
        """Size of all tables."""
        return sum(entry.bytes for entry in self.tables.values())

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(entry.rows for entry in self.tables.values())


_MANIFEST = pydantic.TypeAdapter(Manifest)


def manifest_text(manifest: Manifest) -> str:
    """Return the manifest as JSON; NaN is written as null."""
    return _MANIFEST.dump_json(manifest, indent=2).decode() + "\n"


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of a version's folder.

    Raises ArtifactError for one that is missing, no JSON, of another format, or lacks or mistypes a field.
    Unknown fields are ignored: they come from a later release with a compatible format.
    """
    path = folder / MANIFEST
    try:
        text = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise ArtifactError(f"{folder.name} has no {MANIFEST}; it is no whole version, build again") from error
    except OSError as error:
        raise ArtifactError(f"{path} cannot be read ({error.strerror}); let this user read it") from error
    _check_format(text, path)
    try:
        return _MANIFEST.validate_json(text, strict=True)
    except pydantic.ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ArtifactError(f"{_label(path)}: field '{where}': {first['msg']}; build again") from error


def utc(moment: datetime) -> str:
    """Return a moment as `2026-11-16 03:10:22 UTC`."""
    return moment.strftime("%Y-%m-%d %H:%M:%S UTC")


def _check_format(text: bytes, path: Path) -> None:
    try:
        found = json.loads(text)
    except ValueError as error:
        raise ArtifactError(f"{_label(path)} is no JSON ({error}); build again") from error
    made = found.get("format") if isinstance(found, dict) else None
    if type(made) is not int or made < 1:
        raise ArtifactError(f"{_label(path)}: field 'format' is {made!r}; it must be a whole number, build again")
    if made > FORMAT:
        raise ArtifactError(
            f"{path.parent.name} was made by a newer Repertoire (format {made}, this one reads {FORMAT}): "
            f"upgrade or build again"
        )


def _label(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"
