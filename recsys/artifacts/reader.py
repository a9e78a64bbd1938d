"""Reading published versions: one is served, a new one is found within seconds, a bad one is refused with the reason.

Runs in every worker of the dashboard, so it imports little: the standard library, the manifest's parser, and pyarrow
only for entire tables and without a look-up form.
"""

import logging
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from recsys.artifacts.layout import (
    CURRENT,
    MANIFEST,
    age_rank,
    current_id,
    is_in_future,
    is_version_id,
    none_published,
    version_ids,
)
from recsys.artifacts.lookup.index import FORMS
from recsys.artifacts.lookup.maker_process import FormMaker
from recsys.artifacts.manifest import Manifest, read_manifest
from recsys.artifacts.open_version import Version, VersionGone
from recsys.errors import ArtifactError
from recsys.runtime.memory import release_freed_memory

__all__ = ["Manifest", "Reader", "Refusal", "Version", "VersionGone"]

logger = logging.getLogger(__name__)

OPEN_VERSIONS = 3  # the current one and those of pages rendered before it
_TRIES = 3  # if the version is removed between reading CURRENT and opening it, which takes several publishes in a row
_RETRY_SECONDS = (
    60.0  # after so long a refused version is tried again even if no file's time changed, e.g. after a chmod
)


@dataclass(frozen=True)
class Refusal:
    """A version that CURRENT names and that is not served, with the reason; `at` is in UTC, timezone-aware."""

    version: str
    reason: str
    at: datetime


