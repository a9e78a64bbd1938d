import json

import pytest

from tests.support.golden import GOLDEN, measured

TOLERANCE = 0.004  # other machines' last digits may turn a tie, no more


@pytest.mark.slow
def test_every_model_has_the_golden_metrics_on_the_sample() -> None:
    """Write the file again after an intended change: python -m tests.support.golden"""
    golden, actual = json.loads(GOLDEN.read_text(encoding="utf-8")), measured()
    assert {protocol: list(models) for protocol, models in actual.items()} == {
        protocol: list(models) for protocol, models in golden.items()
    }
    for protocol, models in golden.items():
        for name, parts in models.items():
            for part, expected in parts.items():
                where = f"{protocol}, {name}, {part}"
                assert actual[protocol][name][part]["n"] == expected["n"], where
                assert actual[protocol][name][part] == pytest.approx(expected, abs=TOLERANCE, nan_ok=False), where


def test_the_ranker_exceeds_the_published_methods_in_the_golden_file() -> None:
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    for models in golden.values():
        for part, reference in (("all", "tifu_knn"), ("new", "ease")):
            assert models["ranker"][part]["recall@10"] > models[reference][part]["recall@10"]
