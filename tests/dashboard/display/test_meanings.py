"""What heads and labels mean: the words of the glossary, and every head has them."""

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
PATHS = ("/", "/customers", "/customers/CAFE1", "/products", "/products/P1", "/bundles")
SAYS_IT_ITSELF = {
    "Customer", "Customer and reason", "Product", "Product and reason", "Products", "Number", "Region",
}  # fmt: skip


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


def label(part: Any) -> tuple[str, str]:
    props = part["props"]
    return props["children"], props.get("data-rp-meaning", "")


@pytest.mark.parametrize("path", PATHS)
def test_every_head_and_label_of_a_page_says_what_it_means(app: Dash, path: str) -> None:
    found = list(labels_of(Caller(app).page(path).json))
    assert len(found) >= 5
    assert [words for words, meaning in found if not meaning and words not in SAYS_IT_ITSELF] == []
    assert {meaning for _, meaning in found if meaning} <= set(MEANINGS.values())