class Reader:
    """Serves the current version of a folder of artifacts; any number of threads may use it."""

    def __init__(self, root: Path, *, poll_seconds: float = 2.0, forms: Path | None = None) -> None:
        """forms    second folder for look-up forms, if the folder of artifacts cannot be written"""
        self.refused: Refusal | None = None
        self._root = root
        self._forms = (root / FORMS, forms) if forms is not None else (root / FORMS,)
        self._form_maker = FormMaker(root, self._forms)
        self._poll_seconds = poll_seconds
        self._current: Version | None = None
        self._before: Callable[[Version], None] | None = None
        self._settled: tuple[object, float] = (None, 0.0)
        self._looked_at: tuple[str, ...] | None = None  # where none could be served instead
        self._next_fall_back = 0.0
        self._older: OrderedDict[str, Version] = OrderedDict()
        self._thread: threading.Thread | None = None
        self._renew_locks()

    def current(self) -> Version:
        """Return the version that is served. Raises ArtifactError if there is none, with the remedy."""
        if self._current is None:
            self.poll()
        version = self._current
        if version is None:
            raise ArtifactError(self.refused.reason if self.refused else none_published(self._root))
        return version

    @property
    def served(self) -> str | None:
        """Return the id of the version that is served; None before the first question and after the end."""
        version = self._current
        return version.id if version else None

    def at(self, version_id: str) -> Version:
        """Return a version that is still kept, opened if necessary.

        Raises VersionGone for a version that is not kept or no longer intact.
        """
        version = self._current
        if version is not None and version.id == version_id:
            return version
        with self._opening:
            version = self._older.get(version_id) or self._open_older(version_id)
            self._remember(version)
        return version

    def before(self, version_id: str) -> Manifest | None:
        """Return the manifest of the newest kept version older than this one; None if none can be read.

        Opens no table. Raises ArtifactError for a folder that cannot be read.
        """
        for version in version_ids(self._root):
            if age_rank(version) < age_rank(version_id):
                try:
                    return read_manifest(self._root / version)
                except ArtifactError as error:
                    logger.warning("version %s is passed over: %s", version, error)
        return None

    def kept(self) -> list[str]:
        """Return the ids of the versions that are kept, newest first: the served one and those before it.

        Raises ArtifactError for a folder that cannot be read.
        """
        newest = self.current().id
        return [one for one in version_ids(self._root) if age_rank(one) <= age_rank(newest)]

    def manifest(self, version_id: str) -> Manifest:
        """Return the manifest of a kept version; opens no table. Raises ArtifactError where it cannot be read."""
        return read_manifest(self._root / version_id)

    def poll(self) -> None:
        """Read CURRENT once, and serve the version that it names if it is another one and intact.

        Where it names none that can be served, and none is served yet, the newest intact one is; `refused` says so.
        """
        with self._polling:
            self._look_at_current()
            if self._current is None and self.refused is not None:
                self._fall_back(self.refused.version)

    def _look_at_current(self) -> None:
        for _ in range(_TRIES):
            wanted = self._wanted()
            if wanted is None or self._is_settled(wanted) or self._open(wanted):
                return
        self._refuse(CURRENT, f"{self._root / CURRENT} names a version that is not there; build again")

    def look_for_form(self) -> None:
        """Read the look-up form of the served version if there is one, else start making it."""
        version = self._current
        if version is not None and not version.look_for_form():
            self._form_maker.start(version.id)

    def start(
        self, each_new: Callable[[Version], None] | None = None, before: Callable[[Version], None] | None = None
    ) -> None:
        """Start a background thread that polls and has look-up forms made.

        each_new    called with each version soon after it is served, the first one included, in its own thread
        before      called with each version but the first before it is served, in the background thread: the version
                    before is served meanwhile

        Call this in each worker process, after the fork.
        """
        if self._pid != os.getpid():
            self._renew_locks()
        self._before = before
        if self._thread is None:
            self._thread = threading.Thread(
                target=self._poll_loop, args=(each_new,), name="artifact-reader", daemon=True
            )
            self._thread.start()

    def close(self) -> None:
        """Stop polling and release all versions; those that a request still uses stay open until it ends."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()
        self._form_maker.stop()
        self._renew_locks()
        self._current = None
        self._older.clear()

    def _renew_locks(self) -> None:
        """Replace the locks: in a forked child, no thread is left to release a lock that a parent's thread held."""
        self._pid = os.getpid()
        self._polling = threading.Lock()
        self._opening = threading.Lock()
        self._stopped = threading.Event()
        self._thread = None

    def _poll_loop(self, each_new: Callable[[Version], None] | None) -> None:
        announced = None
        while not self._stopped.wait(self._poll_seconds):
            self.poll()
            self.look_for_form()
            version = self._current
            if each_new is not None and version is not None and version.id != announced:
                announced = version.id
                threading.Thread(
                    target=_announce, args=(each_new, version), name=f"new {announced}", daemon=True
                ).start()

    def _wanted(self) -> str | None:
        """Return the id in CURRENT; None if there is none, which is refused if there are versions."""
        try:
            wanted = current_id(self._root)
        except ArtifactError as error:
            self._refuse(CURRENT, str(error))
            return None
        if wanted is None:
            self._refuse_missing()
        return wanted

    def _refuse_missing(self) -> None:
        if self._current is None and not version_ids(self._root):
            self.refused = None
        else:
            self._refuse(CURRENT, f"{self._root / CURRENT} is missing; build again or roll back to a version")

    def _is_settled(self, wanted: str) -> bool:
        """Return whether a version is served already, or was refused recently and has not changed since."""
        if self._current is not None and self._current.id == wanted:
            self.refused = None
            return True
        mark, until = self._settled
        return mark == self._mark(wanted) and time.monotonic() < until

    def _mark(self, version: str) -> object:
        """Return a value that changes if the files of a refused version change."""
        return version, *(_changed_at(self._root / name) for name in (CURRENT, f"{version}/{MANIFEST}"))

    def _open(self, wanted: str) -> bool:
        """Serve a version or refuse it; return False if it was removed since CURRENT was read."""
        mark = self._mark(wanted)
        try:
            version = self._version(wanted)
            self._prepare(version)
            self._serve(version)
        except VersionGone:
            return False
        except ArtifactError as error:
            self._settled = mark, time.monotonic() + _RETRY_SECONDS
            self._refuse(wanted, str(error))
        else:
            self.refused = None
        return True

    def _prepare(self, version: Version) -> None:
        """Have a version made ready; where that fails it is served as it is."""
        if self._before is None or self._current is None:
            return
        with self._opening:
            self._remember(version)
        try:
            self._before(version)
        except Exception:  # what is made ready is no part of what is served
            logger.exception("version %s is served without being made ready", version.id)
        release_freed_memory()

    def _serve(self, version: Version) -> None:
        before, self._current = self._current, version
        logger.info("serving version %s", version.id)
        with self._opening:
            self._older.pop(version.id, None)
            if before is not None:
                self._remember(before)

    def _fall_back(self, refused: str) -> None:
        """Serve the newest intact version instead: of those older than a refused one, as the other workers still do.

        One that is dated in the future comes last.
        """
        if not self._is_time_to_fall_back():
            return None
        for version in _instead_of(refused, version_ids(self._root), datetime.now(UTC)):
            try:
                return self._serve(self._version(version))
            except ArtifactError as error:
                logger.warning("version %s cannot be served instead: %s", version, error)
        self._next_fall_back = time.monotonic() + _RETRY_SECONDS
        return None

    def _is_time_to_fall_back(self) -> bool:
        """Return whether to try: all versions that there are were looked at a moment ago, unless there are others."""
        there = tuple(version_ids(self._root))
        is_new = there != self._looked_at
        self._looked_at = there
        return is_new or time.monotonic() >= self._next_fall_back

    def _refuse(self, version: str, reason: str) -> None:
        if self.refused is None or (self.refused.version, self.refused.reason) != (version, reason):
            logger.warning("version %s is refused: %s", version, reason)
            self.refused = Refusal(version, reason, datetime.now(UTC))

    def _version(self, version_id: str) -> Version:
        return Version(self._root, version_id, self._forms)

    def _open_older(self, version_id: str) -> Version:
        if not is_version_id(version_id):
            raise VersionGone(f"'{version_id[:40]}' is no version; load the page again")
        try:
            return self._version(version_id)
        except VersionGone:
            raise
        except ArtifactError as error:
            raise VersionGone(f"version {version_id} is not whole any more ({error}); load the page again") from error

    def _remember(self, version: Version) -> None:
        self._older[version.id] = version
        self._older.move_to_end(version.id)
        while len(self._older) >= OPEN_VERSIONS:
            self._older.popitem(last=False)


def _announce(each_new: Callable[[Version], None], version: Version) -> None:
    each_new(version)
    release_freed_memory()  # of the version before


def _changed_at(path: Path) -> int | None:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return None


def _instead_of(refused: str, there: list[str], now: datetime) -> list[str]:
    """Return what to try in the place of a version, or of CURRENT, in this order.

    Not what is newer than a version that CURRENT names: somebody may have gone back from it.
    """
    allowed = [one for one in there if refused == CURRENT or age_rank(one) < age_rank(refused)]
    return sorted(allowed, key=lambda one: is_in_future(one, now))
