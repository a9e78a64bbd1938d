"""The stylesheets and scripts: whole in themselves, and agreed with the components that they find by attribute."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STYLES = sorted((ROOT / "assets").glob("*.css"))
SCRIPTS = sorted((ROOT / "assets").glob("*.js"))


def text_of(paths: list[Path]) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


PYTHON = text_of(sorted((ROOT / "dashboard").rglob("*.py")))


@pytest.mark.parametrize("path", [*STYLES, *SCRIPTS], ids=lambda path: path.name)
def test_nothing_is_loaded_from_elsewhere(path: Path) -> None:
    assert re.findall(r"https?://|@import|url\(", path.read_text(encoding="utf-8")) == []


def test_every_variable_that_a_style_uses_is_set() -> None:
    styles = text_of(STYLES)
    used = set(re.findall(r"var\((--rp-[a-z0-9-]+)", styles))
    assert len(used) > 20
    assert used <= set(re.findall(r"^\s*(--rp-[a-z0-9-]+):", styles, re.MULTILINE))


def test_light_and_dark_set_the_same_colours() -> None:
    tokens = (ROOT / "assets" / "10-tokens.css").read_text(encoding="utf-8")
    light, dark = tokens.split('[data-bs-theme="dark"] {', 1)
    dark = dark[: dark.index("\n}")]
    names = [set(re.findall(r"^\s*(--rp-[a-z0-9-]+):", part, re.MULTILINE)) for part in (light, dark)]
    assert names[0] == names[1]


def test_every_class_that_a_style_names_is_drawn_or_put_there_by_a_script() -> None:
    named = set(re.findall(r"\.(rp-[a-z0-9-]+)", text_of(STYLES)))
    families = ("rp-age-", "rp-icon-", "rp-search-", "rp-mark-")  # the rest of the name is made from data
    drawn = PYTHON + text_of(SCRIPTS)
    assert [name for name in sorted(named) if name not in drawn and not name.startswith(families)] == []


def test_scripts_and_components_agree_on_attributes() -> None:
    sought = set(re.findall(r"data-(rp-[a-z-]+)", text_of(SCRIPTS)))
    sought |= {_hyphenated(name) for name in re.findall(r"dataset\.(rp[A-Z]\w*)", text_of(SCRIPTS))}
    given = {name.replace("_", "-") for name in re.findall(r"data_(rp_[a-z_]+)=", PYTHON)}
    assert len(given) > 8
    assert sought == given


def test_functions_that_dash_calls_in_the_browser_are_there() -> None:
    called = set(re.findall(r'ClientsideFunction\("(repertoire\w*)", "(\w+)"\)', PYTHON))
    assert len(called) > 3
    for namespace, name in called:
        scripts = [script for script in map(text_of, ([path] for path in SCRIPTS)) if f"{namespace}: {{" in script]
        assert len(scripts) == 1
        assert re.search(rf"\b{name}(\(|: )", scripts[0])


def _hyphenated(name: str) -> str:
    """`rpUnder`, as scripts say it, is `data-rp-under` in HTML."""
    return re.sub("[A-Z]", lambda letter: f"-{letter[0].lower()}", name)
