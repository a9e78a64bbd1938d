import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from recsys.cli import main
from recsys.dataset.interactions import Interactions
from recsys.errors import RecsysError
from recsys.evaluation.baselines import compared_models
from recsys.evaluation.evaluate import evaluate
from recsys.evaluation.readme_tables import block, rewrite
from recsys.evaluation.report import evaluation_report
from recsys.evaluation.split import calendar, last_basket
from recsys.runtime.progress import Silent
from recsys.schema.build_report import EvaluationReport, ListHits, Seeds, Spread

MARKS = "# Title\n<!-- figures: calendar 2026-02-15 -->\nto be replaced\n<!-- end of figures -->\nlast line\n"
LINES = [(f"c{n}", day, "abcd"[n % 3 :] + "x") for n in range(9) for day in (0, 9, 20 + n, 50, 70)]


def report_of(orders: Interactions, *names: str, basket: bool = False) -> EvaluationReport:
    split = last_basket(orders) if basket else calendar(orders)
    models = compared_models(split)
    return evaluation_report(evaluate(split, {name: models[name] for name in names}, Silent()), orders)


def test_figures_worked_by_hand(orders_of: Callable[..., Interactions]) -> None:
    # A and B bought a twice and b once; a is bought again by A, b by B: popular lists a, b.
    rows = [(name, day, letters) for name in "AB" for day, letters in ((0, "a"), (1, "ab"))]
    report = report_of(orders_of([*rows, ("A", 9, "a"), ("B", 9, "b")]), "popular", "tifu_knn", basket=True)
    lines = block(report).splitlines()
    assert lines[0] == "| last-basket, all, n 2 | recall@10 | ndcg@10 | hr@10 | hr@1 | mrr | precision@10 |"
    # recall 1 and 1; NDCG 1 and 1 / log2(3) = .631, mean .815, half an interval 1.96 * .185
    assert (
        lines[2] == "| popular | 1.000 ± .000 | .815 ± .362 | 1.000 ± .000 | .500 ± .980 | .750 ± .490 | .100 ± .000 |"
    )
    assert "| last-basket, new, n 0 | recall@10 | ndcg@10 | hr@10 | hr@1 | mrr | precision@10 |" in lines
    breadth = "coverage@10 | largest share@10 | overlap@10 | novelty@10"
    assert f"| last-basket, all, lists 2 | {breadth} |" in lines
    assert "| popular | 1.000 | 1.000 | 1.000 | .500 |" in lines  # both lists are a, b; both products have two buyers
    assert "| popular | +.000 ± .000 / +.000 ± .000 | - / - |" in lines
    assert lines[-4] == "| tifu_knn, recall@10 (n) | 1-2 | 3-9 | 10+ |"
    assert lines[-2] == "| all | 1.000 (2) | - (0) | - (0) |"


def test_seeds_have_mean_deviation_and_range_where_they_were_tried(orders_of: Callable[..., Interactions]) -> None:
    report = report_of(orders_of(LINES), "popular")
    one = Spread(mean=0.2231, sd=0.0005, lowest=0.2226, highest=1.0)
    tried = report.model_copy(update={"seeds": Seeds(n=3, spreads={"all": {"recall@10": one}})})
    assert "seeds" not in block(report)
    lines = block(tried).splitlines()
    assert "| ranker, 3 seeds | recall@10 | ndcg@10 | hr@1 | precision@10 |" in lines
    assert "| all | .2231 sd .0005 (.2226 to 1.0000) | - | - | - |" in lines


def test_seasonal_and_unsold_products_are_a_sentence_each(orders_of: Callable[..., Interactions]) -> None:
    hits = {"seasonal": ListHits(lists=3, rows=1_100, bought=20, wanted=300), "unsold": ListHits(why_not="none is new")}
    lines = block(report_of(orders_of(LINES), "popular").model_copy(update=hits)).splitlines()
    assert lines[-3] == (
        "Seasonal: 20 of 1,100 rows in 3 lists were bought, of 300 purchases that they could have named."
    )
    assert lines[-1] == "Unsold: not measured, none is new."


def test_only_the_text_between_the_marks_is_replaced(tmp_path: Path, orders_of: Callable[..., Interactions]) -> None:
    path = tmp_path / "README.md"
    mark = "<!-- figures: last-basket -->"
    path.write_text(f"{MARKS}{mark}\n<!-- end of figures -->\n", encoding="utf-8")
    report = report_of(orders_of(LINES), "popular", basket=True)
    rewrite(path, report)
    once = path.read_text(encoding="utf-8")
    assert once == f"{MARKS}{mark}\n{block(report)}\n<!-- end of figures -->\n"
    rewrite(path, report)
    assert path.read_text(encoding="utf-8") == once


def test_a_file_without_the_marks_is_refused_with_the_marks_to_add(
    tmp_path: Path, orders_of: Callable[..., Interactions]
) -> None:
    report = report_of(orders_of(LINES), "popular")
    for text in ("", MARKS.replace("2026-02-15", "2026-01-01"), f"<!-- figures: calendar {report.data.cut} -->"):
        path = tmp_path / "README.md"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(RecsysError, match="add the lines <!-- figures: calendar 2026-02-13 --> and "):
            rewrite(path, report)
        assert path.read_text(encoding="utf-8") == text
    with pytest.raises(RecsysError, match="cannot be read"):
        rewrite(tmp_path / "none.md", report)


def test_the_command_writes_the_file(
    tmp_path: Path, clean_folder: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "README.md"
    path.write_text(MARKS, encoding="utf-8")
    options = ["--data", clean_folder(LINES), "--cut", "2026-02-15", "--models", "popular", "--readme", path, "--json"]
    monkeypatch.setattr(sys, "argv", ["recsys", "evaluate", *map(str, options)])
    with pytest.raises(SystemExit) as end:
        main()
    assert not end.value.code
    written = path.read_text(encoding="utf-8")
    assert written.startswith("# Title\n<!-- figures: calendar 2026-02-15 -->\n| calendar, all, n 9 |")
    assert "to be replaced" not in written
