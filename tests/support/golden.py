"""The models' metrics on a made-up wholesaler of a fixed date; `python -m tests.support.golden` writes the file."""

import json
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from recsys.evaluation.baselines import compared_models
from recsys.evaluation.evaluate import evaluate
from recsys.evaluation.order_history import read_orders
from recsys.evaluation.report import evaluation_report
from recsys.evaluation.split import calendar, last_basket
from recsys.runtime.progress import Silent
from recsys.sample import SampleOptions, make_sample
from recsys.schema.build_report import PARTS

GOLDEN = Path(__file__).parent / "golden.json"
SAMPLE = SampleOptions(until=date(2025, 6, 30), seed=7, customers=400, products=300)


def measured() -> dict[str, Any]:
    """Return by protocol, model and part the metrics; they do not depend on the machine's speed."""
    with tempfile.TemporaryDirectory() as folder:
        make_sample(Path(folder) / "tables", SAMPLE, Silent())
        orders = read_orders(Path(folder) / "tables")
    metrics = {}
    for split in (calendar(orders), last_basket(orders)):
        models = evaluation_report(evaluate(split, compared_models(split), Silent()), orders).models
        metrics[split.protocol] = {
            name: {part: model.part(part).as_json() for part in PARTS} for name, model in models.items()
        }
    return metrics


if __name__ == "__main__":
    GOLDEN.write_text(json.dumps(measured(), indent=1) + "\n", encoding="utf-8")
