"""What heads and labels mean: the words of the glossary, and every head has them."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dash import Dash

from dashboard.display.meanings import MEANINGS
from tests.support.artifacts import publish_small
from tests.support.figures import figures, ranked_prospects, ranked_recommendations
from tests.support.screens import Caller, make_app

GLOSSARY = Path(__file__).parents[3] / "docs" / "glossary.md"
PATHS = (
    "/", "/customers", "/customers/CAFE1", "/customers/CAFE1?open=P3&open=P4", "/customers/HOTEL1?open=P1",
    "/products", "/products/P1", "/products/P1?open=P2", "/results", "/bundles", "/model", "/segments",
)  # fmt: skip
SAYS_IT_ITSELF = {
    "Bought it lately", "By", "Campaign", "File", "From", "Line", "Made", "Product to offer", "Sent", "Share of",
    "State", "The touch was", "Up to", "Value", "What", "What to do",
    "Customer", "Customer and reason", "Customers", "Date", "Email", "List", "Model", "Name",
    "Number", "Outcome", "Said",
    "From, to", "Who",
    "Due: reorder now, usual quantity", "Lost: used to buy, stopped", "New: never bought",
    "Product", "Product and reason", "Products", "Region", "Role", "Similar customer", "Step", "They buy of it",
    "Took both on one day", "When",
}  # fmt: skip
DASHBOARD = Path(__file__).parents[3] / "dashboard"


def test_glossary_has_the_same_words() -> None:
    section = GLOSSARY.read_text(encoding="utf-8").partition("## Column heads")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (?!Head \||-)(.+?) \| (.+) \|$", section, re.MULTILINE)
    assert dict(rows) == MEANINGS
    assert len(rows) == len(MEANINGS)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Dash:
    folder = tmp_path_factory.mktemp("app")
    rows = {"recommendations": ranked_recommendations(), "prospects": ranked_prospects()}
    publish_small(folder / "artifacts", changed=rows, evaluation=figures())
    return make_app(folder, folder / "artifacts")


def parts_of(answer: Any) -> Iterator[dict[str, Any]]:
    """Yield every component of an answer as JSON has it."""
    if isinstance(answer, list):
        for one in answer:
            yield from parts_of(one)
    elif isinstance(answer, dict):
        if "props" in answer:
            yield answer
        for one in answer.values():
            yield from parts_of(one)


def labels_of(answer: Any) -> Iterator[tuple[str, str]]:
    """Yield each head of a table or list and each label of a figure with what it means; empty where nothing says."""
    for part in parts_of(answer):
        props = part["props"]
        names = str(props.get("className", "")).split()
        if part["type"] == "AgGrid":
            for column in props["columnDefs"]:
                if "field" in column:
                    yield column["headerName"], column["context"]["meaning"]
        elif "rp-line-heads" in names:
            yield from map(label, props["children"])
        elif "rp-tile-label" in names or (part["type"] == "Th" and props.get("scope") == "col"):
            yield label(props["children"])


def calls(name: str) -> Iterator[tuple[str, ast.Call]]:
    """Yield every call of a class or element in the app's code, with where it is."""
    for path in sorted(DASHBOARD.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == name:
                yield f"{path.relative_to(DASHBOARD)}:{node.lineno}", node


def says_it(words: ast.expr | None) -> bool:
    return isinstance(words, ast.Constant) and words.value in SAYS_IT_ITSELF


def test_every_column_that_is_defined_has_a_meaning_or_says_it_itself() -> None:
    found = list(calls("TableColumn"))
    bare = [
        where
        for where, call in found
        if not {"meaning", "in_file_only"} & {one.arg for one in call.keywords} and not says_it(call.args[1])
    ]
    assert len(found) > 60
    assert bare == []


def test_every_head_of_a_plain_table_has_a_meaning_or_says_it_itself() -> None:
    found = list(calls("Head"))
    bare = [
        where
        for where, call in found
        if len(call.args) < 2 and "meaning" not in {one.arg for one in call.keywords} and not says_it(call.args[0])
    ]
    assert len(found) > 15
    assert bare == []


def test_heads_are_drawn_in_one_place() -> None:
    """So that none is left out by the tests above."""
    columns = [where for where, call in calls("Th") if "'col'" in ast.unparse(call)]
    assert {where.partition(":")[0] for where in columns} == {"components/plain_table.py"}


def label(part: Any) -> tuple[str, str]:
    props = part["props"]
    return props["children"], props.get("data-rp-meaning", "")


@pytest.mark.parametrize("path", PATHS)
def test_every_head_and_label_of_a_page_says_what_it_means(app: Dash, path: str) -> None:
    address, _, search = path.partition("?")
    found = list(labels_of(Caller(app).page(address, f"?{search}" if search else "").json))
    assert len(found) >= 5
    assert [words for words, meaning in found if not meaning and words not in SAYS_IT_ITSELF] == []
    assert {meaning for _, meaning in found if meaning} <= set(MEANINGS.values())
