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
from recsys.runtime.memory import give_back
from recsys.schema.published import ARTIFACT_TABLES

if TYPE_CHECKING:
    import pyarrow as pa

    from recsys.artifacts.parquet_tables import ParquetTables

logger = logging.getLogger(__name__)


class VersionGone(ArtifactError):
    """A version that is not kept any more: whoever asks for it has to ask for the current one."""


class Version:
    """One version, held open: it is not removed as long as this object lives. Any number of threads may read it.

    With a look-up form, rows come from there, and the Parquet files are only read for whole tables. Without one they
    are checked byte for byte, and read for all.
    """

    def __init__(self, root: Path, version: str, forms: Sequence[Path] = ()) -> None:
        """Check that a version is whole, and open it. Only a version without a form imports pyarrow.

        forms   folders of look-up forms; one that fits was made of files that were whole, and that have not changed
        Raises VersionGone if it is not there, ArtifactError with the reason if it is not whole.
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

    def look_for_form(self) -> bool:
        """Read rows from a look-up form from now on, if there is one that fits; return whether that is so."""
        if self._form is None:
            self._form = open_form(self._forms, self._folder, but=self._damaged)
            if self._form is not None:  # what is kept in memory of each row group is not needed any more
                self.__dict__.pop("_parquet", None)
                give_back()
        return self.has_form

    def rows(self, table: str, key: str) -> list[dict[str, Any]]:
        """Return the rows whose leading key column equals `key`, in the order of the key; none for an unknown key.

        Without a look-up form it decodes the row groups that may hold them. Raises ValueError for an unknown table,
        ArtifactError if the Parquet file was changed or damaged since the version was opened.
        """
        form = self._form
        if form is not None and table in ARTIFACT_TABLES:
            try:
                return form.rows(table, key)
            except Damaged as error:
                self._do_without(form, error)
        return self._parquet.rows(table, key)

    def row(self, table: str, key: str) -> dict[str, Any] | None:
        """Return the first of `rows`, or None."""
        found = self.rows(table, key)
        return found[0] if found else None

    def table(self, name: str, columns: Sequence[str] | None = None) -> "pa.Table":
        """Return a whole table, or some of its columns in the order asked for.

        Raises ValueError for an unknown table or column, ArtifactError as `rows` does.
        """
        return self._parquet.read(name, columns)

    @cached_property
    def _parquet(self) -> "ParquetTables":
        """The tables of a version whose form fits: they were whole, and have not changed."""
        from recsys.artifacts.parquet_tables import ParquetTables  # noqa: PLC0415 - pyarrow takes 100 ms and 10 MB

        return ParquetTables(self._folder, read_manifest(self._folder), {})

    def _checked(self) -> "ParquetTables":
        from recsys.artifacts.parquet_tables import checked_tables  # noqa: PLC0415

        return checked_tables(self._folder, self.id)

    def _do_without(self, form: LookupForm, error: Damaged) -> None:
        logger.warning(
            "version %s is read from its Parquet files until its look-up form is made again: %s", self.id, error
        )
        self._damaged = form.mark
        self._form = None
        form.discard()
