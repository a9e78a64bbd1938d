"""Building and publishing a version: written in a staging folder, checked, renamed, then CURRENT is moved to it.

Whenever the process is killed, the version served before stays intact and current until CURRENT is replaced in one
step.
"""

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from recsys import __version__
from recsys.artifacts.disk_errors import explain_disk_errors
from recsys.artifacts.integrity import schema_names, sha256, table_path
from recsys.artifacts.layout import MANIFEST, STAGING, current_id, new_version_id, point_at, version_ids
from recsys.artifacts.locks import build_lock, publish_lock
from recsys.artifacts.manifest import FORMAT, BuildFacts, Manifest, TableEntry, manifest_text
from recsys.artifacts.retention import prune, remove_leftovers
from recsys.artifacts.table_writer import TableWriter
from recsys.artifacts.validation import validate_version
from recsys.artifacts.versions import KeptVersion, check, rollback, versions
from recsys.errors import ArtifactError
from recsys.runtime.atomic_files import fsync_folder, fsync_tree
from recsys.runtime.progress import Progress
from recsys.schema.columns import Table
from recsys.schema.published import ARTIFACT_TABLES

__all__ = ["Build", "KeptVersion", "building", "check", "rollback", "versions"]


@dataclass(frozen=True)
class Modes:
    """Permissions of what is published."""

    folder: int
    file: int


GROUP = Modes(0o750, 0o640)  # the tables hold names and phone numbers
WORLD = Modes(0o755, 0o644)


class Build:
    """A version being built, in a staging folder beside the published versions. Created by `building`."""

    def __init__(self, root: Path, folder: Path, keep: int, modes: Modes) -> None:
        self.folder = folder
        self.root = root
        self._keep = keep
        self._modes = modes
        self._entries: dict[str, TableEntry] = {}

    def write(self, name: str, rows: pa.Table | Iterable[pa.Table]) -> None:
        """Write one table of ARTIFACT_TABLES, at once or in slices, sorted by its key.

        Columns may be in any order, optional ones may be missing, types are cast if no information is lost.
        Raises ArtifactError for rows that break the table's contract and for a full disk.
        """
        if name not in ARTIFACT_TABLES:
            raise ArtifactError(f"there is no published table '{name}'; there are {', '.join(ARTIFACT_TABLES)}")
        if name in self._entries:
            raise ArtifactError(f"table '{name}' was already written; write each table once")
        table, path = ARTIFACT_TABLES[name], table_path(self.folder, name)
        n_rows = self._write_pieces(path, table, [rows] if isinstance(rows, pa.Table) else rows)
        self._entries[name] = TableEntry(n_rows, path.stat().st_size, sha256(path), schema_names(table.arrow_schema()))

    def _write_pieces(self, path: Path, table: Table, pieces: Iterable[pa.Table]) -> int:
        with ExitStack() as stack:
            with explain_disk_errors(self.root, self.folder):
                writer = stack.enter_context(TableWriter(path, table))
            for piece in pieces:  # an OSError of the iterable itself is not a disk error of this folder
                with explain_disk_errors(self.root, self.folder):
                    writer.add(piece)
            with explain_disk_errors(self.root, self.folder):
                writer.finish()
        return writer.n_rows

    def publish(self, facts: BuildFacts, *, built_at: datetime | None = None, progress: Progress | None = None) -> str:
        """Check what was written, make it the current version, remove versions beyond `keep`; return its id.

        built_at  default: now
        Raises ArtifactError for a missing or invalid table and for a full disk: the current version then stays
        current.
        """
        missing = [name for name, table in ARTIFACT_TABLES.items() if name not in self._entries and not table.optional]
        if missing:
            raise ArtifactError(f"the version lacks {', '.join(missing)}; write every table before publishing")
        built_at = built_at or datetime.now(UTC)
        version = new_version_id(built_at, version_ids(self.root))
        with explain_disk_errors(self.root, self.folder):
            self._seal(Manifest(FORMAT, version, built_at.astimezone(UTC), __version__, facts, self._entries))
        validate_version(self.folder, version, progress)
        with explain_disk_errors(self.root, self.folder), publish_lock(self.root):
            self._make_current(version)
            prune(self.root, version, self._keep, built_at)
        return version

    def _make_current(self, version: str) -> None:
        folder = self.root / version
        self.folder.rename(folder)
        try:
            fsync_folder(self.root)
            point_at(self.root, version)
        except BaseException:
            if current_id(self.root) != version:
                folder.rename(self.folder)  # back to where `building` removes it
            raise

    def _seal(self, manifest: Manifest) -> None:
        (self.folder / MANIFEST).write_text(manifest_text(manifest), encoding="utf-8")
        for path in self.folder.iterdir():
            path.chmod(self._modes.file)
        self.folder.chmod(self._modes.folder)
        fsync_tree(self.folder)


@contextmanager
def building(root: Path, *, keep: int = 5, world_readable: bool = False) -> Iterator[Build]:
    """Yield the only build in a folder of artifacts.

    keep            number of versions to keep, with the new one; versions held open are kept in addition
    world_readable  folders 0755 and files 0644 instead of 0750 and 0640

    A build that was not published is removed, and so are the leftovers of builds that were killed.
    Raises BusyError if another build runs there, ArtifactError for a folder that cannot be written.
    """
    if keep < 1:
        raise ArtifactError(f"keep is {keep}; it must be at least 1")
    modes = WORLD if world_readable else GROUP
    with explain_disk_errors(root):
        if not root.exists():
            root.mkdir(parents=True)
            root.chmod(modes.folder)
            fsync_folder(root.parent)
    with ExitStack() as stack:
        with explain_disk_errors(root):
            stack.enter_context(build_lock(root))
            remove_leftovers(root)
            folder = Path(tempfile.mkdtemp(prefix=STAGING, dir=root))
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
        yield Build(root, folder, keep, modes)
