"""The stylesheets and scripts: whole in themselves, and agreed with the components that they find by attribute."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import get_args

import pytest

from dashboard.alerts.rules import KINDS
from dashboard.components.chart import Mark
from dashboard.components.data_status import ICONS
from dashboard.components.state_counts import STATE_ICONS

ROOT = Path(__file__).parents[2]
STYLES = sorted((ROOT / "assets").rglob("*.css"))
SCRIPTS = sorted((ROOT / "assets").glob("*.js"))
PAGES = sorted(path for path in (ROOT / "dashboard" / "pages").iterdir() if (path / "__init__.py").is_file())
CLASS = re.compile(r"(?<![\w-])rp-[a-z0-9-]+")
# The code writes their beginning, data the rest.
MADE_OF = {
    "rp-alerts-": KINDS,
    "rp-age-": tuple(ICONS),
    "rp-icon-": tuple(STATE_ICONS),
    "rp-mark-": get_args(Mark),
    "rp-mark-of-": ("new", "usual"),
    "rp-search-": ("top",),
}


def text_of(paths: Iterable[Path]) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


def classes_in(code: str) -> set[str]:
    """Return the classes that code names, and those that it makes of a beginning and data."""
    named = set(CLASS.findall(code))
    made = {start + rest for start in named & MADE_OF.keys() for rest in MADE_OF[start]}
    return named - MADE_OF.keys() | made


def selectors_of(style: Path) -> list[str]:
    """Return every selector of a stylesheet, those within `@media` too."""
    text = re.sub(r"/\*.*?\*/", "", style.read_text(encoding="utf-8"), flags=re.DOTALL)
    heads = re.findall(r"([^{};]+)\{", re.sub(r"@media[^{]+\{", "", text))
    return [one.strip() for head in heads for one in re.split(r",(?![^()]*\))", head)]


CODE = sorted(path for path in (ROOT / "dashboard").rglob("*") if path.suffix in (".py", ".html"))
PYTHON = text_of(CODE)
CLASSES = {path: classes_in(text_of([path])) for path in [*CODE, *SCRIPTS]}


def classes_of_its_own(page: str) -> set[str]:
    """Return the classes that the code of one page names and no other code."""
    folder = ROOT / "dashboard" / "pages" / page
    parts: dict[bool, set[str]] = {True: set(), False: set()}
    for path, named in CLASSES.items():
        parts[folder in path.parents] |= named
    return parts[True] - parts[False]


@pytest.mark.parametrize("path", [*STYLES, *SCRIPTS], ids=lambda path: path.name)
def test_nothing_is_loaded_from_elsewhere(path: Path) -> None:
    assert re.findall(r"https?://|@import|url\(", path.read_text(encoding="utf-8")) == []


def test_every_variable_that_a_style_uses_is_set() -> None:
    styles = text_of(STYLES)
    used = set(re.findall(r"var\((--rp-[a-z0-9-]+)", styles))
    assert len(used) > 20
    assert used <= set(re.findall(r"^\s*(--rp-[a-z0-9-]+):", styles, re.MULTILINE))


def test_light_and_dark_set_the_same_colours() -> None:
    tokens = (ROOT / "assets" / "tokens.css").read_text(encoding="utf-8")
    light, dark = tokens.split('[data-bs-theme="dark"] {', 1)
    dark = dark[: dark.index("\n}")]
    names = [set(re.findall(r"^\s*(--rp-[a-z0-9-]+):", part, re.MULTILINE)) for part in (light, dark)]
    assert names[0] == names[1]


@pytest.mark.parametrize("style", STYLES, ids=lambda path: path.stem)
def test_every_class_that_a_style_names_is_drawn_or_put_there_by_a_script(style: Path) -> None:
    named = set(re.findall(r"\.(rp-[a-z0-9-]+)", " ".join(selectors_of(style))))
    assert named - set().union(*CLASSES.values()) == set()


@pytest.mark.parametrize("page", [path.name for path in PAGES])
def test_no_class_of_a_page_is_named_in_a_style_of_another(page: str) -> None:
    own = classes_of_its_own(page)
    elsewhere = [style for style in STYLES if style != ROOT / "assets" / "pages" / f"{page}.css"]
    assert [
        f"{style.name}: {selector}"
        for style in elsewhere
        for selector in selectors_of(style)
        if own & set(CLASS.findall(selector))
    ] == []


@pytest.mark.parametrize("style", sorted((ROOT / "assets" / "pages").glob("*.css")), ids=lambda path: path.stem)
def test_every_rule_of_a_page_names_a_class_of_its_own(style: Path) -> None:
    own = classes_of_its_own(style.stem)
    assert len(own) > 1
    assert [selector for selector in selectors_of(style) if not own & set(CLASS.findall(selector))] == []


def test_a_style_belongs_to_a_page_that_there_is() -> None:
    pages = {path.name for path in PAGES}
    assert {path.stem for path in (ROOT / "assets" / "pages").glob("*.css")} <= pages


def test_scripts_and_components_agree_on_attributes() -> None:
    sought = set(re.findall(r"data-(rp-[a-z-]+)", text_of(SCRIPTS)))
    sought |= {_hyphenated(name) for name in re.findall(r"dataset\.(rp[A-Z]\w*)", text_of(SCRIPTS))}
    given = {name.replace("_", "-") for name in re.findall(r"data_(rp_[a-z_]+)=", PYTHON)}
    given |= set(re.findall(r"data-(rp-[a-z-]+)=", PYTHON))
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
    """Return the attribute in HTML of a script's name: `data-rp-under` of `rpUnder`."""
    return re.sub("[A-Z]", lambda letter: f"-{letter[0].lower()}", name)
