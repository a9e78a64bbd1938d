"""One published version, open for reading."""

import logging
import os
import weakref
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from recsys.artifacts.locks import hold_version
from recsys.artifacts.lookup.decode import Damaged
from recsys.artifacts.lookup.index import LookupForm, open_form
from recsys.artifacts.manifest import Manifest, read_manifest
from recsys.errors import ArtifactError
from recsys.runtime.memory import release_freed_memory
from recsys.schema.published import ARTIFACT_TABLES

if TYPE_CHECKING:
    import pyarrow as pa

    from recsys.artifacts.parquet_tables import ParquetTables

logger = logging.getLogger(__name__)


class VersionGone(ArtifactError):
    """The version asked for is not kept any more; ask for the current one."""


class Version:
    """One open version, which is not removed while this object lives. Any number of threads may read it.

    With a look-up form, rows are read from the form, and the Parquet files only for entire tables. Without one, the
    Parquet files are checked byte for byte and all rows are read from them.
    """

    def __init__(self, root: Path, version: str, forms: Sequence[Path] = ()) -> None:
        """Open a version and check its integrity. Only a version without a form imports pyarrow.

        forms   folders of look-up forms; a form that fits was made of intact files that have not changed since

        Raises VersionGone if there is no such version, ArtifactError with the reason if a file is not intact.
        """
        self.id = version
        self._folder = root / version
        self._forms = forms
        handle = hold_version(self._folder)
        if handle is None:
            raise VersionGone(f"version {version} is not in {root} any more; load the page again")
        weakref.finalize(self, os.close, handle).atexit = False
        self._damaged: object = None
        self._form = open_form(forms, self._folder)
        if self._form is None:
            self._parquet = self._checked()

    @property
    def has_form(self) -> bool:
        """Whether rows are read from a look-up form."""
        return self._form is not None

    @property
    def manifest(self) -> Manifest:
        return self._parquet.manifest

    def has(self, table: str) -> bool:
        """Return whether the version has a table: one of an earlier release may lack optional ones.

        Rows of a table that it lacks are none, where they are asked for anyway.
        """
        return table in self.manifest.tables

    def look_for_form(self) -> bool:
        """Switch to a look-up form if there is one that fits; return whether rows are read from a form."""
        if self._form is None:
            self._form = open_form(self._forms, self._folder, but=self._damaged)
            if self._form is not None:  # the row groups' bounds in memory are not needed any more
                self.__dict__.pop("_parquet", None)
                release_freed_memory()
        return self.has_form

    def read_ahead(self) -> None:
        """Read the look-up form into the operating system's memory; nothing without one, or where it would not fit."""
        form = self._form
        if form is not None:
            form.read_ahead()

    def rows(self, table: str, key: str) -> list[dict[str, Any]]:
        """Return the rows whose leading key column is `key`, in the order of the key; none for an unknown key.

        Without a look-up form this decodes the row groups that may contain them.
        Raises ValueError for an unknown table, ArtifactError if the Parquet file was changed or damaged since the
        version was opened.
        """
        form = self._form
        if form is not None and table in ARTIFACT_TABLES:
            try:
                return form.rows(table, key)
            except Damaged as error:
                self._discard_form(form, error)
        return self._parquet.rows(table, key)

    def row(self, table: str, key: str) -> dict[str, Any] | None:
        """Return the first of the rows with a key, None without any. Raises like `rows`."""
        found = self.rows(table, key)
        return found[0] if found else None

    def table(self, name: str, columns: Sequence[str] | None = None) -> "pa.Table":
        """Return a table with all rows; with `columns`, only these columns in this order.

        An optional table that the version lacks has no rows.
        Raises ValueError for an unknown table or column, ArtifactError as `rows` does.
        """
        return self._parquet.read(name, columns)

    @cached_property
    def _parquet(self) -> "ParquetTables":
        """The tables of a version with a form: they were intact when the form was made, and have not changed."""
        from recsys.artifacts.parquet_tables import ParquetTables  # noqa: PLC0415 - pyarrow takes 100 ms and 10 MB

        return ParquetTables(self._folder, read_manifest(self._folder), {})

    def _checked(self) -> "ParquetTables":
        from recsys.artifacts.parquet_tables import checked_tables  # noqa: PLC0415

        return checked_tables(self._folder, self.id)

    def _discard_form(self, form: LookupForm, error: Damaged) -> None:
        logger.warning(
            "version %s is read from its Parquet files until its look-up form is made again: %s", self.id, error
        )
        self._damaged = form.mark
        self._form = None
        form.discard()
