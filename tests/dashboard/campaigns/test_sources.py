"""A source as an address says it, and back."""

import pytest

from dashboard.campaigns.errors import CampaignError
from dashboard.campaigns.sources import Source, cell_of, query_of, source_of


@pytest.mark.parametrize(
    ("query", "source"),
    [
        ("from=bundle&bundle=Cafe/1", Source("bundle", bundle="Cafe/1")),
        ("from=bundle&bundle=rfm:At+risk/1", Source("bundle", bundle="rfm:At risk/1")),
        ("from=segment&rfm=At+risk", Source("segment", rfm="At risk")),
        ("from=segment&segment=Cafe&region=North", Source("segment", segment="Cafe", region="North")),
        ("from=cells&cells=R2F3,R2F4", Source("cells", cells=("R2F3", "R2F4"))),
        ("from=moved&rfm=At+risk&since=2026-10-16-031000", Source("moved", rfm="At risk", since="2026-10-16-031000")),
        ("from=product&product=31140", Source("product", product="31140")),
        ("from=segment&cluster=2&products=P1,P2", Source("segment", cluster="2", products=("P1", "P2"))),
        ("from=segment&rfm=Lost&offer=lost", Source("segment", rfm="Lost", offer="lost")),
    ],
)
def test_a_source_is_read_from_an_address_and_written_the_same(query: str, source: Source) -> None:
    assert source_of(query) == source
    assert query_of(source) == query


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("", "from= is one of bundle, segment"),
        ("from=everyone", "from= is one of bundle, segment"),
        ("from=bundle", "A campaign from a bundle needs one of bundle="),
        ("from=segment&region=", "needs one of rfm=, cluster=, segment=, region="),
        ("from=cells&cells=R6F1", "'R6F1' is no cell"),
        ("from=segment&rfm=Lost&offer=free", "offer= is one of new, lost"),
        (f"from=segment&rfm=Lost&products={','.join(map(str, range(21)))}", "21 products are offered"),
    ],
)
def test_an_address_that_says_too_little_is_refused(query: str, message: str) -> None:
    with pytest.raises(CampaignError, match=message):
        source_of(query)


def test_a_cell_is_recency_and_frequency() -> None:
    assert cell_of("R2F3") == (2, 3)
