"""The versions that a reader opens, and snapshots of them for a viewer: the one road from a request to an answer."""

from contextlib import suppress
from functools import lru_cache
from threading import Lock

from dashboard.access.viewer import Scope, Viewer
from dashboard.data.snapshot import Snapshot
from dashboard.data.version_cache import VersionCache
from dashboard.records.versions import DataState, KeptVersion
from recsys.artifacts.open_version import Version, VersionGone
from recsys.artifacts.reader import Reader
from recsys.errors import ArtifactError
from recsys.schema.published import SEGMENTS

KEPT_ASKED = 8  # who asked last, for whom the next version is made ready
KEPT_FACTS = 64  # versions whose day is known: a folder keeps five


class Repository:
    """Makes snapshots. Raises ArtifactError where there is no version."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.cache = VersionCache(reader)
        self._asked_by: dict[Viewer, None] = {}
        self._noting = Lock()
        self._facts = lru_cache(maxsize=KEPT_FACTS)(self._read_facts)

    def snapshot(self, viewer: Viewer, version: str = "") -> Snapshot:
        """Return a version, the newest if none is named, as a viewer may see it.

        Whose customers are whose is decided by the newest version.
        Raises ArtifactError where there is none, VersionGone for an old one that is not kept any more.
        """
        newest = self._reader.current()
        self._note(viewer)
        source = self._reader.at(version) if version else newest
        return Snapshot(source, Scope(viewer, newest.id), self.cache)

    def snapshot_of(self, viewer: Viewer, version: str, decided_by: str = "") -> Snapshot:
        """Return a version that is not served yet, or what it is compared with, as a viewer will see it.

        decided_by  the version that says whose customers are whose; empty: the same
        """
        return Snapshot(self._reader.at(version), Scope(viewer, decided_by or version), self.cache)

    def asked_by(self) -> tuple[Viewer, ...]:
        """Return who of those who see the customers of all reps asked last, the last one first."""
        with self._noting:
            return tuple(reversed(self._asked_by))

    def forget_who_asked(self) -> None:
        """Forget who asked up to now: the app itself, when it was started."""
        with self._noting:
            self._asked_by.clear()

    def _note(self, viewer: Viewer) -> None:
        if viewer.role == "all" and any(grant.reps is None for grant in viewer.grants):
            with self._noting:
                self._asked_by.pop(viewer, None)
                self._asked_by[viewer] = None
                while len(self._asked_by) > KEPT_ASKED:
                    self._asked_by.pop(next(iter(self._asked_by)))

    def newest(self) -> str | None:
        """Return the id of the version that is served now; None where there is none."""
        current = self._current()
        return current.id if current else None

    def kept_versions(self) -> tuple[KeptVersion, ...]:
        """Return the versions that are kept and have segments, newest first; those that cannot be read are left out."""
        try:
            found = (self._facts(version) for version in self._reader.kept())
            return tuple(one for one in found if one is not None and one.has_segments)
        except ArtifactError:
            return ()

    def data_state(self) -> DataState | None:
        """Return what is served now, and what was refused last; None where nothing is."""
        current = self._current()
        if current is None:
            return None
        manifest = current.manifest
        refused = self._reader.refused
        return DataState(
            version=manifest.version,
            built_at=manifest.built_at,
            as_of=manifest.facts.as_of,
            n_lines=manifest.facts.source_rows.get("order_lines", 0),
            refused_version=refused.version if refused else None,
            refused_why=refused.reason if refused else None,
            refused_at=refused.at if refused else None,
        )

    def prepare_search(self, version: str) -> None:
        """Build a version's search indexes, and that of what is typed into baskets; nothing if the version is gone."""
        with suppress(VersionGone):
            self.cache.finder.prepare(version)
            self.cache.product_names(version)

    def _read_facts(self, version: str) -> KeptVersion | None:
        try:
            manifest = self._reader.manifest(version)
        except ArtifactError:
            return None
        has_segments = SEGMENTS.name in manifest.tables
        return KeptVersion(version, manifest.facts.as_of, manifest.built_at, has_segments)

    def _current(self) -> Version | None:
        try:
            return self._reader.current()
        except ArtifactError:
            return None
