"""Which version is served, and how one becomes a snapshot."""

from pathlib import Path

import pytest

from dashboard.access.permissions import FIELDS
from dashboard.access.roles import SUPPORT
from dashboard.access.viewer import EVERYONE, NOBODY, Grant, Viewer
from dashboard.data.customer_queries import CustomerQueries
from dashboard.data.repository import Repository
from recsys.artifacts.open_version import VersionGone
from recsys.artifacts.reader import Reader
from recsys.errors import ArtifactError
from tests.support.artifacts import AS_OF, publish_small, small_rows
from tests.support.contexts import ANN


def name_of(repository: Repository, customer_id: str, version: str = "") -> str | None:
    return CustomerQueries(repository.snapshot(EVERYONE, version)).name(customer_id)


def test_the_state_says_what_is_served(repository: Repository) -> None:
    state = repository.data_state()
    assert state is not None
    assert (state.version, state.as_of, state.n_lines) == (repository.newest(), AS_OF, 15)
    assert (state.refused_version, state.refused_why, state.refused_at) == (None, None, None)


def test_the_state_names_a_version_that_was_refused(tmp_path: Path) -> None:
    first = publish_small(tmp_path)
    reader = Reader(tmp_path)
    reader.poll()
    second = publish_small(tmp_path)
    (tmp_path / second / "products.parquet").write_bytes(b"cut")
    reader.poll()
    state = Repository(reader).data_state()
    assert state is not None
    assert (state.version, state.refused_version) == (first, second)
    assert "products" in str(state.refused_why)
    assert state.refused_at is not None


def test_without_artifacts_nothing_is_served_and_no_snapshot_is_made(tmp_path: Path) -> None:
    empty = Repository(Reader(tmp_path))
    assert (empty.newest(), empty.data_state()) == (None, None)
    with pytest.raises(ArtifactError):
        empty.snapshot(EVERYONE)


def test_without_artifacts_a_snapshot_of_a_named_version_is_refused_too(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError):
        Repository(Reader(tmp_path)).snapshot(EVERYONE, "2026-11-15-030000")


def test_a_snapshot_is_of_the_newest_version_if_none_is_named(repository: Repository) -> None:
    newest = repository.newest()
    assert newest is not None
    assert repository.snapshot(EVERYONE).version == newest
    assert repository.snapshot(EVERYONE, newest).version == newest


def test_an_older_version_answers_for_the_page_that_was_drawn_from_it(tmp_path: Path) -> None:
    first = publish_small(tmp_path)
    reader = Reader(tmp_path)
    repository = Repository(reader)
    rows = [row | {"name": "Renamed"} for row in small_rows()["customers"]]
    second = publish_small(tmp_path, changed={"customers": rows})
    reader.poll()
    assert name_of(repository, "CAFE1", first) == "Café Müller"
    assert name_of(repository, "CAFE1") == "Renamed"
    assert repository.newest() == second


def test_a_version_that_is_not_kept_is_gone(repository: Repository) -> None:
    with pytest.raises(VersionGone):
        repository.snapshot(EVERYONE, "2020-01-01-000000")


def test_a_search_is_prepared_of_a_kept_version_and_of_none_that_is_gone(tmp_path: Path) -> None:
    kept = publish_small(tmp_path)
    repository = Repository(Reader(tmp_path))
    repository.prepare_search("2020-01-01-000000")
    repository.prepare_search(kept)
    assert repository.newest() == kept
    (tmp_path / kept / "customers.parquet").unlink()  # what was prepared is not read again
    assert repository.snapshot(EVERYONE, kept).search("nobody by this name").customers.total == 0


def test_who_sees_all_customers_is_remembered_the_last_one_first(repository: Repository) -> None:
    support = Viewer(None, "all", (Grant(None, FIELDS[SUPPORT]),))
    for viewer in (EVERYONE, ANN, support, NOBODY, EVERYONE):
        repository.snapshot(viewer)
    assert repository.asked_by() == (EVERYONE, support)


def test_a_version_that_is_not_served_yet_is_seen_as_it_will_be(tmp_path: Path) -> None:
    publish_small(tmp_path)
    repository = Repository(reader := Reader(tmp_path))
    repository.snapshot(ANN)
    rows = [row | {"rep": "Bob Sample"} for row in small_rows()["customers"]]
    second = publish_small(tmp_path, changed={"customers": rows})
    ready = repository.snapshot_of(ANN, second)
    assert (list(ready.visible), reader.served == second) == ([], False)
    reader.poll()
    assert repository.snapshot(ANN).visible is ready.visible
