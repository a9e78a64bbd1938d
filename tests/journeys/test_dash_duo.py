"""One smoke test with Dash's own fixture: the app starts in a thread and draws a customer without complaints."""

import shutil
from pathlib import Path

import pytest
from dash.testing.composite import DashComposite

from dashboard import factory
from dashboard.settings import Settings
from tests.support.artifacts import publish_small
from tests.support.fonts import put_font

pytestmark = pytest.mark.browser


def test_app_draws_a_customer_without_complaints(
    dash_duo: DashComposite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DASH_TEST_CHROMEPATH", shutil.which("chromium") or "")
    monkeypatch.setattr(factory, "make_campaigns_ready", lambda *_: None)  # the fixture ends threads by raising
    publish_small(tmp_path / "artifacts")
    put_font(tmp_path / "state")
    app = factory.create_app(Settings(artifacts=tmp_path / "artifacts", state=tmp_path / "state"))
    dash_duo.start_server(app)
    dash_duo.wait_for_element("main h1")
    dash_duo.find_element("#side a[href$='/customers']").click()
    first = dash_duo.wait_for_element(".rp-grid-place a, .ag-row a")
    name = first.text
    first.click()
    dash_duo.wait_for_text_to_equal("main h1", name)
    assert dash_duo.get_logs() == []
