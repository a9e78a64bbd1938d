"""Real exports as they come, from the files to a served customer page, with the map that is proposed for them."""

from datetime import date

import pytest

from recsys.build.pipeline import build
from recsys.ingest.clean import clean
from recsys.ingest.propose.proposing import propose
from recsys.ingest.sources import OwnTables
from recsys.options import BuildOptions
from recsys.runtime.progress import Silent
from tests.support.screens import Caller, make_app, said

pytestmark = [pytest.mark.realdata, pytest.mark.slow]


@pytest.mark.parametrize(
    ("name", "customer", "shown"),
    [("northwind", "SAVEA", "Save-a-lot Markets"), ("adventureworks", "11300", "BARNES")],
)
def test_a_customer_of_an_export_has_a_page(name, customer, shown, real_data, tmp_path):
    folder = real_data / "exports" / name
    (tmp_path / "map.toml").write_text(propose([str(folder)]).text, encoding="utf-8")
    clean(OwnTables(folder, tmp_path / "map.toml"), tmp_path / "clean", today=date(2026, 6, 30))
    build(tmp_path / "clean", tmp_path / "artifacts", BuildOptions(), Silent())
    caller = Caller(make_app(tmp_path, tmp_path / "artifacts"))
    assert caller.get(f"/customers/{customer}").status_code == 200
    assert shown in said(caller.page(f"/customers/{customer}"))
