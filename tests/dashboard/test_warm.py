"""What is made of a version before anybody asks for it."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from dashboard import warm
from dashboard.access.permissions import FIELDS
from dashboard.access.roles import MARKETER, SUPPORT
from dashboard.access.viewer import EVERYONE, Grant, Viewer
from dashboard.campaigns.queries import CampaignQueries
from dashboard.data.segment_queries import SegmentQueries
from dashboard.display import kept_tables
from dashboard.services import Services
from dashboard.warm import make_campaigns_ready, make_ready
from recsys.artifacts.open_version import Version
from tests.support.artifacts import publish_small
from tests.support.campaigns import make_campaign
from tests.support.contexts import ANN
from tests.support.screens import Caller, make_app, said
from tests.support.sign_in import House


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    publish_small(tmp_path / "artifacts")
    made = House(make_app(tmp_path, tmp_path / "artifacts"))
    yield made
    made.close()


def page(house: House, path: str) -> str:
    return said(Caller(house.app).page(path))


def fail(*_: Any, **__: Any) -> Any:
    raise AssertionError("it was made before")


def newest(at: Services, *, has_form: bool = True) -> Version:
    return cast(Version, SimpleNamespace(id=at.repository.newest(), has_form=has_form, read_ahead=lambda: None))


def test_segments_are_added_up_and_compared_before_they_are_asked_for(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_ready(house.at, house.at.repository.newest() or "")
    monkeypatch.setattr(SegmentQueries, "summary", fail)
    monkeypatch.setattr(SegmentQueries, "moves", fail)
    assert "4 customers with orders" in page(house, "/segments")


def test_nothing_is_read_from_a_database_without_its_tables(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(house.at.database), "schema", lambda _: ("base", "0009"))
    monkeypatch.setattr(type(house.at.database), "read", fail)
    said: list[str] = []
    monkeypatch.setattr(warm._log, "warning", lambda *_, **more: said.append(str(more)))
    make_ready(house.at, house.at.repository.newest() or "")
    make_campaigns_ready(house.at, newest(house.at))
    assert said == []


@pytest.mark.parametrize("role", [MARKETER, SUPPORT])
def test_orders_of_a_long_table_are_made_of_the_columns_that_the_viewer_sees(
    house: House, role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_tables, "MOST_SENT", 3)
    viewer = Viewer(None, "all", (Grant(None, FIELDS[role]),))
    monkeypatch.setattr("dashboard.warm._viewers", lambda _: (viewer,))
    said: list[str] = []
    monkeypatch.setattr(warm._log, "warning", lambda *_, **more: said.append(str(more)))
    make_ready(house.at, house.at.repository.newest() or "")
    assert said == []


def test_campaigns_are_counted_before_they_are_asked_for(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    number = make_campaign(house.at.database)
    make_campaigns_ready(house.at, newest(house.at))
    monkeypatch.setattr(CampaignQueries, "result", fail)
    monkeypatch.setattr(CampaignQueries, "state", fail)
    assert "Oat, November" in page(house, "/campaigns")
    assert "Oat, November" in page(house, f"/campaigns/{number}")


def test_whom_a_new_campaign_of_a_segment_could_be_for_is_found_before_it_is_asked_for(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_campaigns_ready(house.at, newest(house.at))
    monkeypatch.setattr("dashboard.campaigns.draw._pool", fail)
    assert "New campaign" in said(Caller(house.app).page("/campaigns/new", "?from=segment&rfm=At+risk&seed=5"))


def test_campaigns_of_a_version_that_is_not_served_any_more_are_not_counted(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CampaignQueries, "everything", fail)
    version = newest(house.at, has_form=False)
    house.at.reader.close()
    make_campaigns_ready(house.at, version)


def test_a_new_version_is_made_ready_for_those_who_asked_the_one_before(
    tmp_path: Path, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    marketer = Viewer(None, "all", (Grant(None, FIELDS[MARKETER]),))
    for viewer in (ANN, marketer):
        house.at.repository.snapshot(viewer)
    version = publish_small(tmp_path / "artifacts")
    make_ready(house.at, version)
    monkeypatch.setattr(Version, "table", fail)
    house.at.reader.poll()
    assert house.at.repository.newest() == version
    assert len(house.at.repository.snapshot(marketer).visible) == 5


@pytest.mark.parametrize(("sign_in", "viewers"), [("open", [EVERYONE]), ("local", [])])
def test_first_version_is_made_ready_for_everybody_where_nobody_signs_in(
    tmp_path: Path, sign_in: str, viewers: list[Viewer], monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_small(tmp_path / "artifacts")
    house = House(make_app(tmp_path, tmp_path / "artifacts", sign_in=sign_in))
    seen: list[Viewer] = []
    monkeypatch.setattr("dashboard.warm._segments", lambda at, context: seen.append(context.viewer))
    make_ready(house.at, house.at.repository.newest() or "")
    assert seen == viewers
    house.close()


def test_what_goes_wrong_is_logged_and_stops_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    logged: list[str] = []
    monkeypatch.setattr("dashboard.warm._log.warning", lambda text, extra: logged.append(text))
    make_ready(house.at, "2020-01-01-000000")
    assert logged == ["a version is not ready before it is asked for"]
