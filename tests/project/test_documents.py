"""What the documents point at is there: links, headings, files in backticks, scripts. One number for the version."""

import re
import tomllib
from pathlib import Path

import pytest

import recsys

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("[a-z]*/*.md")])
FOLDERS = ("recsys", "dashboard", "assets", "benchmarks", "docs", "scripts", "tests")
ENDINGS = ("py", "md", "toml", "css", "js", "sh")

_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"`([^`\n]+)`")
_PATH = re.compile(rf"(?:{'|'.join(FOLDERS)})/[\w./-]*|[\w./-]+\.(?:{'|'.join(ENDINGS)})")
_SCRIPT = re.compile(r"(?<![\w/])scripts/\w[\w.-]*\w")


def links(text: str) -> list[str]:
    """Return where the links lead that stay inside the project."""
    return [target for target in _LINK.findall(text) if "://" not in target]


def paths(text: str) -> set[str]:
    """Return what is in backticks, or is called as a script, and looks like a file or folder of the project.

    A name to fill in (NAME, <version>) is none.
    """
    outside = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    found = {path for code in _CODE.findall(outside) if (path := code.partition(" ")[0]) and _PATH.fullmatch(path)}
    return {path for path in found | set(_SCRIPT.findall(text)) if "NAME" not in path}


def headings(text: str) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def is_there(path: str, page: Path) -> bool:
    """Return whether a path exists below the root or beside its page; for a bare name anywhere in the packages."""
    if (ROOT / path).exists() or (page.parent / path).exists():
        return True
    return "/" not in path and any(next((ROOT / folder).rglob(path), None) for folder in FOLDERS)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_to_a_page_and_its_heading(page: Path) -> None:
    broken = []
    for target in links(page.read_text(encoding="utf-8")):
        name, _, anchor = target.partition("#")
        to = page.parent / name if name else page
        if not to.exists() or (anchor and anchor not in headings(to.read_text(encoding="utf-8"))):
            broken.append(target)
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_file_that_is_named_exists(page: Path) -> None:
    named = paths(page.read_text(encoding="utf-8"))
    assert sorted(path for path in named if not is_there(path, page)) == []


def test_what_is_looked_at_in_a_page() -> None:
    text = (
        "[a](b.md#c-d) [e](https://f.g/h.md) `recsys/x.py` `recsys build` `y.css` `--z` `recsys/NAME.py` `data/own`\n"
    )
    code = "```\nscripts/start --data recsys/none.py\n```\n"
    assert links(text) == ["b.md#c-d"]
    assert paths(text + code) == {"recsys/x.py", "y.css", "scripts/start"}
    assert headings("# A b: C's `d`\n## e_f\n") == {"a-b-cs-d", "e_f"}


def test_a_file_that_was_moved_is_noticed() -> None:
    assert not is_there("recsys/pipeline.py", ROOT / "README.md")
    assert is_there("recsys/build/pipeline.py", ROOT / "README.md")
    assert is_there("pipeline.py", ROOT / "recsys" / "README.md")
    assert not is_there("no_such_module.py", ROOT / "recsys" / "README.md")


def test_every_document_is_reached_from_the_front_door() -> None:
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        reached.add(page)
        to = ((page.parent / target.partition("#")[0]).resolve() for target in links(page.read_text(encoding="utf-8")))
        waiting += [each for each in set(to) - reached if each.suffix == ".md" and each.exists()]
    assert [page.name for page in PAGES if page.resolve() not in reached] == []


def test_the_version_has_one_number() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == recsys.__version__
