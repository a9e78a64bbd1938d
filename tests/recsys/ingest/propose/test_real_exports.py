"""Real exports as they come: from files to the totals of their ledgers, without an edited line."""

from datetime import date

import pytest

from recsys.ingest.clean import clean
from recsys.ingest.propose.proposing import propose
from recsys.ingest.sources import OwnTables

TODAY = date(2026, 6, 30)
pytestmark = [pytest.mark.realdata, pytest.mark.slow]


@pytest.fixture
def report_of(real_data, tmp_path):
    """Import a folder of the real data with the map that is proposed for it, and return the report."""

    def run(name):
        folder = real_data / name
        proposal = propose([str(folder)])
        assert proposal.questions == ()
        (tmp_path / "map.toml").write_text(proposal.text, encoding="utf-8")
        return clean(OwnTables(folder, tmp_path / "map.toml"), tmp_path / "clean", today=TODAY)

    return run


@pytest.mark.parametrize(
    ("name", "lines", "orders", "revenue"),
    [
        ("exports/northwind", 2_155, 830, 1_265_793.04),
        ("exports/adventureworks", 56_047, 25_164, 24_914_620.46),
        ("wholesale_orders", 4_999, 4_999, 582_165.78),
    ],
)
def test_an_export_arrives_with_its_totals(name, lines, orders, revenue, report_of):
    report = report_of(name)
    assert (report.rows_out["order_lines"], report.orders) == (lines, orders)
    assert report.revenue == pytest.approx(revenue, abs=0.01)


def test_online_retail_arrives_with_what_the_whole_file_has_of_known_customers(report_of):
    report = report_of("online_retail")
    # 135,080 rows without a customer; 8,905 of the others have a negative quantity.
    assert report.rows_out["returns"] == 8_905
    assert report.rows_out["order_lines"] == 541_909 - 135_080 - 8_905
    assert report.revenue == pytest.approx(8_911_407.904, abs=0.0005)
